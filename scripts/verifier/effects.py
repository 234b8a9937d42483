"""What one request does to the book: accounts, erasures, periods and seals; and its outcome.

Not here: what moves money (`moving`, `holding`), and the comparison with the leaf (`replay`).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from scripts.verifier.findings import WrongError
from scripts.verifier.holding import expire, hold, post, reverse, void
from scripts.verifier.moving import Effect, Refused, claim, draw, transfer
from scripts.verifier.rules import (
    CIRCUIT,
    HOLDS_ONLY,
    LINKED,
    OF_A_COMUNE,
    ONLY_IN,
    REVERSIBLE,
    UNIT_IN_CIRCUIT,
)
from scripts.verifier.state import ACCEPTED, REFUSED, REVERSIBLE_ENTRY, Account, Book, Unit


def decide(book: Book, index: int, at: int, request: Mapping[str, Any]) -> tuple[str, Effect]:
    """Do what a request asks, or leave the book as it is and say why not."""
    effect = Effect(book, request["kind"], index, at)
    if "refuse" in request:
        return request["refuse"], effect
    try:
        _commit(effect, request.get("commitments", ()))
        for item in request["items"]:
            [(name, fields)] = item.items()
            _wants_place(effect.kind, name)
            DO[name](effect, fields)
        _wants_pairs(effect)
    except Refused as no:
        effect.undo()
        return no.code, effect
    return "accepted", effect


def keep(effect: Effect, code: str, request: Mapping[str, Any]) -> None:
    """Write the decision into the tables that later ones look into. Errors: `WrongError`."""
    book = effect.book
    first = len(book.given) + 1
    for _seq, phase, unit, debit, credit, amount, *_after in effect.moves:
        posted = amount if phase in {"posted", "used"} else 0
        numbers = book.accounts[debit].number, book.accounts[credit].number
        book.given.add(*numbers, posted)
        book.units[unit].touched_at = effect.index
    mark = REFUSED if code != "accepted" else ACCEPTED
    if mark and effect.kind in REVERSIBLE and all(move[1] == "posted" for move in effect.moves):
        mark = REVERSIBLE_ENTRY
    if mark and effect.kind == "hold_expiry":
        _wants_own_id(book, request)
    if mark and effect.kind == "seal":
        for total in effect.facts.get("totals", ()):
            book.units[total[0]].sealed_at = effect.index
    book.decided.add(bytes.fromhex(request["id"]), mark, first)


def _wants_own_id(book: Book, request: Mapping[str, Any]) -> None:
    """Only the book itself lets a hold lapse: the id of that follows from the hold's."""
    holds = [item["expire"]["id"] for item in request["items"]]
    expected = _expiry_id(book.name, *holds)
    attempt = 0
    while expected != request["id"] and book.decided.find(bytes.fromhex(expected)) is not None:
        attempt += 1
        expected = _expiry_id(book.name, *holds, str(attempt))
    if expected != request["id"]:
        raise WrongError("expiry_id", id=request["id"])


def _expiry_id(*parts: str) -> str:
    text = "\0".join(("portavalori/1", "hold_expiry", *parts))
    digest = bytearray(sha256(text.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()


def _wants_place(kind: str, item: str) -> None:
    if ONLY_IN.get(item, kind) != kind or HOLDS_ONLY.get(kind, item) != item:
        raise Refused("item_not_allowed")


def _wants_pairs(effect: Effect) -> None:
    """Linked legs came together, to the cent, whatever their units."""
    if effect.kind not in LINKED:
        return
    accounts, apart = effect.book.accounts, 0
    for _seq, phase, _unit, debit, credit, amount, *_after in effect.moves:
        if phase in {"posted", "used"}:
            pair = accounts[debit].kind, accounts[credit].kind
            apart += amount if pair == LINKED[effect.kind] else -amount
    if apart:
        raise Refused("unlinked")


def _commit(effect: Effect, made: list[str]) -> None:
    known = effect.book.commitments
    for commitment in made:
        raw = bytes.fromhex(commitment)
        if raw in known:
            raise Refused("commitment_exists")
        known[raw] = False
        effect.on_refusal(known.pop, raw)


def _open(effect: Effect, item: Mapping[str, Any]) -> None:
    book = effect.book
    if item["id"] in book.accounts:
        raise Refused("account_exists")
    _wants_book(book.name, item)
    _wants_chart(item, item["kind"])
    if item["floor"] > 0:
        raise Refused("insufficient_funds")
    if item.get("ceiling", 0) < 0:
        raise Refused("ceiling_reached")
    unit = book.units.get(item["unit"])
    if unit is None:
        unit = book.units[item["unit"]] = Unit(item["unit"])
        effect.on_refusal(book.units.pop, unit.name)
    bounds = item["floor"], item.get("ceiling")
    account = Account(
        item["id"], len(book.numbered), unit, item["kind"], *bounds, item.get("owner")
    )
    book.accounts[account.id] = account
    book.numbered.append(account)
    effect.on_refusal(book.accounts.pop, account.id)
    effect.on_refusal(book.numbered.pop)


def _wants_book(name: str, item: Mapping[str, Any]) -> None:
    """The circuit's accounts are in its book and unit; a comune's in any other, but payables."""
    if name != CIRCUIT:
        right = item["kind"] in OF_A_COMUNE
    else:
        unit = UNIT_IN_CIRCUIT.get(item["kind"])
        right = item["kind"] == "shop_payable" or unit == item["unit"]
    if not right:
        raise Refused("outside_chart")


def _wants_chart(item: Mapping[str, Any], kind: str) -> None:
    """Every kind of account has floor 0 and no ceiling of its own; a member has both its own."""
    if kind == "member":
        if "floor" not in item or "ceiling" not in item:
            raise Refused("outside_chart")
    elif item.get("floor", -1) < 0:
        raise Refused("outside_chart")


def _open_account(effect: Effect, item: Mapping[str, Any]) -> Account:
    account = effect.account(item["id"])
    if account.closed:
        raise Refused("account_closed")
    return account


def _bounds(effect: Effect, item: Mapping[str, Any]) -> None:
    account = _open_account(effect, item)
    _wants_chart(item, account.kind)
    if account.lowest() < item["floor"]:
        raise Refused("insufficient_funds")
    if "ceiling" in item and account.highest() > item["ceiling"]:
        raise Refused("ceiling_reached")
    effect.on_refusal(setattr, account, "floor", account.floor)
    effect.on_refusal(setattr, account, "ceiling", account.ceiling)
    account.floor, account.ceiling = item["floor"], item.get("ceiling")


def _close(effect: Effect, item: Mapping[str, Any]) -> None:
    account = _open_account(effect, item)
    if account.balance() or account.debits_held or account.credits_held:
        raise Refused("account_not_empty")
    effect.on_refusal(setattr, account, "closed", account.closed)
    account.closed = True


def _erase(effect: Effect, item: Mapping[str, Any]) -> None:
    known = effect.book.commitments
    for commitment in item["commitments"]:
        raw = bytes.fromhex(commitment)
        if known.get(raw) is not False:
            raise Refused("unknown_commitment")
        known[raw] = True
        effect.on_refusal(known.update, {raw: False})


def _close_period(effect: Effect, item: Mapping[str, Any]) -> None:
    book = effect.book
    if item["period"] != book.period:
        raise Refused("period_not_open")
    effect.on_refusal(setattr, book, "period", book.period)
    book.period += 1


def _seal(effect: Effect, item: Mapping[str, Any]) -> None:
    units = effect.book.units
    if any(name not in units for name in item["units"]):
        raise Refused("unknown_unit")
    totals = [[name, units[name].posted, units[name].held] for name in item["units"]]
    effect.facts["totals"] = totals


DO: Final[Mapping[str, Callable[[Effect, Mapping[str, Any]], None]]] = {
    "open": _open, "bounds": _bounds, "close": _close, "erase": _erase,
    "close_period": _close_period, "seal": _seal, "transfer": transfer, "draw": draw,
    "claim": claim, "hold": hold, "post": post, "void": void, "expire": expire,
    "reverse": reverse,
}  # fmt: skip
