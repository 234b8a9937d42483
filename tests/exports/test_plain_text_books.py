"""Beancount and hledger read a book of ours, and add it up to the cents that we say."""

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from typer.testing import CliRunner

from ledger import Book, open_ledger
from ledger.core.chart import CHART, AccountKind, Side
from ledger.core.quantities import DAY
from ledger.exports.plain_text_books import End, Entry, Form, Move, Names, plain_text_book
from ledger.reports import book_lines
from scripts.cli import app
from scripts.exports import entries_of
from tests.peers import LeaveOut, interpreter_with, run
from tests.store.rich_store import rich_ledger
from tests.test_book_machine import BookMachine
from tests.town import BIANCHI, ROSSI, make_town

PEER = Path(__file__).parent / "beancount_peer"
BEGIN = 1_795_000_000_000_000
Balances = dict[str, Decimal]


class Programs:
    """The two programs, and what they say of files."""

    def __init__(self, leave_out: LeaveOut, folder: Path) -> None:
        self.hledger = shutil.which("hledger") or ""
        if not self.hledger:
            leave_out.because("hledger is not installed")
        self.python = interpreter_with("beancount", leave_out)
        self.folder = folder

    def files(self, book: str, entries: list[Entry]) -> tuple[Path, Path]:
        bean, hledger = self.folder / f"{book}.beancount", self.folder / f"{book}.hledger"
        for form, path in ((Form.BEANCOUNT, bean), (Form.HLEDGER, hledger)):
            text = "".join(plain_text_book(book, entries, form))
            path.write_text(text, encoding="utf-8", newline="")
        return bean, hledger

    def beancount(self, *files: Path) -> list[Balances]:
        done = run([str(self.python), "-I", str(PEER)], json.dumps([str(file) for file in files]))
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert [one["errors"] for one in told] == [[] for _ in files]
        return [
            {f"{name} {unit}": Decimal(cents) for name, unit, cents in one["balances"]}
            for one in told
        ]

    def complaints(self, bean: Path, hledger: Path) -> list[str]:
        """What `bean-check` and `hledger check --strict` have against the files."""
        checks = [
            run([str(self.python), "-I", "-m", "beancount.scripts.check", str(bean)]),
            run([self.hledger, "check", "--strict", "-f", str(hledger)]),
        ]
        return [done.stdout + done.stderr for done in checks if done.returncode]

    def hledger_balances(self, file: Path) -> Balances:
        words = ["balance", "--flat", "--empty", "--no-total", "--layout=bare", "-O", "csv", "-f"]
        done = run([self.hledger, *words, str(file)])
        assert done.returncode == 0, done.stderr
        rows = [line.strip('"').split('","') for line in done.stdout.splitlines()[1:]]
        return {f"{name} {unit}": Decimal(cents) for name, unit, cents in rows}


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    leave_out = LeaveOut("the books of others")
    return Programs(leave_out, tmp_path_factory.mktemp("books"))


def by_id(told: Balances) -> dict[str, Decimal]:
    """Balances by what an account's id begins with."""
    return {name.split()[0].rpartition(":")[2].lower(): cents for name, cents in told.items()}


def trial(book: Book) -> dict[str, Decimal]:
    """Our own trial balance: dare positive, accounts that anything was posted on."""
    signs = {kind: 1 if line.side is Side.DEBIT else -1 for kind, line in CHART.items()}
    return {
        line.account.hex[:12]: Decimal(signs[AccountKind(line.kind)] * line.balance) / 100
        for line in book.trial_balance()
        if line.debits or line.credits
    }


def test_both_add_random_books_up_to_the_cent(url: str, programs: Programs) -> None:
    machine: type[BookMachine] = type("Machine", (BookMachine,), {"url": url})
    case = machine.TestCase
    case.settings = settings(
        max_examples=8, stateful_step_count=25, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
    )  # fmt: skip
    case("runTest").runTest()
    with open_ledger(url) as ledger:
        books = {book.name: trial(book) for book in ledger.books()}
        files = [programs.files(name, list(entries_of(ledger.book(name)))) for name in books]
    assert len(books) >= 8  # An example that draws too much is made again.
    assert sum(len(balances) for balances in books.values()) > 40
    beancount = programs.beancount(*(bean for bean, _ in files))
    for told, (_, hledger), ours in zip(beancount, files, books.values(), strict=True):
        assert by_id(told) == ours
        assert run([programs.hledger, "check", "--strict", "-f", str(hledger)]).stderr == ""
        assert by_id(programs.hledger_balances(hledger)) == ours


def test_both_prove_a_book_that_has_everything(url: str, programs: Programs) -> None:
    with rich_ledger(url) as ledger:
        [book] = ledger.books()
        ours, entries = trial(book), list(entries_of(book))
    bean, hledger = programs.files("rich", entries)
    assert programs.complaints(bean, hledger) == []
    assert by_id(programs.beancount(bean)[0]) == by_id(programs.hledger_balances(hledger)) == ours
    text = bean.read_text(encoding="utf-8")
    assert 'act: "number 1 + number 2"' in text
    assert "undoes: " in text
    posted = [move.seq for entry in entries for move in entry.moves]
    assert posted == sorted(set(posted))
    assert len(text.split("    seq: ")) - 1 == 2 * len(posted)


def test_one_cent_too_much_is_found_by_both(programs: Programs, entry: Entry) -> None:
    [move] = entry.moves
    for wrong in (
        replace(move, debit=replace(move.debit, balance=move.debit.balance + 1)),
        replace(move, credit=replace(move.credit, balance=move.credit.balance - 1)),
    ):
        files = programs.files("wrong", [replace(entry, moves=(wrong,))])
        assert len(programs.complaints(*files)) == 2


@pytest.fixture
def entry() -> Entry:
    debit = End(UUID(int=1 << 100), AccountKind.TREASURY, 10_00)
    credit = End(UUID(int=2 << 100), AccountKind.FUND, 10_00)
    moves = (Move(1, "P1", 10_00, debit, credit),)
    return Entry(0, UUID(int=7), "funding", BEGIN, ("42",), moves)


def test_the_days_are_those_of_rome_and_each_has_its_end(programs: Programs, entry: Entry) -> None:
    [move] = entry.moves
    more = replace(
        move, seq=2, debit=replace(move.debit, balance=20_00),
        credit=replace(move.credit, balance=20_00),
    )  # fmt: skip
    before_midnight = BEGIN - BEGIN % DAY + DAY - 3_600_000_000 - 1  # 23:59 in Rome, in winter.
    entries = [
        replace(entry, recorded_at=before_midnight),
        replace(entry, index=1, recorded_at=before_midnight + 1, moves=(more,)),
    ]
    bean, hledger = programs.files("days", entries)
    assert programs.complaints(bean, hledger) == []
    assert hledger.read_text(encoding="utf-8").count("day_end") == 2
    told = [line for line in bean.read_text(encoding="utf-8").splitlines() if " balance " in line]
    assert [line.split("  ")[1] for line in told] == [
        "10.00 ~ 0 P1", "-10.00 ~ 0 P1", "20.00 ~ 0 P1", "-20.00 ~ 0 P1",
    ]  # fmt: skip


def test_words_of_officers_cannot_break_out(programs: Programs, entry: Entry) -> None:
    hostile = '42"\\\n2026-01-01 open Assets:Evil\n, seq:9\n    Assets:Evil  1 "P1"\ninclude x'
    plain = programs.files("plain", [entry])
    files = programs.files("hostile", [replace(entry, acts=(hostile,))])
    assert programs.complaints(*files) == []
    assert programs.beancount(files[0]) == programs.beancount(plain[0])
    assert programs.hledger_balances(files[1]) == programs.hledger_balances(plain[1])
    forged = run([programs.hledger, "print", "tag:seq=9", "-f", str(files[1])])
    assert (forged.returncode, forged.stdout) == (0, "")
    formula = "".join(plain_text_book("b", [replace(entry, acts=("=1+1",))], Form.CSV))
    assert ",'=1+1," in formula


def test_units_that_no_program_would_take_get_a_mark(programs: Programs, entry: Entry) -> None:
    units = ("u", "U", "TRUE", "2026", "A.", "BUONI-SPESA-PER-FAMIGLIE-2026")
    [move] = entry.moves
    moves = []
    for at, unit in enumerate(units):
        debit = replace(move.debit, account=UUID(int=(2 * at + 1) << 90))
        credit = replace(move.credit, account=UUID(int=(2 * at + 2) << 90))
        moves.append(Move(at + 1, unit, 10_00, debit, credit))
    files = programs.files("units", [replace(entry, moves=tuple(moves))])
    assert programs.complaints(*files) == []
    told = programs.beancount(files[0])[0]
    assert len({name.split()[1] for name in told}) == len(units)
    assert programs.hledger_balances(files[1]) == told


def test_ids_that_begin_alike_get_different_names() -> None:
    first, second = UUID(int=5 << 64), UUID(int=(5 << 64) + 1)
    names = Names()
    made = [names.account(End(one, "voucher", 0), "P1").name for one in (first, second, first)]
    assert made[0] == made[2] != made[1]
    assert made[1].endswith(second.hex.upper())


def test_portions_do_not_show(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with rich_ledger(url) as ledger:
        [book] = ledger.books()
        whole = list(entries_of(book))
        monkeypatch.setattr(book_lines, "PORTION", 3)
        assert list(entries_of(book)) == whole


# The command.


@pytest.fixture
def written(url: str, tmp_path: Path) -> dict[Form, str]:
    """The files of a town in which families and a shop have names."""
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        town.shop()
        town.issue(town.programme())
    texts = {}
    for form in Form:
        words = ["export", "books", "--database", url, "--book", "giussano"]
        target = tmp_path / f"book.{form}"
        done = CliRunner().invoke(app, [*words, "--format", form, "-o", str(target)])
        assert done.exit_code == 0, done.output
        texts[form] = target.read_text(encoding="utf-8")
    return texts


def test_the_command_writes_no_name_of_anybody(written: dict[Form, str]) -> None:
    for text in written.values():
        assert "issuance" in text
        for canary in (ROSSI, BIANCHI, "Rossi", "Mara", "Bianchi", "Giulia", "Panificio"):
            assert canary.lower() not in text.lower()
    assert len(written[Form.CSV].splitlines()) == 1 + 4  # Funding, approval, two vouchers.


def test_a_book_that_is_not_there_is_said(url: str, tmp_path: Path) -> None:
    words = ["export", "books", "--database", url, "--book", "atlantide", "-o", str(tmp_path / "x")]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, list(tmp_path.glob("x*"))) == (2, [])
    assert "no book atlantide" in done.output
