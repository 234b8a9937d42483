"""A small town for tests: one comune, its officers, shops and families; all people invented."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ledger import AccountId, Decision, Ledger, RequestId, new_id, random_id
from ledger.core.programmes import Terms, starts_at
from ledger.core.proposals import Confirmation
from ledger.core.quantities import SECOND, Instant
from ledger.imports.applications import read_applications
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.enrol_shop import enrol_shop, enrol_till
from ledger.operations.fund_programme import (
    Act,
    Cover,
    Economie,
    Funding,
    confirm_budget,
    propose_budget,
)
from ledger.operations.import_applications import Target, compare_with_ledger, prepare_batch
from ledger.operations.issue_credential import NewCredential, issue_family_codes
from ledger.operations.issue_vouchers import issue_batch
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Comune, Officer, add_comune, add_officer
from ledger.store.network.shops import ShopEntry
from ledger.store.passwords import hash_password
from ledger.store.registers.batches import Draft
from ledger.store.signing import make_signing_keys

NOON = starts_at(date(2026, 11, 2)) + 12 * 3600 * SECOND
TERMS = Terms("Buoni spesa", "Per fare la spesa", date(2026, 11, 1), date(2026, 12, 31))
PASSWORD = "una frase lunga e inventata"

# Fiscal codes of nobody: right in form, of people who do not exist.
ROSSI, BIANCHI = "RSSMRA80A41F205B", "BNCGLI85B41F205J"
LIST = f"""Codice fiscale;Cognome;Nome;Importo
{ROSSI};Rossi;Mara;50,00
{BIANCHI};Bianchi;Giulia;80,00
"""


def key() -> RequestId:
    return RequestId(new_id())


@dataclass
class Town:
    """What a test needs to name."""

    ledger: Ledger
    officer: Officer
    approver: Officer
    treasurer: Officer

    comune: str = "giussano"

    def programme(self, amount: int = 10_000_00, terms: Terms = TERMS, act: str = "42") -> Funding:
        """Define a programme and commit an amount (cents) by an act."""
        request = key()
        officer = self.officer.officer_id
        define_programme(self.ledger, self.comune, terms, officer=officer, key=request, now=NOON)
        funding = Funding(
            programme_id_of(request),
            Act(act, date(2026, 10, 20), "Impegno di spesa"),
            "comune",
            "Bilancio comunale",
            amount,
        )
        decision = self.commit(funding)
        assert decision.accepted, decision.code
        return funding

    def commit(self, asked: Funding | Economie | Cover, now: Instant = NOON) -> Decision:
        """Change a programme's money, as two officers do."""
        proposal, ledger = key(), self.ledger
        propose_budget(ledger, self.comune, asked, officer=self.officer, key=proposal, now=now)
        change = asked.change(proposal, self.officer.person_id)
        seen = Confirmation(proposal, change.content_hash())
        return confirm_budget(ledger, self.comune, seen, officer=self.approver, key=key(), now=now)

    def prepare(self, funding: Funding, text: str = LIST, round_name: str = "1") -> Draft:
        """Import a list as a draft that waits for the second officer."""
        target = Target(funding.programme_id, funding.fund(), round_name)
        preview = read_applications(text.encode())
        compared = compare_with_ledger(self.ledger, self.comune, preview, target)
        return prepare_batch(
            self.ledger,
            self.comune,
            compared,
            target,
            prepared_by=self.officer.person_id,
            now=NOON,
        )

    def approve(self, draft: Draft) -> None:
        """The second officer's yes."""
        approval = Approval(draft.batch_id, draft.content_hash, draft.total_cents)
        decision = approve_batch(
            self.ledger, self.comune, approval, approver=self.approver, key=key(), now=NOON
        )
        assert decision.accepted, decision.code

    def issue(self, funding: Funding, text: str = LIST, round_name: str = "1") -> UUID:
        """Import a list, approve it by the second officer, issue it; gives the batch."""
        draft = self.prepare(funding, text, round_name)
        self.approve(draft)
        issue_batch(self.ledger, self.comune, draft.batch_id, now=NOON)
        return draft.batch_id

    def codes(self) -> list[NewCredential]:
        """Give every family its code and PIN."""
        with self.ledger.reading() as db:
            families = sorted(families_of(db, self.book_no).values())
        return issue_family_codes(self.ledger, self.comune, families, now=NOON)

    @property
    def book_no(self) -> int:
        return self.ledger.book(self.comune).book_no

    def shop(self, name: str = "Panificio Prova", category: str = "bakery") -> tuple[UUID, str]:
        """Accredit a shop with one till; gives the shop's id and the till's secret."""
        shop_id = random_id()
        entry = ShopEntry(
            shop_id,
            self.book_no,
            name,
            category,
            "Via Inventata 1",
            "00743110157",
            "IT60X0542811101000000123456",
        )
        enrol_shop(self.ledger, self.comune, entry)
        return shop_id, enrol_till(self.ledger, shop_id, "Cassa 1")[1]

    def account(self, kind: str) -> AccountId:
        """The first account of a kind."""
        lines = self.ledger.book(self.comune).trial_balance()
        return next(line.account for line in lines if line.kind == kind)


def make_town(ledger: Ledger) -> Town:
    """One comune with three officers, and its signing keys."""
    book = ledger.book("giussano", create=True)
    entry = Comune(book.book_no, "giussano", "Giussano", "c_e063", "108024", 26_384, "0362 000000")
    ledger.write(lambda db: add_comune(db, entry))
    make_signing_keys(ledger, "c_e063", now=NOON)
    kept = hash_password(PASSWORD)
    officer, approver, treasurer = (
        Officer(random_id(), book.book_no, random_id(), role, role, "active")
        for role in ("officer", "approver", "treasurer")
    )

    def add(db: Connection) -> None:
        for one in (officer, approver, treasurer):
            add_officer(db, one, kept)

    ledger.write(add)
    return Town(ledger, officer, approver, treasurer)
