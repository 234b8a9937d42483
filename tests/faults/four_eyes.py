"""Row 28: ways round the second person, by the verbs and in the database: none gets through.

Lists, rankings, rules, money, recalls and slips, each asked by whoever must not sign; contents
changed before and after a signature; rows written into the registers by hand. Not here: the rights
of pages.
"""
# long: every way round on one page, so that a new thing to sign finds its place.

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import insert, update
from sqlalchemy.exc import DatabaseError

from ledger import Decision, Ledger, open_ledger, random_id
from ledger.core.chart import EntryKind
from ledger.core.entitlement.call_rule import Limits
from ledger.core.proposals import Confirmation
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.change_by_two import (
    Change,
    confirm_change,
    effect_of,
    propose_change,
)
from ledger.operations.fund_programme import (
    Act,
    Economie,
    Funding,
    confirm_budget,
    propose_budget,
    source_of,
)
from ledger.operations.import_applications import withdraw_batch
from ledger.operations.issue_vouchers import NotApproved, SlipOrder, issue_batch, issue_slips
from ledger.operations.open_call import RuleApproval, approve_rule, propose_rule
from ledger.store import schema
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Officer
from ledger.store.registers.batches import Draft, read_draft
from ledger.store.registers.calls import read_call
from ledger.store.registers.vouchers import vouchers_of
from tests.faults.scoreboard import Asked, Row
from tests.operations.test_calls import (
    FLAT,
    arrived,
    opened_call,
    ranked,
    receive,
    signed,
)
from tests.town import LIST, NOON, Town, key, make_town

Attempt = Callable[[], bool]  # Whether it got through.
WANTED = 50
NOWHERE = 90_000  # In no log.


def four_eyes(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """Try every way once; the row says how many got through."""
    through, tried = [], 0
    with open_ledger(url) as ledger:
        ledger.clock = lambda: NOON
        for name, attempt in World.made(ledger).attempts():
            tried += 1
            if attempt():
                through.append(name)
    got = {"attempts": tried, "got_through": len(through)}
    goal = f"0 of {WANTED} ways round the second person get through"
    passed = not through and tried >= WANTED
    return Row(28, "four_eyes", goal, got, passed, asked.seed, asked.engine, through[:5])


@dataclass
class World:
    """A town with something of everything that waits for a second person."""

    town: Town
    batches: Iterator[Draft]
    rules: UUID
    voucher: UUID
    family: UUID
    fund: Any
    fresh: Iterator[int]

    @classmethod
    def made(cls, ledger: Ledger) -> "World":
        """One issued list, many that wait, a call with a rule, a family with a voucher."""
        town = make_town(ledger)
        funding = town.programme(100_000_00)
        town.issue(funding)
        with ledger.reading() as db:
            family = min(families_of(db, town.book_no).values())
            voucher = vouchers_of(db, town.book_no, family)[0].id
        drafts = (town.prepare(funding, LIST, f"r{number}") for number in range(100))
        return cls(town, drafts, _call(town), voucher, family, funding, count(50_000_00))

    def wrong_people(self, first: Officer) -> Iterator[tuple[str, Officer]]:
        """Who must not sign what the first officer made."""
        approver = self.town.approver
        yield "the same account", replace(first, role="approver")
        yield (
            "another account of the same person",
            replace(approver, person_id=first.person_id, officer_id=random_id()),
        )
        for role in ("officer", "treasurer", "auditor"):
            yield f"the role {role}", replace(approver, role=role)
        yield "an approver of another comune", replace(approver, book_no=approver.book_no + 1)

    def attempts(self) -> Iterator[tuple[str, Attempt]]:
        """All of them, by name."""
        yield from self._by_people()
        yield from self._by_contents()
        yield from self._by_hand()

    def _by_people(self) -> Iterator[tuple[str, Attempt]]:
        verbs: dict[str, Callable[[Officer], Decision]] = {
            "a list": lambda who: self._approve(next(self.batches), who),
            "a rule": self._approve_rule,
            "a recall": self._confirm,
            "slips": self._slips,
            "a ranking": self._approve_ranking,
            "money by an act": self._commit,
            "money given back": self._give_back,
        }
        for what, verb in verbs.items():
            for who, officer in self.wrong_people(self.town.officer):
                yield f"{what} by {who}", partial(_accepted, verb, officer)

    def _approve(self, draft: Draft, who: Officer, **changes: Any) -> Decision:  # noqa: ANN401
        asked = Approval(draft.batch_id, draft.content_hash, draft.total_cents)
        return approve_batch(
            self.town.ledger, self.town.comune, replace(asked, **changes), approver=who,
            key=key(), now=NOON,
        )  # fmt: skip

    def _approve_rule(self, who: Officer, content: bytes = b"") -> Decision:
        town = self.town
        new = replace(FLAT, limits=Limits(isee=next(self.fresh)))
        rule = propose_rule(town.ledger, self.rules, new, officer=town.officer, now=NOON)
        asked = RuleApproval(self.rules, rule.version, content or rule.rule_hash)
        return approve_rule(town.ledger, town.comune, asked, approver=who, key=key(), now=NOON)

    def _confirm(self, who: Officer, content: bytes = b"") -> Decision:
        town, change = self.town, Change(EntryKind.RECALL, self.voucher)
        effect = effect_of(town.ledger.book(town.comune), change, NOON)
        made = propose_change(
            town.ledger, town.comune, change, officer=town.officer, key=key(), now=NOON
        )
        asked = Confirmation(made.request.id, content or effect.content_hash(change))
        return confirm_change(town.ledger, town.comune, asked, officer=who, key=key(), now=NOON)

    def _slips(self, who: Officer) -> Decision:
        town = self.town
        order = SlipOrder(
            random_id(), self.fund.programme_id, self.fund.fund(), self.family, 5_00, 1
        )
        [made] = issue_slips(
            town.ledger, town.comune, order, officer=town.officer, approver=who, now=NOON
        )
        return made

    def _approve_ranking(self, who: Officer) -> Decision:
        town = self.town
        with town.ledger.reading() as db:
            draft = read_draft(db, _ranking(town, self.rules))
        assert draft
        return self._approve(draft, who)

    def _commit(self, who: Officer, content: bytes = b"") -> Decision:
        act = Act(random_id().hex, date(2026, 11, 1), "Impegno")
        return self._budget(replace(self.fund, act=act), who, content)

    def _give_back(self, who: Officer) -> Decision:
        one = self.fund
        source = source_of(self.town.ledger, self.town.comune, one.programme_id, one.fund())
        return self._budget(Economie(source, 1_00), who)

    def _budget(
        self, asked: Funding | Economie, who: Officer, content: bytes = b"", *, edit: bool = False
    ) -> Decision:
        town, asking = self.town, key()
        made = asked.change(asking, town.officer.person_id)
        proposed = propose_budget(
            town.ledger, town.comune, asked, officer=town.officer, key=asking, now=NOON
        )
        assert proposed.accepted, proposed.code
        if edit:
            where = schema.budget_proposal.c.proposal_id == asking
            made = replace(made, amount_cents=made.amount_cents + 1)
            changed = update(schema.budget_proposal).where(where)
            town.ledger.write(lambda db: db.execute(changed.values(amount_cents=made.amount_cents)))
        seen = Confirmation(asking, content or made.content_hash())
        return confirm_budget(town.ledger, town.comune, seen, officer=who, key=key(), now=NOON)

    def _by_contents(self) -> Iterator[tuple[str, Attempt]]:
        approver = self.town.approver
        yield (
            "another content of a list",
            lambda: self._approve(next(self.batches), approver, content_hash=b"\x00" * 32).accepted,
        )
        yield (
            "another total of a list",
            lambda: self._approve(next(self.batches), approver, total_cents=1).accepted,
        )
        yield "a list that was put aside", self._withdrawn
        yield "a row changed before the signature", self._edited_before
        yield "a row changed after the signature", self._edited_after
        yield "a status written by hand", self._forged_status
        yield "another text of a rule", lambda: self._approve_rule(approver, b"\x00" * 32).accepted
        yield "another act", lambda: self._commit(approver, b"\x00" * 32).accepted
        other = replace(self.fund, act=Act("edited", date(2026, 11, 1), "Impegno"))
        yield (
            "money changed after it was proposed",
            lambda: self._budget(other, approver, edit=True).accepted,
        )
        yield "another effect of a recall", lambda: self._confirm(approver, b"\x00" * 32).accepted

    def _withdrawn(self) -> bool:
        draft = next(self.batches)
        withdraw_batch(self.town.ledger, draft.batch_id)
        return self._approve(draft, self.town.approver).accepted

    def _edit(self, draft: Draft) -> None:
        """Give one family what another was to have."""
        rows = schema.import_row.c
        where = (rows.batch_id == draft.batch_id) & (rows.row_no == 1)
        change = update(schema.import_row).where(where).values(amount_cents=60_00)
        self.town.ledger.write(lambda db: db.execute(change))

    def _edited_before(self) -> bool:
        draft = next(self.batches)
        self._edit(draft)
        return self._approve(draft, self.town.approver).accepted

    def _edited_after(self) -> bool:
        draft = next(self.batches)
        assert self._approve(draft, self.town.approver).accepted
        self._edit(draft)
        return self._issued(draft)

    def _forged_status(self) -> bool:
        draft = next(self.batches)
        where = schema.import_draft.c.batch_id == draft.batch_id
        change = update(schema.import_draft).where(where).values(status="approved")
        self.town.ledger.write(lambda db: db.execute(change))
        return self._issued(draft)

    def _issued(self, draft: Draft) -> bool:
        try:
            made = issue_batch(self.town.ledger, self.town.comune, draft.batch_id, now=NOON)
        except NotApproved:
            return False
        return made.vouchers > 0

    def _by_hand(self) -> Iterator[tuple[str, Attempt]]:
        """Rows of the registers in which one person is both, and real rows changed to that."""
        for table in BY_HAND:
            yield f"{table}: written by one person", partial(self._written, table, over=False)
            yield f"{table}: written over", partial(self._written, table, over=True)

    def _written(self, table: str, *, over: bool) -> bool:
        """Whether the database takes one person twice: in a new row, or over one of two."""
        register, (one, other, values) = schema.REGISTERS[table], BY_HAND[table]
        who = random_id()
        keys = {name: random_id() for name in set(register.c.keys()) if name.endswith("_id")}
        place = {"book_no": self.town.book_no, "log_index": NOWHERE + over, "row_no": 0}
        row = keys | place | values | {one: who, other: random_id() if over else who}
        known = {name: value for name, value in row.items() if name in register.c}
        if not over:
            return self._taken(insert(register).values(known))
        assert self._taken(insert(register).values(known))  # Two persons: that is allowed.
        where = register.c.log_index == place["log_index"]
        return self._taken(update(register).where(where).values({other: who}))

    def _taken(self, statement: Any) -> bool:  # noqa: ANN401 -- one of SQLAlchemy's.
        try:
            self.town.ledger.write(lambda db: db.execute(statement))
        except DatabaseError:
            return False
        return True


BY_HAND: dict[str, tuple[str, str, dict[str, Any]]] = {
    "batch_approval": ("prepared_by", "approved_by", {
        "fund": UUID(int=1), "batch_account": UUID(int=2), "content_hash": b"x",
        "total_cents": 5, "row_count": 1,
    }),
    "proposal_end": ("proposed_by", "ended_by", {"outcome": "confirmed", "content_hash": b"x"}),
    "payout_signature": ("closed_by", "paid_by", {"period": 1}),
    "sample_examiner": ("settled_by", "examined_by", {"step": 1}),
    "rule_version": ("proposed_by", "approved_by", {
        "version": 90, "rule": "{}", "rule_hash": b"x",
    }),
    "ranking_approval": ("prepared_by", "approved_by", {
        "version": 1, "inputs_hash": b"x", "lines_hash": b"x", "budget_cents": 5,
        "total_cents": 5,
    }),
}  # fmt: skip


def _accepted(verb: Callable[[Officer], Decision], who: Officer) -> bool:
    try:
        return verb(who).accepted
    except (sqlite3.Error, psycopg.Error):  # Where the verb does not look, the database does.
        return False


def _call(town: Town) -> UUID:
    """A call with a rule that two signed, and somebody who applied."""
    call = opened_call(town, act="77")
    assert signed(town, call, FLAT).accepted
    receive(town, call, arrived(1, 9_000_00))
    return call.call_id


def _ranking(town: Town, call_id: UUID) -> UUID:
    with town.ledger.reading() as db:
        call = read_call(db, call_id)
    assert call
    return ranked(town, call).ranking_id
