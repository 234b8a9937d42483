"""The yearly account on the console: its page, its pack, who may sign it; the same by command."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ledger import random_id
from ledger.core.programmes import starts_at
from ledger.store.network.people import Officer, add_officer
from scripts.cli import app
from tests.town import Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, spend
from tests.wallet_web.test_desk import AMOUNT

CONTO = f"{HOME}/conto-giudiziale"


@pytest.fixture
def auditor(town: Town, browser: TestClient) -> TestClient:
    """A book in which 130.00 were issued and 12.50 spent in November 2026; somebody who looks."""
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "auditor")
    return browser


def asked(town: Town, year: int = 2026) -> dict[str, str]:
    keeper, checker = town.treasurer.officer_id, town.approver.officer_id
    return {"anno": str(year), "consegnatario": str(keeper), "controllo": str(checker)}


def papers(data: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}
    return {
        name: " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
        for name, pdf in found.items()
    }


def test_the_page_tells_the_year_and_each_sum_leads_on(auditor: TestClient) -> None:
    page = auditor.get(CONTO).text
    for told in ("130,00", "12,50", "117,50", "il conto è provvisorio"):
        assert told in page
    assert not AMOUNT.findall(re.sub(r"(?s)<a\b.*?</a>", "", page))
    links = {link.replace("&amp;", "&") for link in re.findall(rf'href="({HOME}/[mb][^"]+)"', page)}
    assert f"{HOME}/movimenti?iniziativa=P1&dal=2026-01-01&al=2026-12-31" in links
    for link in links:
        assert auditor.get(link).status_code == 200, link
    assert "117.50" in auditor.get(f"{CONTO}?anno=2026&formato=csv").text


def test_the_pack_is_the_same_each_time_and_names_who_signs(
    auditor: TestClient, town: Town
) -> None:
    first = auditor.get(f"{CONTO}/conto.zip", params=asked(town))
    assert first.headers["content-type"] == "application/zip"
    assert 'filename="giussano-conto-2026.zip"' in first.headers["content-disposition"]
    assert first.content == auditor.get(f"{CONTO}/conto.zip", params=asked(town)).content
    told = papers(first.content)
    assert set(told) == {"conto.pdf", "registro-001.pdf"}
    for wanted in ("treasurer (Ragioneria)", "approver (Responsabile", "117,50", "Provvisorio"):
        assert wanted in told["conto.pdf"]
    assert "Panificio Prova" in told["registro-001.pdf"]
    for name in ("Mara", "Rossi", "Bianchi"):
        assert name not in told["conto.pdf"] + told["registro-001.pdf"]


def test_the_year_after_opens_with_what_stood(auditor: TestClient, town: Town) -> None:
    later = starts_at(date(2027, 1, 1))
    town.ledger.clock = lambda: later
    come_in(auditor, "auditor")
    page = auditor.get(CONTO).text  # The last whole year is offered first.
    assert "Conto giudiziale 2026" in page
    assert "provvisorio" not in page
    told = papers(auditor.get(f"{CONTO}/conto.zip", params=asked(town)).content)["conto.pdf"]
    assert "Provvisorio" not in told
    assert "117,50" in told
    following = papers(auditor.get(f"{CONTO}/conto.zip", params=asked(town, 2027)).content)
    assert set(following) == {"conto.pdf"}
    assert following["conto.pdf"].count("117,50") == 4
    assert "nessuna" in following["conto.pdf"]


def test_one_person_with_two_user_names_does_not_sign_twice(
    auditor: TestClient, town: Town
) -> None:
    again = Officer(
        random_id(), town.book_no, town.treasurer.person_id, "second", "officer", "active"
    )
    town.ledger.write(lambda db: add_officer(db, again, "x"))
    for other in (again, town.treasurer):
        words = asked(town) | {"controllo": str(other.officer_id)}
        answer = auditor.get(f"{CONTO}/conto.zip", params=words)
        assert answer.status_code == 422
        assert "due persone diverse" in answer.text


def test_what_is_not_there_is_not_found(auditor: TestClient, town: Town) -> None:
    for wrong in (
        {"anno": "2025"}, {"anno": "2027"}, {"anno": "x"}, {"anno": "٢٠٢٦"},
        {"controllo": "x"}, {"controllo": str(random_id())},
    ):  # fmt: skip
        answer = auditor.get(f"{CONTO}/conto.zip", params=asked(town) | wrong)
        assert answer.status_code == 404, wrong
    assert auditor.get(f"{CONTO}?anno=2025").status_code == 404


def test_a_book_with_a_gap_says_so_and_gives_nothing(auditor: TestClient, town: Town) -> None:
    town.ledger.write(lambda db: db.execute(text("DELETE FROM decision WHERE log_index = 1")))
    assert "il conto di quest’anno non si può fare" in auditor.get(CONTO).text
    answer = auditor.get(f"{CONTO}/conto.zip", params=asked(town))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CONTO}?anno=2026")


def test_the_page_costs_few_statements(auditor: TestClient, statements: list[str]) -> None:
    statements.clear()
    assert auditor.get(CONTO).status_code == 200
    selects = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= 14, len(selects)


def test_the_command_writes_the_same_pack(
    auditor: TestClient, town: Town, url: str, tmp_path: Path
) -> None:
    target = tmp_path / "conto.zip"
    words = ["export", "conto", "--database", url, "--comune", "giussano", "--year", "2026"]
    people = ["--keeper", "treasurer", "--checker", "approver", "-o", str(target)]
    done = CliRunner().invoke(app, [*words, *people])
    assert done.exit_code == 0, done.output
    assert target.read_bytes() == auditor.get(f"{CONTO}/conto.zip", params=asked(town)).content
    for wrong, told in (
        (["--checker", "treasurer"], "two different people"),
        (["--year", "2024"], "has the years"),
        (["--comune", "atlantide"], "There is no comune"),
        (["--keeper", "nobody"], "has no officer"),
    ):
        refused = CliRunner().invoke(app, [*words, *people, *wrong])
        assert refused.exit_code == 2
        assert told in refused.output
