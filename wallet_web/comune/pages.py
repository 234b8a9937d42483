"""What an officer or auditor reads: programmes, movements, entries, accounts, the trial balance.

Every number leads to what makes it up. Not here: shops and periods (`payments`), lists of
families (`batches`), anything that changes the book.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, new_id
from ledger.core.quantities import MAX_AMOUNT
from ledger.operations.check_book import last_check
from ledger.reports.account_page import account, accounts, seq_at, trial_by_kind
from ledger.reports.batches_page import batches
from ledger.reports.entry_page import entry_page
from ledger.reports.log_proofs import signed_size
from ledger.reports.movements import MovementFilter, all_of, movements, vouchers
from ledger.reports.practices import origin
from ledger.reports.programme_page import (
    ProgrammeTotals,
    acts,
    funds,
    programme_totals,
    voucher_states,
)
from ledger.reports.programme_versions import programme_versions
from ledger.reports.proposals_page import waiting_proposals
from ledger.reports.recovery_page import open_gap
from ledger.reports.redeemed_in_year import levels_reached
from ledger.reports.settlement_list import periods
from wallet_web.comune import tables
from wallet_web.comune.filters import (
    an_id,
    moment_or,
    next_page,
    offset_of,
    period_of,
    since,
    until,
)
from wallet_web.dependencies import Desk, Now, OpenLedger, SignedOfficer
from wallet_web.outcomes import no_of
from wallet_web.rendering import as_date, page
from wallet_web.tables import EVERYTHING, FORMATS, PAGE, Table, as_file

router = APIRouter(prefix="/comune/{slug}")
Read = Callable[[int, int], Sequence[Any]]


def listed(
    request: Request,
    desk: Desk,
    table: Table,
    read: Read,
    template: str,
    *,
    every: Callable[[], Iterator[Any]] | None = None,
    **values: Any,  # noqa: ANN401 -- whatever the template shows.
) -> Response:
    """One page of a table, or all of it as a file. `read` takes an offset and a limit.

    `every`: all its rows one after the other, where they may be too many to hold at once.
    """
    wanted = request.query_params.get("formato", "")
    if wanted in FORMATS:
        return as_file(request, table, every() if every else read(0, EVERYTHING), wanted)
    rows = read(offset_of(request), PAGE + 1)
    following = next_page(request, len(rows))
    return page(
        request, template, desk=desk, table=table, rows=rows[:PAGE], following=following, **values
    )


def whole(rows: Sequence[Any]) -> Read:
    """Read from rows that are there already."""
    return lambda offset, limit: rows[offset : offset + limit]


@router.get("")
def home(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """The first page: whether the book is right, the programmes, what waits for somebody."""
    no = desk.book.book_no
    return page(
        request, "comune/home.html", desk=desk, totals=programme_totals(ledger, no),
        acts=acts(ledger, no), head=desk.book.head(), check=last_check(desk.book),
        waiting=[one for one in batches(ledger, no) if one.status in {"prepared", "approved"}],
        periods=periods(ledger, no), tables=tables, proposals=waiting_proposals(ledger, no),
        levels=levels_reached(ledger, no, as_date(now).year), gap=open_gap(desk.book),
        **checking_of(request, desk),
    )  # fmt: skip


@router.post("/verifica")
def check(request: Request, desk: SignedOfficer, now: Now) -> Response:
    """Replay the whole book, beside the tills; it changes nothing of it, so every role may."""
    request.app.state.checking.start(desk.book, now=now)
    return RedirectResponse(f"{desk.home}/verifica", status_code=303)


@router.get("/verifica")
def check_result(request: Request, desk: SignedOfficer) -> Response:
    """What the last check found, and how far the next one is."""
    running = checking_of(request, desk)
    found, head = last_check(desk.book), desk.book.head()
    return page(request, "comune/check.html", desk=desk, check=found, head=head, **running)


def checking_of(request: Request, desk: Desk) -> dict[str, Any]:
    """For the part of a page that shows the check: one that runs, or that broke off."""
    checking, no = request.app.state.checking, desk.book.book_no
    return {"running": checking.progress(no), "broke_off": checking.broke_off(no)}


@router.get("/iniziative")
def programmes(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """All programmes."""
    rows = programme_totals(ledger, desk.book.book_no)
    return listed(request, desk, tables.PROGRAMMES, whole(rows), "comune/list.html")


@router.get("/atti")
def all_acts(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """What commits money, newest first."""
    rows = acts(ledger, desk.book.book_no)
    return listed(request, desk, tables.ACTS, whole(rows), "comune/list.html")


def the_programme(ledger: OpenLedger, desk: Desk, unit: str) -> ProgrammeTotals:
    """One programme of this comune. Errors: 404."""
    for one in programme_totals(ledger, desk.book.book_no):
        if one.programme.unit == unit:
            return one
    raise HTTPException(404)


@router.get("/iniziative/{unit}")
def programme(
    request: Request, desk: SignedOfficer, unit: str, ledger: OpenLedger, now: Now
) -> Response:
    """One programme: the identity, money by source, vouchers by state."""
    found, no = the_programme(ledger, desk, unit), desk.book.book_no
    read = whole(funds(ledger, no, found.programme.id))
    states = voucher_states(ledger, no, found.programme.id, now=now)
    latest = movements(ledger, no, MovementFilter(unit=unit), before=MAX_AMOUNT, limit=10)
    return listed(
        request, desk, tables.FUNDS, read, "comune/programme.html", one=found, states=states,
        latest=latest, movement_table=tables.MOVEMENTS,
        versions=programme_versions(ledger, no, found.programme.id),
        origin=origin(ledger, found.programme.id),
    )  # fmt: skip


@router.get("/iniziative/{unit}/buoni")
def programme_vouchers(  # noqa: PLR0917 -- a list, its filter, who asks.
    request: Request,
    desk: SignedOfficer,
    unit: str,
    ledger: OpenLedger,
    now: Now,
    stato: str = "",
) -> Response:
    """The vouchers of a programme, of one state if it is named."""
    found = the_programme(ledger, desk, unit)

    def read(offset: int, limit: int) -> Sequence[Any]:
        no, programme_id = desk.book.book_no, found.programme.id
        return vouchers(ledger, no, programme_id, state=stato, now=now, offset=offset, limit=limit)

    table = tables.VOUCHERS
    return listed(request, desk, table, read, "comune/vouchers.html", one=found, state=stato)


@router.get("/movimenti")
def all_movements(  # noqa: PLR0913, PLR0917 -- the filter's fields.
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    iniziativa: str = "",
    tipo: str = "",
    dal: str = "",
    al: str = "",
    negozio: str = "",
    periodo: str = "",
) -> Response:
    """Movements, newest first."""
    span = since(dal), until(al)
    wanted = MovementFilter(iniziativa, tipo, *span, negozio, period_of(periodo))

    def read(offset: int, limit: int) -> Sequence[Any]:
        no = desk.book.book_no
        return movements(ledger, no, wanted, before=MAX_AMOUNT, limit=offset + limit)[offset:]

    def every() -> Iterator[Any]:
        return all_of(ledger, desk.book.book_no, wanted)

    units = [one.programme for one in programme_totals(ledger, desk.book.book_no)]
    chosen = {"unit": iniziativa, "kind": tipo, "since": dal, "until": al, "shop": negozio}
    chosen |= {"period": periodo}
    table = tables.MOVEMENTS
    return listed(
        request, desk, table, read, "comune/movements.html", every=every, programmes=units,
        chosen=chosen,
    )  # fmt: skip


@router.get("/registrazioni/{log_index}")
def entry(request: Request, desk: SignedOfficer, log_index: int, ledger: OpenLedger) -> Response:
    """One entry: both sides, the act, who, when, and its hash."""
    found = entry_page(ledger, desk.book.book_no, min(log_index, MAX_AMOUNT))
    if found is None:
        raise HTTPException(404)
    return page(
        request, "comune/entry.html", desk=desk, entry=found, head=desk.book.head(),
        key=new_id(), no=no_of(request), proved=signed_size(ledger, desk.book.book_no),
    )  # fmt: skip


@router.get("/conti")
def all_accounts(
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    iniziativa: str = "",
    tipo: str = "",
) -> Response:
    """The accounts of a programme, of one kind if it is named."""
    units = [one.programme for one in programme_totals(ledger, desk.book.book_no)]
    unit = iniziativa or (units[0].unit if units else "")

    def read(offset: int, limit: int) -> Sequence[Any]:
        no = desk.book.book_no
        return accounts(ledger, no, unit=unit, kind=tipo, offset=offset, limit=limit)

    table = tables.ACCOUNTS
    return listed(
        request, desk, table, read, "comune/accounts.html", programmes=units, unit=unit, kind=tipo
    )


@router.get("/conti/{account_id}")
def statement(
    request: Request, desk: SignedOfficer, account_id: str, ledger: OpenLedger
) -> Response:
    """One account and its lines, oldest first."""
    found = account(ledger, desk.book.book_no, AccountId(an_id(account_id)))
    if found is None:
        raise HTTPException(404)

    def read(offset: int, limit: int) -> Sequence[Any]:
        return desk.book.statement(found.id, after_version=offset, limit=limit)

    return listed(request, desk, tables.STATEMENT, read, "comune/statement.html", one=found)


@router.get("/bilancio")
def trial_balance(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, quando: str = ""
) -> Response:
    """The trial balance, now or as it stood at a past minute."""
    seq = seq_at(ledger, desk.book.book_no, moment_or(quando, MAX_AMOUNT))
    rows = trial_by_kind(ledger, desk.book.book_no, at_seq=seq)
    return listed(
        request, desk, tables.TRIAL, whole(rows), "comune/trial.html", when=quando, seq=seq,
        debits=sum(one.debits for one in rows), credits=sum(one.credits for one in rows),
    )  # fmt: skip
