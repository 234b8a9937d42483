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
from ledger.store.network.devices import Device, find_device
from ledger.store.network.offline import (
    Known,
    Taken,
    end_acceptance,
    keep_judged,
    read_taken,
)
from ledger.store.network.people import comuni
from ledger.store.network.shops import read_shop
from ledger.store.openings import open_missing
from ledger.store.registers.books import book_of_key
from ledger.store.registers.offline import (
    OfflineProgramme,
    OfflineSlip,
    offline_programmes,
    slip_shown,
)
from ledger.store.signing import Signer
from ledger.token.acceptances import (
    Acceptance,
    SyncToken,
    device_key,
    hash_of,
    peek_acceptance,
    read_acceptance,
    read_sync,
)
from ledger.token.payloads import Slip, reference_of
from ledger.token.refusal import TokenRefused
from ledger.token.text import wrap
from ledger.token.verify import Trust, verify_offline


@dataclass(frozen=True, slots=True)
class _Case:
    """One acceptance with all that is known of it before it is judged."""

    raw: bytes
    said: Acceptance
    device: Device
    shop: Shop
    book: Book
    sync: SyncToken | None
    slip: Slip | None
    programme: OfflineProgramme | None
    shown: OfflineSlip | None


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
        kept = ledger.write(lambda db: keep_judged(db, asked, lambda known: _why(case, known, now)))
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
    sync, slip = _sync_of(said, trust, now), _slip_of(said, trust)
    issuer = slip.issuer if slip else sync.issuer if sync else None
    with ledger.reading() as db:
        book_no = next((one.book_no for one in comuni(db) if one.issuer == issuer), None)
        book = ledger.books()[0] if book_no is None else ledger.book_numbered(book_no)
        known = offline_programmes(db, book.book_no) if slip and book_no is not None else ()
        found = [one for one in known if slip and one.programme_no == slip.programme]
        shown = slip_shown(db, book.book_no, UUID(bytes=slip.id)) if slip else None
    programme = found[0] if found else None
    return _Case(raw, said, device, shop, book, sync, slip, programme, shown)


def _sync_of(said: Acceptance, trust: Trust, now: Instant) -> SyncToken | None:
    try:
        token = read_sync(said.sync, trust.keys, now=now // SECOND)
    except TokenRefused:
        return None
    mine = (token.shop_no, token.device_no) == (said.shop_no, said.device_no)
    return token if mine else None


def _slip_of(said: Acceptance, trust: Trust) -> Slip | None:
    """The slip that was shown, as the till could read it at that moment; None: it was none."""
    try:
        text = wrap(said.evidence, trust.environment)
        return verify_offline(text, trust, now=said.device_time)
    except TokenRefused:
        return None


def _unjudged(case: _Case, acceptance_hash: bytes, now: Instant) -> Taken:
    """The acceptance as it is kept, before anybody has said anything of it."""
    said, sync = case.said, case.sync
    return Taken(
        acceptance_hash, case.device.device_id, said.seq, UUID(bytes=said.rid), case.book.book_no,
        case.shown.credential_id if case.shown else None,
        reference_of(case.slip.id) if case.slip else bytes(8), said.amount_cents,
        sync.issued_at if sync else 0, now, "", "waiting", 0, case.raw,
    )  # fmt: skip


def _why(case: _Case, known: Known, now: Instant) -> Why:
    if case.slip is None or case.programme is None:
        return Why.CLOSED
    said, sync, grant = case.said, case.sync, known.grant
    granted = (
        sync is not None
        and grant is not None
        and sync.issuer == case.slip.issuer
        and grant.share_cents == sync.share_cents
    )
    uploaded = Uploaded(
        said.device_time, sync.issued_at if sync else 0, now // SECOND, granted,
        admits(case.programme.categories, case.shop.category), known.forked,
        grant.share_cents if grant else 0, grant.taken_cents if grant else 0,
        known.under_token, known.of_code, case.slip.offline_cents, said.amount_cents,
    )  # fmt: skip
    return judge(case.programme.limits, uploaded)


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
        kept.amount_cents, payable, case.shown.voucher_id if case.shown else None,
        None if kept.why else case.programme.offline_risk,
    )  # fmt: skip
    request = plan_offline(sale, now=now)
    if request is None:
        return _ended(case, kept, "disputed", 0, now)
    [decision] = case.book.submit([request])
    if not decision.accepted:
        return _ended(case, kept, "disputed", 0, now)
    loss = _loss(decision, case.programme)
    return _ended(case, kept, "posted_with_loss" if loss else "posted", loss, now)


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


def _loss(decision: Decision, programme: OfflineProgramme) -> Amount:
    return sum(move.amount for move in decision.transfers if move.debit == programme.offline_risk)


def _ended(case: _Case, kept: Taken, outcome: str, loss: Amount, now: Instant) -> Taken:
    ended = replace(kept, outcome=outcome, loss_cents=loss)
    case.book.ledger.write(lambda db: end_acceptance(db, ended, case.shop.id, now))
    return ended
