"""A town with one shop and families of known means, whose clock is moved by hand."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import text

from ledger import Decision, Draw, EntryKind, Leg, Request, Transfer
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.core.vouchers import payable_account
from ledger.operations.close_period import close_period
from ledger.operations.issue_credential import NewCredential
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.reports.exception_lists import exceptions
from ledger.reports.programme_page import programme_totals
from tests.town import NOON, Town, key

FACES = [500_00, 6_000_00, *[5_00] * 12]


@dataclass
class Market:
    """A town, one shop, and a clock that is moved by hand."""

    town: Town
    shop: UUID
    till: UUID
    now: Instant
    codes: list[NewCredential] = field(default_factory=list)

    def wait(self, span: Instant) -> None:
        self.now += span

    def sell(self, cents: int, family: int = 0) -> Decision:
        credential = self.codes[family].credential_id
        asked = Redemption(self.till, credential, cents)
        done = redeem(self.town.ledger, asked, key=key(), now=NOON)
        assert done.accepted, done.code
        return done

    def give_back(self, sale: Decision, cents: int) -> Decision:
        book = self.town.ledger.book("giussano")
        asked = Refund(sale.request.id, cents, "goods_returned", f"till:{self.till.hex}")
        by = Asking(self.till)
        done = refund(self.town.ledger, book, asked, by=by, key=key(), now=self.now)
        assert done.accepted, done.code
        return done

    def close(self) -> None:
        officer = self.town.officer.officer_id
        period = self.town.ledger.book("giussano").head().period
        close_period(
            self.town.ledger, "giussano", period, "x", officer=officer, key=key(), now=self.now
        )

    def pay(self, period: int, cents: int) -> Decision:
        """Write down the mandato of the shop for a closed period."""
        [totals] = programme_totals(self.town.ledger, self.town.book_no)
        day = date(2026, 12, 1)
        mandate = Mandate("1", day, period, totals.programme.id, self.shop, cents)
        done = record_payout(
            self.town.ledger, "giussano", mandate, officer=self.town.treasurer, key=key(),
            now=self.now,
        )  # fmt: skip
        assert done.accepted, done.code
        return done

    def upload(self, cents: int, occurred_at: Instant, *, from_risk: bool = False) -> Decision:
        """A purchase made offline, as its verb will book it: from a voucher, or at our loss."""
        book = self.town.ledger.book("giussano")
        programme = programme_totals(self.town.ledger, book.book_no)[0].programme
        source = programme.offline_risk if from_risk else self.town.account("voucher")
        leg = Leg(source, payable_account(programme.id, self.shop))
        items = (Draw(cents, (leg,)),)
        request = Request(key(), EntryKind.OFFLINE_REDEMPTION, items, "x", occurred_at)
        [done] = book.submit([request])
        assert done.accepted, done.code
        return done

    def cover(self, cents: int) -> None:
        book = self.town.ledger.book("giussano")
        programme = programme_totals(self.town.ledger, book.book_no)[0].programme
        fund = self.town.account("fund")
        items = (Transfer(fund, programme.offline_risk, cents, programme.unit),)
        [done] = book.submit([Request(key(), EntryKind.OFFLINE_COVER, items, "x", self.now)])
        assert done.accepted, done.code

    def found(self, rule: str, *, days: int = 300) -> list[int | None]:
        """The places in the log that a rule names, oldest first."""
        span = self.now - days * DAY, self.now + SECOND  # Several sales may share a moment.
        lists = exceptions(self.town.ledger, self.town.book_no, span, now=self.now)
        rows = next(one.rows for one in lists if one.rule.name == rule)
        return sorted((row.log_index for row in rows), key=lambda at: at or 0)


def by_face(town: Town) -> list[NewCredential]:
    """The families' codes: those with the most on their voucher first, after the very first."""
    sql = text("SELECT family_id FROM voucher ORDER BY face_cents DESC, voucher_id")
    with town.ledger.reading() as db:
        found = [row[0] for row in db.execute(sql)]
    order = [one if isinstance(one, UUID) else UUID(bytes=one) for one in found]
    targets = {one.target_id: one for one in town.codes()}
    large, small, *rest = (targets[one] for one in order)
    return [small, large, *rest]
