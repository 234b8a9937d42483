"""Drafts that nobody signs are given up, and what they listed is deleted; the signed ones stay."""

from sqlalchemy import func, select

from ledger import Ledger
from ledger.core.quantities import DAY
from ledger.operations.forget_drafts import WAITING, WITHDRAWN, forget_drafts
from ledger.store.registers.batches import set_draft_status
from ledger.store.schema import import_draft, import_row
from tests.town import LIST, NOON, make_town


def test_a_draft_waits_half_a_year_and_its_rows_go_then(ledger: Ledger) -> None:
    town = make_town(ledger)
    funding = town.programme()
    town.issue(funding)
    draft = town.prepare(funding, LIST, "2")
    rows = select(func.count()).select_from(import_row)
    status = select(import_draft.c.status).where(import_draft.c.batch_id == draft.batch_id)

    def left() -> tuple[int, str]:
        with ledger.reading() as db:
            return db.execute(rows).scalar_one(), db.execute(status).scalar_one()

    signed = town.prepare(funding, LIST, "3")
    town.approve(signed)
    ledger.write(lambda db: set_draft_status(db, signed.batch_id, "prepared"))  # As after a crash.
    assert forget_drafts(ledger, now=NOON + WAITING) == 0
    assert left() == (6, "prepared")
    assert forget_drafts(ledger, now=NOON + WAITING + 1) == 2
    assert left() == (4, "withdrawn")
    assert forget_drafts(ledger, now=NOON + WAITING + WITHDRAWN + DAY) == 0
    assert left()[0] == 4
    assert list(ledger.book("giussano").check()) == []
