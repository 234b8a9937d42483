"""What a call or a programme came to, in figures that another comune may see. Cents.

Too small cells are left out here, before anybody is told: the page and the file are the same.
Not here: the file (`ledger.exports.practices`). Source: PRACTICE.md.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.entitlement.evaluation import evaluate
from ledger.core.entitlement.figures import BANDS, LARGE
from ledger.core.entitlement.selection import Outcome
from ledger.core.indicators import Band, Indicators
from ledger.core.quantities import DAY, MAX_AMOUNT, Amount, Instant
from ledger.reports.calls_page import CallBoard
from ledger.reports.public_totals import ISSUED, MEASURED, RETURNED, SPENT
from ledger.reports.rows import query, rows
from ledger.reports.small_cells import FEWEST_SHOPS, is_enough, told_in_bands, told_within
from ledger.reports.who_asks import ComuneRow
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.registers.batches import read_draft
from ledger.store.registers.calls import applications_of
from ledger.store.registers.programmes import Programme
from ledger.store.registers.rankings import ranked_rows


@dataclass(frozen=True, slots=True)
class _Moved:
    measure: str
    cents: Amount
    families: int
    shops: int
    first: Instant


MOVED = query(
    f"""
    SELECT m.measure, CAST(SUM(m.sign * m.amount) AS BIGINT) AS cents,
           COUNT(DISTINCT v.family_id) AS families, COUNT(DISTINCT m.shop_id) AS shops,
           MIN(m.recorded_at) AS first
      FROM ({MEASURED}) m
      JOIN voucher v ON v.book_no = :book_no AND v.voucher_id = m.voucher_id
     WHERE m.measure IS NOT NULL AND v.programme_id = :programme
       AND (:whole = 1
            OR v.batch_id IN (SELECT r.ranking_id FROM ranking r WHERE r.call_id = :call))
     GROUP BY m.measure
    """,  # noqa: S608 -- a fragment of ours.
    _Moved,
    given="programme call",
)


@dataclass(frozen=True, slots=True)
class _Committed:
    cents: Amount


COMMITTED = query(
    """
    SELECT CAST(COALESCE(SUM(CASE WHEN t.credit = s.fund THEN t.amount ELSE -t.amount END), 0)
                AS BIGINT) AS cents
      FROM source s
      JOIN transfer t ON t.book_no = s.book_no AND (t.credit = s.fund OR t.debit = s.fund)
      JOIN account a ON a.book_no = t.book_no
       AND a.account_id = CASE WHEN t.credit = s.fund THEN t.debit ELSE t.credit END
     WHERE s.book_no = :book_no AND s.programme_id = :programme AND a.kind = 'treasury'
       AND (:whole = 1 OR s.fund = :fund)
    """,
    _Committed,
    given="programme fund",
)


@dataclass(frozen=True, slots=True)
class _Applicant:
    """One complete application: its indicator in cents, how many they are, what was given."""

    indicator: Amount
    members: int
    cents: Amount


def call_indicators(
    ledger: Ledger, owner: ComuneRow, programme: Programme, call: CallBoard, *, day: date
) -> Indicators:
    """The figures of one call: who applied, and the vouchers that its rankings gave."""
    given = {"whole": 0, "call": call.call.call_id, "fund": call.call.fund}
    return _told(ledger, owner, call.call.title, programme, [call], given, day)


def programme_indicators(
    ledger: Ledger,
    owner: ComuneRow,
    programme: Programme,
    calls: Sequence[CallBoard],
    *,
    day: date,
) -> Indicators:
    """The figures of a programme: all of its calls, and all of its vouchers."""
    given = {"whole": 1, "call": programme.id, "fund": programme.id}
    return _told(ledger, owner, programme.title, programme, calls, given, day)


def _told(  # noqa: PLR0917 -- whose, of what, since when.
    ledger: Ledger,
    owner: ComuneRow,
    title: str,
    programme: Programme,
    calls: Sequence[CallBoard],
    given: Mapping[str, object],
    day: date,
) -> Indicators:
    with ledger.reading() as db:
        where = {"book_no": owner.book_no, "programme": programme.id, **given}
        moved = {
            one.measure: one
            for one in rows(db, MOVED, _Moved, {**where, "since": 0, "until": MAX_AMOUNT})
        }
        [committed] = rows(db, COMMITTED, _Committed, where)
    applicants = [one for call in calls for one in _applicants(ledger, call)]
    return Indicators(
        owner.name, title, day,
        synthetic=any((rule := one.rule()) and rule.table.is_synthetic for one in calls),
        counts=_counts(calls, applicants, moved),
        cents={"committed": committed.cents, **_cents(moved)},
        by_indicator=told_in_bands(list(_by_indicator(applicants))) if applicants else (),
        by_members=told_in_bands(list(_by_members(applicants))) if applicants else (),
    )  # fmt: skip


def _applicants(ledger: Ledger, call: CallBoard) -> Iterator[_Applicant]:
    """The complete applications of a call, and what approved rankings gave them."""
    rule = call.rule()
    if rule is None:
        return
    given = _awards(ledger, call)
    with ledger.reading() as db:
        complete = [
            one for one in applications_of(db, call.call.call_id) if one.status == "complete"
        ]
    for application, said in opened(ledger, complete).items():
        one = said.as_applied(application, 0, rule.on)
        made = evaluate(one.household, one.isee, rule.table, rule.benefit, rule.meter)
        value = made.isee_ff if rule.meter == "isee_ff" else made.isee
        yield _Applicant(value, len(one.household.members), given.get(application, 0))


def _awards(ledger: Ledger, call: CallBoard) -> dict[UUID, Amount]:
    awards: dict[UUID, Amount] = {}
    with ledger.reading() as db:
        for ranking in call.rankings:
            batch = read_draft(db, ranking.ranking_id)
            if batch is None or batch.status not in {"approved", "issued"}:
                continue
            for row in ranked_rows(db, ranking.ranking_id):
                if row.outcome == Outcome.AWARDED:
                    before = awards.get(row.application_id, 0)
                    awards[row.application_id] = before + row.amount_cents
    return awards


def _counts(
    calls: Sequence[CallBoard], applicants: Sequence[_Applicant], moved: Mapping[str, _Moved]
) -> dict[str, int]:
    counts = _applied(calls, applicants) if calls else {}
    issued, spent = moved.get(ISSUED), moved.get(SPENT)
    if is_enough(families := issued.families if issued else 0):
        counts["families"] = families
    shops = spent.shops if spent else 0
    if not shops or shops >= FEWEST_SHOPS:
        counts["shops"] = shops
    if calls and issued:
        opened_at = min(one.call.made_at for one in calls)
        counts["days_to_first_voucher"] = max(0, (issued.first - opened_at) // DAY)
    return counts


def _applied(calls: Sequence[CallBoard], applicants: Sequence[_Applicant]) -> dict[str, int]:
    """Who applied. The groups add up to the complete ones, so a few incomplete ones would be found
    by who is told of all: then all are not told.
    """  # noqa: D205 -- one sentence each.
    complete, received = len(applicants), sum(one.applications for one in calls)
    told = told_within({
        "complete": complete, "admitted": sum(one.cents > 0 for one in applicants),
    })  # fmt: skip
    if is_enough(received) and is_enough(received - complete):
        told["received"] = received
    return told


def _cents(moved: Mapping[str, _Moved]) -> dict[str, Amount]:
    told: dict[str, Amount] = {}
    for name, measure in (("given", ISSUED), ("spent", SPENT), ("returned", RETURNED)):
        one = moved.get(measure)
        enough_shops = one is None or measure != SPENT or one.shops >= FEWEST_SHOPS
        if is_enough(one.families if one else 0) and enough_shops:
            told[name] = max(0, one.cents) if one else 0
    return told


def _by_indicator(applicants: Sequence[_Applicant]) -> Iterator[Band]:
    for at in range(len(BANDS) + 1):
        some = [one for one in applicants if bisect_left(BANDS, one.indicator) == at]
        upto = BANDS[at] if at < len(BANDS) else None
        yield _band(BANDS[at - 1] if at else None, upto, some)


def _by_members(applicants: Sequence[_Applicant]) -> Iterator[Band]:
    for size in range(1, LARGE + 1):
        some = [one for one in applicants if min(LARGE, one.members) == size]
        yield _band(size, None if size == LARGE else size, some)


def _band(over: int | None, upto: int | None, some: Sequence[_Applicant]) -> Band:
    admitted = [one for one in some if one.cents]
    return Band(over, upto, len(some), len(admitted), sum(one.cents for one in admitted))
