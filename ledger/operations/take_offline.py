"""Take in what a till accepted without network: kept for good, judged, booked, answered.

Each acceptance is answered alone, whatever came before it and however often it comes. Not here: the
rules (`ledger.core.offline`), and who may call (the API). Source: qr.md 7; design 6.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import OpenAccount
from ledger.core.offline import Sale, Uploaded, Why, judge, plan_offline
from ledger.core.programmes import admits
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.redemption import Shop, plan_void
from ledger.core.vouchers import payable_account
from ledger.store.book import Book, Ledger
from ledger.store.edges import random_id
from ledger.store.evidence import Evidence, Issued, evidence_of, issued_as
from ledger.store.network.devices import Device, find_device
from ledger.store.network.offline import (
    GRANT_LIFE,
    Grant,
    Known,
    Taken,
    end_acceptance,
    keep_judged,
    read_taken,
)
from ledger.store.network.operators import is_operator_of
from ledger.store.network.people import comuni
from ledger.store.network.recoveries import lost_from
from ledger.store.network.shops import read_shop
from ledger.store.openings import open_missing
from ledger.store.registers.books import book_of_key
from ledger.store.registers.offline import (
    AROUND,
    OfflineProgramme,
    offline_programme,
)
from ledger.store.signing import Signer
from ledger.token.acceptances import (
    Acceptance,
    SyncToken,
    hash_of,
    peek_acceptance,
    read_acceptance,
    read_sync,
)
from ledger.token.device_keys import device_key
from ledger.token.refusal import TokenRefused
from ledger.token.verify import Trust


@dataclass(frozen=True, slots=True)
class _Case:
    """One acceptance with all that is known of it before it is judged.

    `allowed`: what its programme may have allowed when the till met the server the last time.
    """

    raw: bytes
    said: Acceptance
    device: Device
    shop: Shop
    book: Book
    sync: SyncToken | None
    seen: Evidence | None
    programme: OfflineProgramme | None
    allowed: tuple[OfflineProgramme, ...]
    issued: Issued | None


def take_offline(ledger: Ledger, raw: bytes, trust: Trust, *, now: Instant) -> Taken:
    """Keep an acceptance and book it; the same again is answered the same.

    Errors: `TokenRefused` for what no device of ours signed, `LookupError` for a device that is
    unknown: then nothing was accepted by anybody. Everything else is kept, also what is disputed.
    """
    case = _read(ledger, raw, trust, now)
    acceptance_hash = hash_of(raw)
    with ledger.reading() as db:
        kept = read_taken(db, acceptance_hash)
    if kept is None:
        asked = _unjudged(case, acceptance_hash, now)
        lost = _lost_grant(case)
        kept = ledger.write(
            lambda db: keep_judged(db, asked, lambda known: _why(case, known, now), lost)
        )
    if kept.outcome == "waiting":
        kept = _book(case, kept, now)
    return kept


def acknowledged(ledger: Ledger, signer: Signer, one: Taken) -> bytes:
    """The signed answer to an acceptance that has ended; always the same. Errors: `LookupError`."""
    with ledger.reading() as db:
        issuer = next(of.issuer for of in comuni(db) if of.book_no == one.book_no)
    return signer.acknowledgement(one.acceptance_hash, issuer)


def _read(ledger: Ledger, raw: bytes, trust: Trust, now: Instant) -> _Case:
    said = peek_acceptance(raw)
    with ledger.reading() as db:
        device = find_device(db, said.shop_no, said.device_no)
        shop = None if device is None else read_shop(db, device.shop_id)
    if device is None or shop is None:
        raise LookupError("an unknown device")
    said = read_acceptance(raw, device_key(device.public))
    sync, seen = _sync_of(said, trust, now), evidence_of(said, trust)
    issuer = seen.issuer if seen else sync.issuer if sync else None
    with ledger.reading() as db:
        book_no = next((one.book_no for one in comuni(db) if one.issuer == issuer), None)
        book = ledger.books()[0] if book_no is None else ledger.book_numbered(book_no)
        number = seen.programme_no if seen and book_no is not None else 0
        programme = offline_programme(db, book.book_no, number)
        met = sync.issued_at * SECOND if sync else 0
        moments = (met, met - AROUND, met + AROUND)
        allowed = [offline_programme(db, book.book_no, number, at=one) for one in moments]
        issued = issued_as(db, book.book_no, seen) if seen else None
    then = tuple(one for one in allowed if one is not None)
    return _Case(raw, said, device, shop, book, sync, seen, programme, then, issued)


def _sync_of(said: Acceptance, trust: Trust, now: Instant) -> SyncToken | None:
    try:
        token = read_sync(said.sync, trust.keys, now=now // SECOND)
    except TokenRefused:
        return None
    mine = (token.shop_no, token.device_no) == (said.shop_no, said.device_no)
    return token if mine else None


def _unjudged(case: _Case, acceptance_hash: bytes, now: Instant) -> Taken:
    """The acceptance as it is kept, before anybody has said anything of it."""
    said, sync = case.said, case.sync
    return Taken(
        acceptance_hash, case.device.device_id, said.seq, UUID(bytes=said.rid), case.book.book_no,
        case.issued.credential_id if case.issued else None,
        case.seen.code if case.seen else bytes(8), said.amount_cents,
        sync.issued_at if sync else 0, now, "", "waiting", 0, case.raw,
    )  # fmt: skip


def _lost_grant(case: _Case) -> Grant | None:
    """What the till was granted in a time of which its comune's book was put back from before.

    It covers all of that time, so that several tokens of one grant find one.
    """
    sync = case.sync
    if sync is None:
        return None
    then = sync.issued_at * SECOND
    with case.book.ledger.reading() as db:
        since = lost_from(db, case.book.book_no, then)
    if since is None:
        return None
    begun = max(since, then - GRANT_LIFE + SECOND)
    share = sync.share_cents
    return Grant(random_id(), case.book.book_no, case.shop.id, case.device.device_id, begun, share)


def _why(case: _Case, known: Known, now: Instant) -> Why:
    """By the limits that the till knew: what was changed behind its back counts nothing."""
    if case.seen is None or not case.allowed:
        return Why.CLOSED
    told = [_why_under(one, case, case.seen, known, now) for one in case.allowed]
    return Why.NONE if Why.NONE in told else told[0]


def _why_under(
    programme: OfflineProgramme, case: _Case, seen: Evidence, known: Known, now: Instant
) -> Why:
    said, sync, grant = case.said, case.sync, known.grant
    granted = (
        sync is not None
        and grant is not None
        and sync.issuer == seen.issuer
        and grant.share_cents == sync.share_cents
    )
    uploaded = Uploaded(
        said.device_time, sync.issued_at if sync else 0, now // SECOND, granted,
        admits(programme.categories, case.shop.category), known.forked,
        grant.share_cents if grant else 0, grant.taken_cents if grant else 0,
        known.under_token, known.of_code, seen.carried_cents, said.amount_cents,
        seen.is_for_it, seen.sale_cents(programme),
    )  # fmt: skip
    return judge(seen.limits(programme), uploaded)


def _book(case: _Case, kept: Taken, now: Instant) -> Taken:
    """Burn its online id, book it, and say how it ended; all of it can be asked again."""
    if case.programme is None:
        return _ended(case, kept, "disputed", 0, now)
    online = _burnt(case, now)
    if online is not None:
        return _ended(case, kept, "booked" if online else "disputed", 0, now)
    payable = payable_account(case.programme.programme_id, case.shop.id)
    kind = AccountKind.SHOP_PAYABLE
    opening = OpenAccount(payable, case.programme.unit, kind, owner=case.shop.id)
    open_missing(case.book, [opening], now=now)
    sale = Sale(
        kept.rid, case.device.till_id, case.device.device_no, kept.seq, kept.code,
        kept.amount_cents, payable, case.issued.origins if case.issued else (),
        case.issued.claim if case.issued else None,
        None if kept.why else case.programme.offline_risk, _operator(case),
    )  # fmt: skip
    request = plan_offline(sale, now=now)
    if request is None:
        return _ended(case, kept, "disputed", 0, now)
    [decision] = case.book.submit([request])
    if not decision.accepted:
        return _ended(case, kept, "disputed", 0, now)
    loss = _loss(decision, case.programme)
    kept = replace(kept, doubled=1 if _is_double(case, decision) else None)
    return _ended(case, kept, "posted_with_loss" if loss else "posted", loss, now)


def _operator(case: _Case) -> str | None:
    """Who stood there, if that is one of the shop's; what else a till signs stays its evidence."""
    if not case.said.operator:
        return None
    named = UUID(bytes=case.said.operator)
    with case.book.ledger.reading() as db:
        return named.hex if is_operator_of(db, case.shop.id, named) else None


def _burnt(case: _Case, now: Instant) -> bool | None:
    """Burn the id under which the till may have asked online; None: it took nothing there.

    True: that very sale was paid online. False: the id is somebody else's, or another sale's.
    """
    key = RequestId(UUID(bytes=case.said.rid))
    routed = book_of_key(case.book.ledger, case.device.till_id, key)
    if routed is not None and routed.book_no != case.book.book_no:
        return False  # A till that kept the rules asked for this very slip, in this very book.
    [decision] = case.book.submit([plan_void(key=key, till_id=case.device.till_id, now=now)])
    if decision.code is Code.VOIDED:
        return None
    earlier = case.book.decision(key)
    if earlier is None or not earlier.accepted:
        return None
    own = earlier.request.scope == case.device.till_id
    return own and earlier.request.kind == EntryKind.REDEMPTION


def _is_double(case: _Case, decision: Decision) -> bool:
    """Whether it proves double use: shown before, or more than the phone was given along."""
    if decision.facts.get("claimed"):
        return True
    issued = case.issued
    if issued is None or issued.phone_id is None:
        return False
    reserve = issued.origins[0]
    given = sum(move.amount for move in decision.transfers if move.debit == reserve)
    return given < case.said.amount_cents


def _loss(decision: Decision, programme: OfflineProgramme) -> Amount:
    return sum(move.amount for move in decision.transfers if move.debit == programme.offline_risk)


def _ended(case: _Case, kept: Taken, outcome: str, loss: Amount, now: Instant) -> Taken:
    ended = replace(kept, outcome=outcome, loss_cents=loss)
    phone_id = case.issued.phone_id if case.issued else None
    case.book.ledger.write(lambda db: end_acceptance(db, ended, (case.shop.id, phone_id), now))
    return ended
