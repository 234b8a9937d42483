"""Row 37: nothing personal in the book's store, in codes, in shops' files, in answers to tills.

Invented families are imported, apply, get codes, buy, give back. Then every cell of every column of
the book's store is searched for what was told of them, and for its plain hashes; so are the codes,
all answers to their tills, and shops' pages and files. While tills were served, no statement may
have reached the vault or a person's key. Each column has a line that says what it may hold.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from fastapi.routing import APIRoute
from sqlalchemy import LargeBinary, Text, event, select
from starlette.testclient import TestClient

from ledger import Ledger, open_ledger
from ledger.operations.issue_credential import NewCredential
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.operations.receive_applications import Arrived, receive_applications
from ledger.operations.sign_in import codes_of_card
from ledger.operations.switch_cards import switch_on_cards
from ledger.store import schema
from ledger.store.engines import Store
from ledger.store.patience import LONG, waiting
from ledger.store.people import find_people, papers_of
from ledger.store.signing import Signer
from ledger.token.text import Environment, unwrap
from merchant_api.app import create_app as create_api
from tests.faults.publiclist import COLUMNS, leaks, person
from tests.faults.scoreboard import Asked, Row
from tests.operations.test_calls import declared, opened_call
from tests.town import NOON, Town, make_town
from wallet_web.app import create_app
from wallet_web.settings import Settings
from wallet_web.shop import day, own_tills, pages, payments, statement

LINES: Final = Path(__file__).with_name("book_columns.csv")
ADDRESS: Final = "https://testserver"
SALES: Final = 6
Told = dict[str, str]


def piiscan(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """Tell the story of `n` families, then search all that tills, shops and the book hold."""
    chance = random.Random(asked.seed)
    findings = [f"no line says what {name} holds" for name in unknown_columns()]
    with open_ledger(url) as ledger:
        ledger.clock = lambda: NOON
        town = make_town(ledger)
        told = fill(town, asked.n, chance)
        issued = town.codes()[:SALES]
        switch_on_cards(ledger, town.comune, now=NOON)
        if not reaches_vault(ledger):
            findings.append("who reads the vault is not seen: the search is blind")
        with watching(ledger) as reached:
            answers = dict(at_the_till(town, issued)) | dict(at_the_shop(town))
            cards = dict(by_card(town, issued, told))
        if not any("spendable_cents" in text for text in cards.values()):
            findings.append("no card opened anything: the search is blind")
        answers |= cards
        findings += [f"a till reached {one}" for one in sorted(reached)]
        paid = sum('"outcome":"paid"' in text for text in answers.values())
        publish_checkpoint(ledger, town.comune, domain="scan.example", now=NOON)
        answers |= dict(codes(town))
        cells = dict(book_cells(ledger))
        files = {name: text.lower() for name, text in (answers | cells).items()}
        findings += leaks(files, told)
        findings += plain_hashes(cells, told)
    got = {
        "columns": len(cells), "answers": len(answers), "paid": paid, "told": len(told),
        "searched_mb": round(sum(map(len, files.values())) / 1e6, 1),
        "vault_statements": len(reached), "found": len(findings),
    }  # fmt: skip
    goal = "0 personal fields in book, codes, shops' files, answers to tills, which reach no vault"
    passed = not findings and len(cells) > 0 and paid > 0
    return Row(37, "piiscan", goal, got, passed, asked.seed, asked.engine, findings[:5])


def unknown_columns() -> Iterator[str]:
    """Columns of the book's store that no line tells: a new one is decided, not forgotten."""
    with LINES.open(encoding="utf-8", newline="") as lines:
        told = {row["column"] for row in csv.DictReader(lines) if row["holds"]}
    for table in schema.book_store.sorted_tables:
        for column in table.columns:
            if f"{table.name}.{column.name}" not in told:
                yield f"{table.name}.{column.name}"


def fill(town: Town, count: int, chance: random.Random) -> Told:
    """Families from a list, others that apply to a call; gives all that was told of them."""
    people = [person(chance) for _ in range(count)]
    rows = "\n".join(";".join(one.values()) for one in people)
    town.issue(town.programme(1_000_000_00), f"{COLUMNS}\n{rows}\n")
    call = opened_call(town, act="44")
    applying = [person(chance) for _ in range(max(1, count // 4))]
    for one in applying:
        one["DSU"] = f"QDSU{chance.randrange(10**9):09}"
    some = [
        Arrived(
            one["CF"], one["surname"], one["name"],
            declared(int(one["ISEE"].replace(",", "")), dsu=one["DSU"]), number,
        )
        for number, one in enumerate(applying)
    ]  # fmt: skip
    receive_applications(town.ledger, call, some, officer=town.officer.person_id, now=NOON)
    return {
        f"{what} of family {at}": word
        for at, one in enumerate((*people, *applying))
        for what, word in one.items()
        if what != "amount"
    }


@contextmanager
def watching(ledger: Ledger) -> Iterator[set[str]]:
    """Statements that reach the vault, or persons' keys, meanwhile."""
    reached: set[str] = set()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        reached.add(f"the vault: {statement[:60]}")

    def note_keys(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "person_key" in statement:
            reached.add(f"persons' keys: {statement[:60]}")

    watched = [
        (engines[store], how)
        for engines in (ledger._readers, ledger._engines)
        for store, how in ((Store.VAULT, note), (Store.KEYS, note_keys))
    ]
    for engine, how in watched:
        event.listen(engine, "before_cursor_execute", how)
    try:
        yield reached
    finally:
        for engine, how in watched:
            event.remove(engine, "before_cursor_execute", how)


def reaches_vault(ledger: Ledger) -> bool:
    """Whether the watch sees somebody who does read names."""
    with watching(ledger) as reached:
        papers_of(ledger, list(find_people(ledger, ["NOBODY"]).values()))
    return bool(reached)


def at_the_till(town: Town, issued: Sequence[NewCredential]) -> Iterator[tuple[str, str]]:
    """Every answer of the API to a till: sales, refusals, refunds, lists, receipts, proofs."""
    secret = town.shop()[1]
    with TestClient(create_api(town.ledger), base_url=ADDRESS) as client:
        opened = client.post("/api/v1/till-sessions", json={"secret": secret})
        yield "till-sessions", opened.text
        bearer = {"Authorization": f"Bearer {opened.json()['session_token']}"}
        signer = Signer(town.ledger)
        publish_checkpoint(town.ledger, town.comune, domain="scan.example", now=NOON)
        for code in issued:
            token = signer.family_codes([code.credential_id], "c_e063")[code.credential_id]
            sale = str(uuid4())
            shown: dict[str, Any] = {"token": token, "pin": code.pin}
            asked = shown | {"amount_cents": 3_00}
            yield f"look {sale}", client.post("/api/v1/looks", json=shown, headers=bearer).text
            keyed = bearer | {"Idempotency-Key": sale}
            for turn, body in enumerate((asked, asked | {"amount_cents": 4_00})):
                answer = client.post("/api/v1/redemptions", json=body, headers=keyed)
                yield f"sale {sale} {turn}", answer.text
            back = bearer | {"Idempotency-Key": str(uuid4())}
            path = f"/api/v1/redemptions/{sale}"
            give = {"amount_cents": 1_00, "reason": "reso"}
            refund = client.post(f"{path}/refunds", json=give, headers=back)
            yield f"refund {sale}", refund.text
            for name in (path, f"/api/v1/receipts/{sale}", f"/api/v1/receipts/{sale}/proof"):
                yield name, client.get(name, headers=bearer).text
            wrong = bearer | {"Idempotency-Key": str(uuid4())}
            no = client.post("/api/v1/redemptions", json=asked | {"pin": "00000"}, headers=wrong)
            yield f"wrong {sale}", no.text
            yield f"void {sale}", client.post(f"{path}/void", headers=bearer).text
        for name in ("/api/v1/statement", "/api/v1/day-totals", "/api/v1/openapi.json"):
            yield name, client.get(name, headers=bearer).text


def by_card(town: Town, issued: Sequence[NewCredential], told: Told) -> Iterator[tuple[str, str]]:
    """Every answer to a health card: paid by its PIN, and refused."""
    secret, pins = town.shop("Tessere Prova")[1], {one.credential_id: one.pin for one in issued}
    with TestClient(create_api(town.ledger), base_url=ADDRESS) as client:
        opened = client.post("/api/v1/till-sessions", json={"secret": secret}).json()
        bearer = {"Authorization": f"Bearer {opened['session_token']}"}
        for what, card in told.items():
            found = codes_of_card(town.ledger, card) if what.startswith("CF") else ()
            for pin in [pins[one.id] for one in found if one.id in pins]:
                shown = {"card": card, "pin": pin}
                yield (
                    f"look by {what}",
                    client.post("/api/v1/looks", json=shown, headers=bearer).text,
                )
                keyed = bearer | {"Idempotency-Key": str(uuid4())}
                asked = shown | {"amount_cents": 1_00}
                paid = client.post("/api/v1/redemptions", json=asked, headers=keyed)
                yield f"sale by {what}", paid.text
                wrong = {"card": card, "pin": "00000"}
                no = client.post("/api/v1/looks", json=wrong, headers=bearer)
                yield f"wrong by {what}", no.text


def at_the_shop(town: Town) -> Iterator[tuple[str, str]]:
    """Every page and file of a shop, by its till's session."""
    secret = town.shop("Libreria Prova", "bookshop")[1]
    with TestClient(create_api(town.ledger), base_url=ADDRESS) as client:
        token = client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    bearer = {"Authorization": f"Bearer {token['session_token']}"}
    app = create_app(town.ledger, Settings(https=True))
    with TestClient(app, base_url=ADDRESS) as browser:
        for module in (day, own_tills, pages, payments, statement):
            for route in module.router.routes:
                if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                    for form in ("", "csv", "csv-it", "xlsx"):
                        answer = browser.get(route.path, headers=bearer, params={"formato": form})
                        assert answer.status_code == 200, route.path
                        yield f"{route.path} {form}", answer.content.decode("latin-1")


def codes(town: Town) -> Iterator[tuple[str, str]]:
    """What stands in families' codes, as text and opened."""
    ledger = town.ledger
    with ledger.reading() as db:
        ids = list(db.execute(select(schema.credential.c.credential_id)).scalars())
    for number, one in enumerate(sorted(Signer(ledger).family_codes(ids, "c_e063").values())):
        opened = unwrap(one, Environment.REAL).decode("latin-1")
        yield f"code {number}", f"{one} {opened}"


def book_cells(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Every column of the book's store that could hold words, with all its cells."""
    for table in schema.book_store.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, Text | LargeBinary)]
        if not columns:
            continue
        with ledger.reading() as db, waiting(db, LONG):
            rows = db.execute(select(*columns)).all()
        for at, column in enumerate(columns):
            cells = (row[at] for row in rows if row[at] is not None)
            texts = (one if isinstance(one, str) else bytes(one).decode("latin-1") for one in cells)
            yield f"{table.name}.{column.name}", "\n".join(texts)


def plain_hashes(cells: dict[str, str], told: Told) -> Iterator[str]:
    """Fiscal codes hashed without a key: whoever guesses one would know it."""
    for what, word in told.items():
        if not what.startswith("CF"):
            continue
        for how in (md5, sha1, sha256):
            digest = how(word.encode(), usedforsecurity=False)
            forms = (digest.hexdigest(), digest.digest().decode("latin-1"))
            for name, text in cells.items():
                if any(form in text for form in forms):
                    yield f"a plain hash of the {what} in {name}"
