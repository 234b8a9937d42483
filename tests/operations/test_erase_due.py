"""People are kept as long as anything needs them, then erased by two persons, as listed."""
# long: every reason to keep somebody beside the others, with one set of helpers.

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger import Ledger, StoreError, open_ledger, random_id
from ledger.core.programmes import Terms, starts_at
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY
from ledger.operations import erase_due
from ledger.operations.erase_due import (
    Erased,
    ListChanged,
    NothingDue,
    confirm_list,
    propose_list,
    run_list,
)
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.keep_people import lift_hold, set_hold, set_retention
from ledger.operations.sign_in import PinOutcome, sign_in_family
from ledger.store import people, scrubbing
from ledger.store.engines import Store
from ledger.store.erasing import release
from ledger.store.keys import person_key
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Comune, Officer, add_comune
from ledger.store.people import find_people, papers_of
from ledger.store.registers.needs import Reason
from ledger.store.registers.programmes import programmes
from ledger.store.registers.retention import Hold, RetentionList, items_left, open_holds
from ledger.store.retaining import Asking
from ledger.store.retention import due, last_day
from ledger.store.schema import application, retention_run
from ledger.store.vault import open_commitment
from ledger.store.vault_schema import lookup, opening, paper, person
from tests.engines import sqlite_copy
from tests.operations.test_calls import arrived, opened_call, receive
from tests.town import BIANCHI, LIST, NOON, ROSSI, Town, key, make_town

END = date(2026, 12, 31)  # Of the town's programme: people are kept until two years later.
LAST, FIRST = date(2028, 12, 31), date(2029, 1, 1)
LATER = Terms("Nidi", "Per i nidi", date(2027, 1, 1), date(2028, 6, 30))
THEN = starts_at(FIRST) + DAY // 2


@pytest.fixture
def town(ledger: Ledger) -> Town:
    """Two families whose vouchers have ended, so that the money is back."""
    made = make_town(ledger)
    made.issue(made.programme())
    made.codes()
    expire_vouchers(ledger, made.comune, now=starts_at(date(2027, 1, 2)))
    return made


def who(town: Town, code: str) -> UUID:
    return find_people(town.ledger, [code])[code]


def family(town: Town, code: str) -> UUID:
    with town.ledger.reading() as db:
        return families_of(db, town.book_no)[who(town, code)]


def by(town: Town, *, approver: bool = False) -> Asking:
    return Asking(town.approver if approver else town.officer, key(), THEN)


def proposed(town: Town, as_of: date = FIRST) -> RetentionList:
    one = propose_list(town.ledger, town.comune, as_of, officer=town.officer, now=THEN)
    assert one is not None
    return one


def signed(town: Town, one: RetentionList) -> None:
    asked = Confirmation(one.list_id, one.content_hash)
    decision = confirm_list(town.ledger, town.comune, asked, by=by(town, approver=True))
    assert decision.accepted, decision.code


def run(town: Town, one: RetentionList) -> Erased:
    return run_list(
        town.ledger, town.comune, one.list_id, officer=town.approver, now=THEN,
        tell=lambda _done, _all: None,
    )  # fmt: skip


def count(ledger: Ledger) -> dict[str, int]:
    """How much is left of people."""
    found = {}
    tables = {Store.VAULT: (person, paper, lookup, opening), Store.KEYS: (person_key,)}
    for store, some in tables.items():
        with ledger.reading(store) as db:
            for one in some:
                query = select(func.count()).select_from(one)
                found[one.name] = int(db.execute(query).scalar_one())
    return found


def test_the_last_day_is_so_many_months_later() -> None:
    assert last_day(END, 24) == LAST
    assert last_day(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert last_day(date(2026, 8, 31), 18) == date(2028, 2, 29)


def test_who_is_due_is_erased_and_the_book_stays_as_it_was(town: Town) -> None:
    ledger, book = town.ledger, town.ledger.book(town.comune)
    assert due(ledger, town.comune, LAST).people == ()
    listed = due(ledger, town.comune, FIRST)
    assert sorted(listed.people) == sorted((who(town, ROSSI), who(town, BIANCHI)))
    assert listed.gone == {("P1", "person"): 2}
    before = list(map(repr, book.trial_balance()))
    one = proposed(town)
    assert one.content_hash == listed.content_hash()
    signed(town, one)
    assert run(town, one) == Erased(2, 0, 0)
    assert not any(count(ledger).values())
    assert list(map(repr, book.trial_balance())) == before
    assert list(book.check()) == []
    assert due(ledger, town.comune, FIRST).items == []
    assert run(town, one) == Erased(0, 0, 0)  # Again: nothing is left to do.


def test_a_family_is_kept_while_anything_needs_it_and_the_list_says_what(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())  # Not expired: money is left.
    with pytest.raises(NothingDue):
        proposed(town)
    assert due(ledger, town.comune, FIRST).kept == {("P1", Reason.MONEY_LEFT): 2}
    expire_vouchers(ledger, town.comune, now=starts_at(date(2027, 1, 2)))
    assert due(ledger, town.comune, END).kept == {("P1", Reason.RUNNING): 2}
    assert due(ledger, town.comune, LAST).kept == {("P1", Reason.TERM): 2}
    assert due(ledger, town.comune, FIRST).kept == {}
    later = town.programme(terms=LATER, act="43")
    town.prepare(later, LIST.replace(ROSSI, "VRDLCU75A01F205M"))  # Bianchi asks for another thing.
    assert due(ledger, town.comune, FIRST).kept == {("P2", Reason.TERM): 2}
    assert due(ledger, town.comune, FIRST).people == (who(town, ROSSI),)
    assert len(due(ledger, town.comune, date(2030, 7, 1)).people) == 3


def test_a_rule_is_data_and_the_newest_counts(town: Town) -> None:
    ledger = town.ledger
    programme = _programme(town)
    for months, day in ((60, date(2032, 1, 1)), (1, date(2027, 2, 1))):
        asked = set_retention(ledger, town.comune, programme, months, by=by(town))
        assert asked.accepted
        assert len(due(ledger, town.comune, day).people) == 2
        assert due(ledger, town.comune, date.fromordinal(day.toordinal() - 1)).people == ()
    with pytest.raises(ValueError, match="240"):
        set_retention(ledger, town.comune, programme, 0, by=by(town))
    treasurer = Asking(town.treasurer, key(), THEN)
    assert not set_retention(ledger, town.comune, programme, 12, by=treasurer).accepted


def _programme(town: Town) -> UUID:
    with town.ledger.reading() as db:
        return programmes(db, town.book_no)[0].id


def test_a_legal_hold_keeps_until_it_is_lifted_and_its_words_are_in_the_vault(town: Town) -> None:
    ledger, held = town.ledger, family(town, ROSSI)
    asking = by(town)
    for _ in range(2):  # Sent twice, it is one hold.
        assert set_hold(ledger, town.comune, held, "Ricorso pendente", by=asking).accepted
    [hold] = open_holds_of(town)
    assert open_commitment(ledger, hold.note) == {"reason": "Ricorso pendente"}
    listed = due(ledger, town.comune, FIRST)
    assert listed.people == (who(town, BIANCHI),)
    assert listed.kept == {("P1", Reason.LEGAL_HOLD): 1}
    lifting = by(town, approver=True)
    for _ in range(2):
        assert lift_hold(ledger, town.comune, hold.hold_id, "Sentenza", by=lifting).accepted
    assert open_holds_of(town) == ()
    assert len(due(ledger, town.comune, FIRST).people) == 2
    with pytest.raises(LookupError):
        set_hold(ledger, town.comune, key(), "Di nessuno", by=by(town))
    assert list(ledger.book(town.comune).check()) == []


def open_holds_of(town: Town) -> tuple[Hold, ...]:
    with town.ledger.reading() as db:
        return open_holds(db, town.book_no)


def test_nobody_confirms_what_they_proposed_or_what_is_not_listed(town: Town) -> None:
    ledger, one = town.ledger, proposed(town)
    right = Confirmation(one.list_id, one.content_hash)
    for asked, officer in (
        (right, town.officer),
        (right, town.treasurer),
        (Confirmation(one.list_id, bytes(32)), town.approver),
    ):
        decision = confirm_list(ledger, town.comune, asked, by=Asking(officer, key(), THEN))
        assert decision.code == "not_approved"
    with pytest.raises(LookupError):
        run(town, one)
    own = propose_list(ledger, town.comune, FIRST, officer=town.approver, now=THEN)
    assert own is not None
    asked = Confirmation(own.list_id, own.content_hash)
    refused = confirm_list(ledger, town.comune, asked, by=by(town, approver=True))
    assert refused.code == "not_approved"
    assert propose_list(ledger, town.comune, FIRST, officer=town.treasurer, now=THEN) is None
    row = {
        "book_no": town.book_no, "list_id": one.list_id, "as_of": "", "content_hash": b"",
        "people": 1, "applications": 0, "proposed_by": town.officer.person_id,
        "confirmed_by": town.officer.person_id, "log_index": 0, "row_no": 0,
    }  # fmt: skip

    def by_hand(db: Connection) -> None:
        db.execute(insert(retention_run).values(row))

    with pytest.raises(IntegrityError):
        ledger.write(by_hand)


def test_a_list_that_changed_is_refused_and_one_that_changes_later_leaves_who_is_needed(
    town: Town,
) -> None:
    ledger, one = town.ledger, proposed(town)
    asked = Confirmation(one.list_id, one.content_hash)
    assert set_hold(ledger, town.comune, family(town, ROSSI), "Indagine", by=by(town)).accepted
    with pytest.raises(ListChanged):
        confirm_list(ledger, town.comune, asked, by=by(town, approver=True))
    other = proposed(town)
    assert other.people == 1
    signed(town, other)
    assert set_hold(ledger, town.comune, family(town, BIANCHI), "Altra", by=by(town)).accepted
    assert run(town, other) == Erased(0, 0, 1)
    assert len(papers_of(ledger, [who(town, ROSSI), who(town, BIANCHI)])) == 2


def test_a_run_that_was_broken_off_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase_due, "PORTION", 1)
    one = proposed(town)
    signed(town, one)

    def stop(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(erase_due, "erase_people", stop)
        with pytest.raises(KeyboardInterrupt):
            run(town, one)
    with town.ledger.reading() as db:
        assert len(items_left(db, one.list_id)) == 2
    assert run(town, one) == Erased(2, 0, 0)
    assert not any(count(town.ledger).values())
    assert list(town.ledger.book(town.comune).check()) == []


def test_who_comes_back_while_being_erased_is_written_down_anew(town: Town, url: str) -> None:
    """An import in another process finds them a moment before; it must not lose them."""
    one = proposed(town)
    signed(town, one)
    with open_ledger(url) as importing:
        other = Town(importing, town.officer, town.approver, town.treasurer)
        later = other.programme(terms=LATER, act="43")
        old = who(other, ROSSI)
        other.prepare(later)
        assert who(other, ROSSI) == old  # Wanted again: the same person.
        assert run(town, one).stayed == 2
        assert papers_of(importing, [old])[old]["surname"] == "Rossi"


def test_what_was_declared_goes_when_its_programme_is_over_though_the_person_stays(
    town: Town,
) -> None:
    ledger = town.ledger
    call = opened_call(town, act="44")  # In a programme that ends as the first does.
    receive(town, call, arrived(7, 9_000_00, dsu="DSU-7"))
    [applicant] = find_people(ledger, [arrived(7, 1).fiscal_code]).values()
    later = town.programme(terms=LATER, act="45")
    town.prepare(later, LIST.replace(ROSSI, arrived(7, 1).fiscal_code))
    listed = due(ledger, town.comune, FIRST)
    assert len(listed.applications) == 1
    assert applicant not in listed.people
    one = proposed(town)
    signed(town, one)
    assert run(town, one) == Erased(1, 1, 0)
    assert set(papers_of(ledger, [applicant])[applicant]) == {"fiscal_code", "surname", "name"}
    with ledger.reading() as db:
        assert db.execute(select(application.c.household)).scalar_one() is None


def test_codes_of_who_is_erased_work_no_more(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    code = town.codes()[0]
    expire_vouchers(ledger, town.comune, now=starts_at(date(2027, 1, 2)))
    assert sign_in_family(ledger, code.code, code.pin, now=NOON).outcome is PinOutcome.RIGHT
    one = proposed(town)
    signed(town, one)
    run(town, one)
    assert sign_in_family(ledger, code.code, code.pin, now=NOON).outcome is PinOutcome.WRONG


def test_an_import_between_the_last_look_and_the_erasure_keeps_who_it_found(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = proposed(town)
    signed(town, one)
    ledger, rossi = town.ledger, who(town, ROSSI)

    def found_first(people: list[UUID], before: int, db: Connection) -> list[UUID]:
        db.execute(update(person).where(person.c.person_id == rossi).values(created_at=THEN))
        return release(people, before, db)

    monkeypatch.setattr(erase_due, "release", found_first)
    assert run(town, one) == Erased(1, 0, 1)
    assert papers_of(ledger, [rossi])[rossi]["surname"] == "Rossi"


def test_an_import_that_comes_too_late_writes_somebody_down_anew(town: Town) -> None:
    ledger, old = town.ledger, who(town, ROSSI)
    ledger.write(lambda db: release([old], THEN, db), store=Store.VAULT)
    with pytest.raises(people.Swept):
        ledger.write(lambda db: people._use(db, [old], THEN), store=Store.VAULT)
    new = people.keep_people(ledger, [people.NewPerson(ROSSI, {"surname": "Rossi"})], now=THEN)
    assert new[ROSSI] != old


def test_a_family_that_another_comune_needs_is_kept_by_both(town: Town) -> None:
    ledger = town.ledger
    other = neighbour(ledger)
    other.prepare(other.programme(terms=LATER), LIST.replace(BIANCHI, "VRDLCU75A01F205M"))
    listed = due(ledger, town.comune, FIRST)
    assert listed.people == (who(town, BIANCHI),)
    assert listed.kept == {("P1", Reason.OTHER_COMUNE): 1}
    for where in (town, other):
        assert who(town, ROSSI) in due(ledger, where.comune, date(2030, 7, 1)).people


def neighbour(ledger: Ledger) -> Town:
    """Another comune of the same network."""
    book = ledger.book("seveso", create=True)
    entry = Comune(book.book_no, "seveso", "Seveso", "c_i709", "108040", 23_000, "0362 111111")
    ledger.write(lambda db: add_comune(db, entry))
    officer, approver, treasurer = (
        Officer(random_id(), book.book_no, random_id(), role, role, "active")
        for role in ("officer", "approver", "treasurer")
    )
    return Town(ledger, officer, approver, treasurer, "seveso")


def test_files_that_are_in_use_are_told_and_scrubbed_the_next_time(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "TRIES", 1)
    monkeypatch.setattr(scrubbing, "BUSY_SECONDS", 0.05)
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        made = make_town(ledger)
        made.issue(made.programme())
        expire_vouchers(ledger, made.comune, now=starts_at(date(2027, 1, 2)))
        one = proposed(made)
        signed(made, one)
        with ledger.reading(Store.KEYS) as db:
            db.execute(select(func.count()).select_from(person_key))
            with pytest.raises(StoreError, match="run this again"):
                run(made, one)
        assert run(made, one) == Erased(0, 0, 0)
        assert (tmp_path / "portavalori.keys.db-wal").stat().st_size == 0
