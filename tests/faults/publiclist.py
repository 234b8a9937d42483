"""Row 42: nothing that is published, or handed to an auditor, says who a family is.

Each of `n` books is a copy of one small town, in which invented families are imported from a list
that also tells addresses, days of birth and ISEE, get codes, and buy at the till. Then every byte
that leaves is searched for what was told: public pages, open data, log, bundle, plain-text books,
the yearly account. Not here: what the pages say (`tests/wallet_web/test_transparency`).
"""

import random
import re
import string
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from starlette.testclient import TestClient
from stdnum.it import codicefiscale

from ledger import Ledger, open_ledger
from ledger.core.programmes import starts_at
from ledger.core.redemption import Redemption
from ledger.exports.bundle import write_bundle
from ledger.exports.plain_text_books import Form, plain_text_book
from ledger.exports.tables import csv_for_offices
from ledger.operations.fund_programme import Funding
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from ledger.proof.tiles import tiles_of
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.conto_giudiziale import Signers, year_account
from ledger.reports.log_proofs import public_log, tile_bytes
from ledger.reports.who_asks import comune
from scripts.exports import entries_of
from tests.engines import sqlite_copy
from tests.faults.scoreboard import Asked, Row
from tests.town import NOON, PASSWORD, Town, key, make_town
from wallet_web.app import create_app
from wallet_web.comune.conto_pack import conto_pack
from wallet_web.settings import Settings

DOMAIN, HOME = "portavalori.example", "/trasparenza/giussano"
FILES = ("mesi.csv", "negozi.csv", "fonti.csv")
PAGES = (
    "/trasparenza", HOME, "/trasparenza/catalogo.jsonld",
    *(f"{HOME}/{name}{tail}" for name in FILES for tail in ("", "-metadata.json")),
)  # fmt: skip
LATER = starts_at(date(2026, 12, 1)) + 1  # When November may be told.
MONTHS = "ABCDEHLMPRST"
COLUMNS = "Codice fiscale;Cognome;Nome;Importo;Indirizzo;Data di nascita;ISEE"
BOUND = r"(?<![0-9a-z]){}(?![0-9a-z])"
Secrets = Mapping[str, str]  # What was told, by what it is.


@dataclass(frozen=True, slots=True)
class Template:
    """A town that was founded once, the people who act in it, and its tills."""

    folder: Path
    town: Town
    funding: Funding
    tills: tuple[str, ...]


def publiclist(asked: Asked, _url: str, folder: Path) -> Row:
    """Make `n` books and search all that leaves each; the row says how much that was."""
    chance = random.Random(asked.seed)
    template = found_town(folder)
    findings: list[str] = []
    searched = files = told = 0
    begin = time.perf_counter()
    for number in range(asked.n):
        work = folder / f"book-{number}"
        work.mkdir()
        with open_ledger(sqlite_copy(template.folder, work)) as ledger:
            secrets = fill(template, ledger, chance)
            leaving = {name: data.lower() for name, data in published(template, ledger)}
        findings += [f"book {number}: {one}" for one in leaks(leaving, secrets)]
        files, told = files + len(leaving), told + len(secrets)
        searched += sum(map(len, leaving.values()))
        for file in work.iterdir():
            file.unlink()
    got = {
        "books": asked.n, "files": files, "searched_mb": round(searched / 1e6, 1),
        "told": told, "found": len(findings), "seconds": round(time.perf_counter() - begin),
    }  # fmt: skip
    goal = f"0 of {asked.n} books tell a name, CF, address, day of birth, ISEE, code or PIN"
    passed = not findings and files > 0
    return Row(42, "publiclist", goal, got, passed, asked.seed, asked.engine, findings[:5])


def found_town(folder: Path) -> Template:
    """A comune with a programme and four shops, closed again, so that it can be copied."""
    place = folder / "template"
    place.mkdir()
    with open_ledger(f"sqlite:///{place}/portavalori.db", create=True) as ledger:
        ledger.clock = lambda: NOON
        town = make_town(ledger)
        funding = town.programme(1_000_00)
        kinds = ("bakery", "bakery", "bakery", "bookshop")
        tills = [town.shop(f"Negozio {at}", kind)[1] for at, kind in enumerate(kinds)]
    return Template(place, town, funding, tuple(tills))


def fill(template: Template, ledger: Ledger, chance: random.Random) -> Secrets:
    """Families that get vouchers and codes and buy; gives all that is secret of them."""
    ledger.clock = lambda: NOON
    known = template.town
    town = Town(ledger, known.officer, known.approver, known.treasurer)
    people = [person(chance) for _ in range(chance.randint(5, 9))]
    rows = "\n".join(";".join(one.values()) for one in people)
    town.issue(template.funding, f"{COLUMNS}\n{rows}\n")
    secrets = {
        f"{what} of family {at}": text
        for at, one in enumerate(people)
        for what, text in one.items()
        if what != "amount"
    }
    for at, one in enumerate(codes := town.codes()):
        secrets |= {f"code {at}": one.code, f"bare code {at}": one.code.replace("-", "")}
        secrets |= {f"PIN {at}": one.pin}
    secrets |= {f"till {at}": secret for at, secret in enumerate(template.tills)}
    secrets["password"] = PASSWORD
    buy(ledger, template.tills, [one.code for one in codes], chance)
    publish_checkpoint(ledger, "giussano", domain=DOMAIN, now=NOON)
    return secrets


def person(chance: random.Random) -> dict[str, str]:
    """Somebody who does not exist, as a comune's list tells them; the words occur nowhere else."""
    surname, name, street = ("".join(chance.choices(string.ascii_lowercase, k=9)) for _ in range(3))
    born = date(chance.randint(1941, 2003), chance.randint(1, 12), chance.randint(1, 28))
    letters = "".join(chance.choices("BCDFGLMNPRSTVZ", k=6))
    first = f"{letters}{born:%y}{MONTHS[born.month - 1]}{born.day:02d}F205"
    return {
        "CF": first + codicefiscale.calc_check_digit(first),
        "surname": f"Qz{surname}",
        "name": f"Qx{name}",
        "amount": f"{chance.randint(10, 60)},{chance.randint(0, 99):02d}",
        "address": f"Via Qk{street} {chance.randint(1, 99)}",
        "birth": f"{born:%d/%m/%Y}",
        "ISEE": f"{chance.randint(11_111, 29_999)},{chance.randint(10, 99)}",
    }


def buy(ledger: Ledger, tills: Sequence[str], codes: list[str], chance: random.Random) -> None:
    """A few sales, as tills book them."""
    for _ in range(chance.randint(6, 12)):
        opened = open_till_session(ledger, chance.choice(tills), now=NOON)
        assert opened is not None
        till = calling_till(ledger, opened.token, now=NOON)
        credential = credential_of_code(ledger, chance.choice(codes))
        assert till is not None
        assert credential is not None
        asked = Redemption(till.till_id, credential.id, chance.randint(1, 4_99))
        redeem(ledger, asked, key=key(), now=NOON)


def published(template: Template, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Everything that leaves, a month later: each file's name and text."""
    ledger.clock = lambda: LATER
    app = create_app(ledger, Settings(https=True))
    with TestClient(app, base_url="https://p.test") as visitor:
        for path in PAGES:
            answer = visitor.get(path)
            assert answer.status_code == 200, path
            yield path, answer.text
    book = ledger.book("giussano")
    bundle = BytesIO()
    write_bundle(BundleRows(book), bundle)
    with ZipFile(bundle) as archive:
        yield from ((name, archive.read(name).decode()) for name in archive.namelist())
    for form in Form:
        yield form.value, "".join(plain_text_book(book.name, entries_of(book), form))
    log = public_log(book)
    assert log.last is not None
    yield "log", log.last.whole()
    for tile in tiles_of(log.last.size):
        yield tile.path(), (tile_bytes(book, tile) or b"").decode("latin-1")
    place = comune(ledger, book.name)
    assert place is not None
    signers = Signers(template.town.treasurer, template.town.approver)
    account = year_account(book, 2026, now=LATER)
    pack = conto_pack(place, account, signers, language="it")
    register = pack.register
    yield "registro.csv", csv_for_offices(register.headings, register.rows()).decode()
    yield "conto", repr((pack.title, pack.facts, pack.notice, pack.summary, pack.signers))


def leaks(leaving: Mapping[str, str], secrets: Secrets) -> Iterator[str]:
    """Which secrets stand in which files, as a word of their own."""
    kinds = {text.lower(): what for what, text in secrets.items()}
    word = re.compile(BOUND.format(f"({'|'.join(map(re.escape, kinds))})"))
    for name, text in leaving.items():
        for found in {one.group(1) for one in word.finditer(text)}:
            yield f"{kinds[found]} in {name}"
