"""A vote on pages: proposed, opened by another, drawn, cast, counted by two, published."""

import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ledger.core.quantities import DAY
from ledger.core.votes import Ballot
from ledger.operations.issue_credential import NewCredential
from scripts.cli import app
from scripts.demo.ballots import blinded, unblinded
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in

FORM = {
    "titolo": "Il fondo del 2027", "domanda": "Come spenderlo?", "importo": "500,00",
    "dal": "2026-11-01", "al": "2026-11-20", "quorum": "50", "proposta-1": "Libri",
    "da-1": "family", "proposta-2": "Spesa", "da-2": "association", "testo-2": "A dicembre",
    "da-3": "comune",
}  # fmt: skip
LATER = NOON + 40 * DAY


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def key_in(text: str) -> str:
    return found(r'name="chiave" value="([^"]+)"', text)


def text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Desk:
    """A vote that was proposed, and the browser of whoever is signed in."""

    town: Town
    browser: TestClient
    place: str
    codes: list[NewCredential]

    @property
    def vote(self) -> str:
        return self.place.rsplit("/", 1)[1]

    @property
    def public(self) -> str:
        return f"/voto/giussano/{self.vote}"

    def open(self, by: str = "approver") -> str:
        come_in(self.browser, by)
        shown = self.browser.get(self.place).text
        sent = {"chiave": key_in(shown), "impronta": found(r'impronta" value="(\w+)"', shown)}
        return self.browser.post(f"{self.place}/apri", data=sent).headers["location"]

    def draw(self, code: NewCredential, choice: int) -> str:
        """What a family's browser ends up with; then it goes out."""
        page = self.enter(code)
        der = urlsafe_b64decode(found(r'data-key="([^"]+)"', page) + "==")
        key = load_der_public_key(der)
        assert isinstance(key, RSAPublicKey)
        plain = Ballot(choice, secrets.token_bytes(32), b"")
        message = plain.message(self.kept_id)
        hidden, inverse = blinded(key, message)
        answer = self.browser.post(
            f"/famiglia/voto/{self.vote}/scheda", json={"hidden": text_of(hidden)}
        )
        assert answer.status_code == 201, answer.text
        signed = urlsafe_b64decode(answer.json()["signed"] + "==")
        ballot = replace(plain, signature=unblinded(key, signed, inverse))
        self.browser.post("/famiglia/uscita")
        parts = (self.kept_id.hex, str(choice), text_of(ballot.prefix), text_of(ballot.signature))
        return ".".join(parts)

    @property
    def kept_id(self) -> UUID:
        return UUID(self.vote)

    def enter(self, code: NewCredential) -> str:
        sent = {"codice": code.code, "pin": code.pin}
        assert self.browser.post("/famiglia/accesso", data=sent).status_code == 303
        return self.browser.get(f"/famiglia/voto/{self.vote}").text

    def count(self, by: str, *counts: int) -> str:
        come_in(self.browser, by)
        shown = self.browser.get(self.place).text
        sent = {f"scelta-{at}": str(one) for at, one in enumerate(counts)}
        answer = self.browser.post(f"{self.place}/conta", data=sent | {"chiave": key_in(shown)})
        return answer.headers.get("location", answer.text)


@pytest.fixture
def desk(town: Town, browser: TestClient) -> Desk:
    town.issue(town.programme())
    codes = town.codes()
    come_in(browser, "officer")
    sent = FORM | {"chiave": key_in(browser.get("/comune/giussano/voti/nuovo").text)}
    answer = browser.post("/comune/giussano/voti", data=sent)
    return Desk(town, browser, answer.headers["location"], codes)


def test_a_vote_from_the_proposal_to_the_act(desk: Desk, tmp_path: Path) -> None:
    browser = desk.browser
    assert browser.get(desk.public).status_code == 404  # Nobody has opened it.
    assert desk.open() == desk.place
    ballot = desk.draw(desk.codes[0], 2)
    assert "Imbuca una scheda" in browser.get(desk.public).text
    cast = browser.post(f"{desk.public}/urna", data={"scheda": f" {ballot[:40]}\n{ballot[40:]} "})
    number = found(r'class="hash">(\w{64})', cast.text)
    come_in(browser, "officer")
    ticked = browser.post(f"{desk.place}/carta", data={"codice": desk.codes[1].code})
    assert ticked.headers["location"].endswith("segnata=given")
    desk.town.ledger.clock = lambda: LATER
    assert desk.count("officer", 0, 0, 1) == desk.place
    assert desk.count("approver", 0, 1, 0).endswith("no=not_approved")
    assert desk.count("approver", 0, 0, 1) == desk.place
    page = " ".join(browser.get(desk.public).text.split())
    assert "Hanno votato 2 famiglie su 2." in page
    assert number in page
    told = browser.get(f"{desk.public}.json")
    file = tmp_path / "voto.json"
    file.write_bytes(told.content)
    done = CliRunner().invoke(app, ["vote", "recount", str(file), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["result"]["winner"] == 2
    come_in(browser, "officer")
    form = browser.get(f"/comune/giussano/iniziative/P1/finanzia?voto={desk.vote}").text
    assert "Esito del voto «Il fondo del 2027»: Spesa" in form
    assert 'value="500,00"' in form


def test_who_proposed_cannot_open_and_what_is_withdrawn_stays_closed(desk: Desk) -> None:
    come_in(desk.browser, "officer")
    assert "Apri il voto" not in desk.browser.get(desk.place).text
    sent = {"chiave": desk.vote, "impronta": "00"}
    assert desk.browser.post(f"{desk.place}/apri", data=sent).status_code == 403
    desk.browser.post(f"{desk.place}/ritira")
    assert desk.browser.get(desk.public).status_code == 404
    assert "Ritirato" in desk.browser.get(desk.place).text


def test_the_urn_takes_no_ballot_from_somebody_who_is_signed_in(desk: Desk) -> None:
    desk.open()
    ballot = desk.draw(desk.codes[0], 1)
    desk.enter(desk.codes[1])
    for answer in (
        desk.browser.post(f"{desk.public}/urna", data={"scheda": ballot}),
        desk.browser.post(f"{desk.public}/imbuca", json={"ballot": ballot}),
    ):
        assert answer.status_code == 422
    assert "esci prima" in desk.browser.get(f"{desk.public}/urna").text
    desk.browser.post("/famiglia/uscita")
    sent = desk.browser.post(f"{desk.public}/imbuca", json={"ballot": ballot})
    assert sent.status_code == 201


ODD = ("", "x", "1.2.3.4", "{vote}.1.AA.AA", "{vote}.9.{rest}", "{vote}.-1.{rest}")


def test_what_is_no_ballot_is_told_so(desk: Desk) -> None:
    desk.open()
    _vote, _choice, rest = desk.draw(desk.codes[0], 1).split(".", 2)
    for odd in ODD:
        text = odd.format(vote=desk.kept_id.hex, rest=rest)
        answer = desk.browser.post(f"{desk.public}/urna", data={"scheda": text})
        assert (odd, answer.status_code, "non è una scheda" in answer.text) == (odd, 422, True)


def test_a_second_ballot_of_a_family_is_refused_on_phone_and_paper(desk: Desk) -> None:
    desk.open()
    desk.draw(desk.codes[0], 1)
    desk.enter(desk.codes[0])
    other = {"hidden": text_of(secrets.token_bytes(383).rjust(384, b"\x01"))}
    answer = desk.browser.post(f"/famiglia/voto/{desk.vote}/scheda", json=other)
    assert (answer.status_code, answer.json()) == (409, {"code": "has_ballot"})
    odd = desk.browser.post(f"/famiglia/voto/{desk.vote}/scheda", json={"hidden": "AA"})
    assert odd.status_code == 409
    come_in(desk.browser, "officer")
    for code, told in ((desk.codes[0].code, "has_ballot"), ("7KQ2-M9XD-41PB", "mistyped")):
        answer = desk.browser.post(f"{desk.place}/carta", data={"codice": code})
        assert answer.headers["location"].endswith(f"segnata={told}")
    desk.browser.post(f"{desk.place}/carta", data={"codice": desk.codes[1].code})
    assert "scheda di carta" in desk.enter(desk.codes[1])


def test_a_family_draws_only_in_its_own_comune_and_while_it_is_open(desk: Desk) -> None:
    answer = desk.browser.post(f"/famiglia/voto/{desk.vote}/scheda", json={"hidden": "AA"})
    assert answer.status_code == 303  # Nobody is signed in.
    desk.enter(desk.codes[0])
    answer = desk.browser.post(f"/famiglia/voto/{desk.vote}/scheda", json={"hidden": "AA"})
    assert answer.status_code == 404  # It was not opened yet.
    desk.open()
    desk.town.ledger.clock = lambda: LATER
    page = desk.enter(desk.codes[0])
    assert "data-key" not in page
    answer = desk.browser.post(f"/famiglia/voto/{desk.vote}/scheda", json={"hidden": "AA"})
    assert (answer.status_code, answer.json()) == (409, {"code": "not_open"})


NO_VOTE = (
    ("proposta-2", ""), ("quorum", "101"), ("quorum", "x"), ("al", "2026-10-01"), ("importo", "0"),
)  # fmt: skip


@pytest.mark.usefixtures("town")
def test_what_cannot_be_voted_on_is_not_proposed(browser: TestClient) -> None:
    come_in(browser, "officer")
    form = FORM | {"chiave": key_in(browser.get("/comune/giussano/voti/nuovo").text)}
    for field, typed in NO_VOTE:
        sent = form | {field: typed}
        answer = browser.post("/comune/giussano/voti", data=sent)
        assert (field, typed, answer.status_code) == (field, typed, 422)
    assert "Il fondo" not in browser.get("/comune/giussano/voti").text


CHANGES: Final[tuple[tuple[tuple[str | int, ...], object], ...]] = (
    (("ballots", 0, 0), 1), (("ballots", 0, 2), "11" * 384),
    (("result", "counts"), [0, 1, 0]), (("result", "winner"), 1),
    (("result", "eligible"), 0), (("result", "drawn"), 0), (("terms", "quorum"), 100),
    (("vote",), "00" * 16),
)  # fmt: skip


def test_a_changed_file_is_not_counted_alike(desk: Desk, tmp_path: Path) -> None:
    desk.open()
    desk.browser.post(f"{desk.public}/urna", data={"scheda": desk.draw(desk.codes[0], 2)})
    desk.town.ledger.clock = lambda: LATER
    desk.count("officer", 0, 0, 0)
    desk.count("approver", 0, 0, 0)
    told = desk.browser.get(f"{desk.public}.json").json()
    file = tmp_path / "voto.json"
    file.write_text(json.dumps(told))
    assert CliRunner().invoke(app, ["vote", "recount", str(file)]).exit_code == 0
    for where, what in CHANGES:
        changed = inner = json.loads(json.dumps(told))
        for step in where[:-1]:
            inner = inner[step]
        inner[where[-1]] = what
        file.write_text(json.dumps(changed))
        done = CliRunner().invoke(app, ["vote", "recount", str(file)])
        assert (where, done.exit_code, "WRONG" in done.stdout) == (where, 1, True), done.output


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind":"portavalori-vote","v":1}'])
def test_what_is_no_file_of_a_vote_is_told_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "voto.json"
    file.write_text(text)
    assert CliRunner().invoke(app, ["vote", "recount", str(file)]).exit_code == 2
