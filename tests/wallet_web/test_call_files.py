"""A call's applications from files: looked at first, then taken in once, nothing half."""

import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_calls import applied, apply, desk, opened, with_rule
from tests.wallet_web.test_console import HOME, hidden
from tests.wallet_web.test_desk import texts

__all__ = ["desk"]

LIST = """Codice fiscale;Cognome;Nome;ISEE;Data DSU;Nascita figlio 1;Diagnosi
{one};Prova;Ada;12.345,67;02/02/2026;01/05/2022;segreta
{two};Prova;Ugo;9.000,00;02/02/2026;01/05/2019;segreta
"""
BORN = {"one": "RSSMRA80A41F205B", "two": "BNCGLI85B41F205J"}  # Nobody's, right in form.


def sent(desk: TestClient, call: str, text: str, rows: int) -> str:
    answer = desk.post(
        f"{call}/domande/anteprima",
        files={"file": ("domande.csv", text.encode(), "text/csv")},
        data={"righe": str(rows)},
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_list_is_looked_at_and_then_taken_in_once(desk: TestClient) -> None:
    call = opened(desk)
    for taken in ("Registrate: 2. Avevano già", "Registrate: 0. Avevano già fatto domanda: 2"):
        page = sent(desk, call, LIST.format(**BORN), 2)
        assert "Diagnosi" in page  # Named as dropped …
        assert "segreta" not in page  # … and not kept.
        form = {"file": hidden(page, "file"), "controllato": "1"}
        answer = desk.post(f"{call}/domande/file", data=form)
        assert answer.status_code == 303, answer.text
        assert taken in desk.get(answer.headers["location"]).text
    assert len(applied(desk, call)) == 2


def test_a_list_that_is_not_its_letters_cannot_be_taken_in(desk: TestClient) -> None:
    call = opened(desk)
    page = sent(desk, call, LIST.format(**BORN), 3)
    assert "non è quello della lettera" in page
    assert 'name="controllato"' not in page


def test_a_row_with_a_problem_is_named_and_stays_out(desk: TestClient) -> None:
    call = opened(desk)
    page = sent(desk, call, LIST.format(**BORN).replace("12.345,67", "tanto"), 2)
    assert "Riga 2:" in page
    form = {"file": hidden(page, "file"), "controllato": "1"}
    assert desk.post(f"{call}/domande/file", data=form).status_code == 303
    assert len(applied(desk, call)) == 1


def test_the_template_reads_itself_back(desk: TestClient) -> None:
    call = opened(desk)
    text = desk.get(f"{call}/domande/modello.csv").content.decode("utf-8-sig")
    page = sent(desk, call, text, 1)
    assert "Esempi" in page
    assert "Righe con un problema" not in page


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 x", b"\x00\x01\x02"])
def test_what_is_no_list_is_told_so(desk: TestClient, data: bytes) -> None:
    call = opened(desk)
    answer = desk.post(
        f"{call}/domande/anteprima", files={"file": ("x.csv", data)}, data={"righe": "1"}
    )
    assert answer.status_code == 303
    assert 'role="alert"' in desk.get(answer.headers["location"]).text


# Letters of outcome.


def test_letters_tell_each_family_its_outcome_once_it_is_approved(desk: TestClient) -> None:
    call = opened(desk)
    with_rule(desk, call)
    for number, isee in ((1, "5.000,00"), (2, "6.000,00"), (3, "21.000,00")):
        apply(desk, call, number, isee=isee, cognome=f"Prova{number}", lingua="it")
    ranking = desk.post(f"{call}/graduatoria", data={"importo": "100"}).headers["location"]
    asked = {"atto": "Determinazione 12", "ricorso": "Al TAR entro 60 giorni.", "prima": "0"}
    assert desk.get(f"{ranking}/lettere").status_code == 403  # Nobody has approved it.
    come_in(desk, "approver")
    batch = f"{HOME}/elenchi/{ranking.rpartition('/')[2]}"
    page = desk.get(batch).text
    form = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    desk.post(f"{batch}/approva", data=form)
    assert "3 lettere" in desk.get(f"{ranking}/lettere").text
    made = desk.post(f"{ranking}/lettere", data=asked)
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["cache-control"] == "no-store"
    told = texts(made.content)
    for words in ("Prova1", "Prova2", "Prova3", "100,00", "Al TAR entro 60 giorni", "20.000,00"):
        assert words in told, words
    without = desk.post(f"{ranking}/lettere", data=asked | {"ricorso": " "})
    assert "come si fa ricorso" in without.text
    whole_ranking_at_once(desk, ranking, asked)


def whole_ranking_at_once(desk: TestClient, ranking: str, asked: dict[str, str]) -> None:
    """All letters in one file: printed beside, told as it goes, for who asked alone."""
    run = desk.post(f"{ranking}/lettere", data=asked | {"prima": "tutte"}).headers["location"]
    page = desk.get(run).text
    while 'data-running="no"' not in page:  # The test's own limit ends it otherwise.
        time.sleep(0.05)
        page = desk.get(run).text
    assert "Pronte: 3." in page
    made = desk.get(f"{run}/lettere.zip")
    assert made.headers["cache-control"] == "no-store"
    with ZipFile(BytesIO(made.content)) as archive:
        assert archive.namelist() == ["lettere-00001-00003.pdf"]
        told = texts(archive.read("lettere-00001-00003.pdf"))
    assert all(name in told for name in ("Prova1", "Prova2", "Prova3"))
    come_in(desk, "officer")
    assert desk.get(f"{run}/lettere.zip").status_code == 404
