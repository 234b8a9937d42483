"""The public pages: anybody may see them, any cache may keep them, and nobody is in them."""

import json
import random
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ledger import (
    Draw,
    EntryKind,
    Leg,
    OpenAccount,
    Request,
    RequestId,
    Reverse,
    Transfer,
    derived_id,
)
from ledger.core.chart import AccountKind
from ledger.core.programmes import starts_at
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.reports.public_totals import PublicProgramme, month_of, public_totals
from tests.town import BIANCHI, NOON, PASSWORD, ROSSI, Town, key

HOME = "/trasparenza/giussano"
FILES = ("mesi.csv", "negozi.csv", "fonti.csv")
PATHS = (
    "/trasparenza", HOME, "/trasparenza/catalogo.jsonld",
    *(f"{HOME}/{name}{tail}" for name in FILES for tail in ("", "-metadata.json")),
)  # fmt: skip
CODES = "ABCDEHLMPRST"
# Of the database, this is all that may be read for them.
ALLOWED = {
    "transfer", "decision", "account", "voucher", "shop", "programme", "programme_version",
    "source", "comune", "book", "checkpoint", "cosignature", "witness", "log_tile",
}  # fmt: skip
NEVER = {"name", "iban", "vat_number", "address", "actor", "leaf"}


def families(town: Town, count: int) -> list[UUID]:
    """Issue 50.00 to each; the vouchers' accounts."""
    lines = [f"{fiscal_code(at)};Inventati;Nome{at};50,00" for at in range(count)]
    town.issue(town.programme(), "\n".join(["Codice fiscale;Cognome;Nome;Importo", *lines]))
    book = town.ledger.book("giussano")
    found = [line.account for line in book.trial_balance() if line.kind == AccountKind.VOUCHER]
    return list(found)


def fiscal_code(at: int) -> str:
    from stdnum.it import codicefiscale  # noqa: PLC0415 -- only where codes are invented.

    first = f"NVNNMO80{CODES[at % 12]}{1 + at // 12 % 28:02d}F205"
    return first + codicefiscale.calc_check_digit(first)


def buy(town: Town, voucher: UUID, shop: UUID, cents: int) -> None:
    """Book a sale, as the verb would, at the town's moment."""
    book = town.ledger.book("giussano")
    unit = next(line.unit for line in book.trial_balance() if line.account == voucher)
    payable = derived_id("shop_payable", unit, shop)
    items = [Draw(cents, (Leg(voucher, payable),))]  # type: ignore[arg-type]
    if payable not in {line.account for line in book.trial_balance()}:
        opened = OpenAccount(payable, unit, AccountKind.SHOP_PAYABLE, owner=shop)  # type: ignore[arg-type]
        book.submit([Request(key(), EntryKind.OPENING, (opened,), "x", NOON)])
    [done] = book.submit([Request(key(), EntryKind.REDEMPTION, tuple(items), "x", NOON)])
    assert done.accepted, done.code


def this_month(town: Town) -> date:
    """The month in which all was recorded: the writer's clock is not always the town's."""
    return month_of(town.ledger.book("giussano").head().recorded_at)


def next_month(town: Town) -> date:
    return (this_month(town) + timedelta(days=31)).replace(day=1)


def totals(town: Town) -> PublicProgramme:
    [one] = public_totals(town.ledger, town.book_no, until=next_month(town))
    return one


@pytest.fixture
def spent(town: Town) -> Town:
    """Six families that bought at three bakeries, one of them also at a bookshop."""
    shops = [town.shop(f"Forno Prova {at}")[0] for at in range(3)]
    books = town.shop("Libreria Prova", "bookshop")[0]
    vouchers = families(town, 6)
    for at, voucher in enumerate(vouchers):
        buy(town, voucher, shops[at % 3], 10_00 + at)
    buy(town, vouchers[0], books, 7_77)
    return town


@pytest.fixture
def visitor(browser: TestClient, spent: Town) -> TestClient:
    """Somebody who comes a month later and signs in nowhere."""
    spent.ledger.clock = lambda: starts_at(next_month(spent)) + 1
    return browser


def test_the_numbers_are_those_of_the_book(spent: Town) -> None:
    one = totals(spent)
    assert (one.given, one.issued, one.spent, one.returned) == (10_000_00, 300_00, 67_92, 0)
    assert one.in_hand == sum(
        line.balance
        for line in spent.ledger.book("giussano").trial_balance()
        if line.kind == AccountKind.VOUCHER
    )


def test_one_family_at_a_bookshop_is_among_others_with_the_bakeries(spent: Town) -> None:
    assert totals(spent).categories == {"other": 67_92}


def test_the_month_that_goes_on_is_not_told(spent: Town) -> None:
    [one] = public_totals(spent.ledger, spent.book_no, until=this_month(spent))
    assert (one.months, one.issued, one.given) == ((), 0, 0)


def test_two_families_are_not_told(town: Town) -> None:
    shops = [town.shop(f"Forno Prova {at}")[0] for at in range(3)]
    for voucher in families(town, 2):
        for shop in shops:
            buy(town, voucher, shop, 5_01)
    one = totals(town)
    assert [(month.issued, month.spent, month.returned) for month in one.months] == [
        (None, None, 0)
    ]
    assert (one.issued, one.spent, one.categories, one.is_whole) == (0, 0, {}, False)


def test_anybody_sees_the_pages_and_any_cache_keeps_them(visitor: TestClient) -> None:
    for path in PATHS:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"].startswith("public, max-age=")
        again = visitor.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
    assert "<script" not in visitor.get(HOME).text
    assert "67,92" in visitor.get(HOME).text


def test_who_is_not_there_is_not_found(visitor: TestClient) -> None:
    for path in ("/trasparenza/atlantide", f"{HOME}/nomi.csv", f"{HOME}/x-metadata.json"):
        assert visitor.get(path).status_code == 404


def test_the_last_checkpoint_is_on_the_page(visitor: TestClient, spent: Town) -> None:
    assert "non è ancora pubblicato" in visitor.get(HOME).text
    now = spent.ledger.clock()
    publish_checkpoint(spent.ledger, "giussano", domain="portavalori.example", now=now)
    assert spent.ledger.book("giussano").head().root.hex() in visitor.get(HOME).text


def test_the_open_data_agree_with_each_other(visitor: TestClient) -> None:
    for name in FILES:
        told = visitor.get(f"{HOME}/{name}-metadata.json").json()
        columns = [one["name"] for one in told["tableSchema"]["columns"]]
        assert visitor.get(f"{HOME}/{name}").text.splitlines()[0].split(",") == columns
        assert told["url"] == name
    listed = visitor.get("/trasparenza/catalogo.jsonld").json()
    [data_set] = listed["dcat:dataset"]
    for file in data_set["dcat:distribution"]:
        assert visitor.get(file["dcat:downloadURL"]["@id"]).status_code == 200
        assert visitor.get(file["dct:conformsTo"]["@id"]).status_code == 200
    assert json.dumps(listed)


def test_only_these_tables_are_read(visitor: TestClient, statements: list[str]) -> None:
    for path in PATHS:
        visitor.get(path)
    told = [one for one in statements if re.search(r"\bFROM\b", one)]
    read = {name for one in told for name in re.findall(r"\b(?:FROM|JOIN)\s+\"?([a-z_]+)", one)}
    assert {"transfer", "shop", "voucher", "source"} <= read <= ALLOWED
    for one in told:
        shops = re.findall(r"\bs\.([a-z_]+)", one) if "JOIN shop s" in one else []
        assert not NEVER & set(shops)
        assert not re.search(r"\b(iban|vat_number|person_id|code_hmac|pin_hmac|leaf)\b", one)


def test_nobody_is_in_any_byte(browser: TestClient, town: Town) -> None:
    """No name, code, PIN, id or secret on any page or in any file."""
    chance = random.Random(42)
    secrets = [ROSSI, BIANCHI, PASSWORD, "Inventati", "Nome1", "Forno", "00743110157", "IT60X"]
    shops = [town.shop(f"Forno Prova {at}", chance.choice(["bakery", "bar"])) for at in range(4)]
    vouchers = families(town, chance.randint(5, 9))
    for _ in range(20):
        buy(town, chance.choice(vouchers), chance.choice(shops)[0], chance.randint(1, 3_00))
    codes = town.codes()
    secrets += [text for one in codes for text in (one.code, one.code.replace("-", ""), one.pin)]
    secrets += [text for shop, secret in shops for text in (shop.hex, str(shop), secret)]
    secrets += [text for one in vouchers for text in (one.hex, str(one))]
    with town.ledger.reading() as db:
        ids = db.exec_driver_sql("SELECT family_id, person_id FROM family").all()
    secrets += [
        UUID(bytes=one).hex if isinstance(one, bytes) else one.hex for row in ids for one in row
    ]
    town.ledger.clock = lambda: starts_at(next_month(town)) + 1
    assert "Buoni spesa" in browser.get(HOME).text
    for path in PATHS:
        answer = browser.get(path)
        shown = re.sub(r"[0-9a-f]{64}", "", answer.text.lower())
        for secret in secrets:
            word = rf"(?<![0-9a-z]){re.escape(secret.lower())}(?![0-9a-z])"
            assert not re.search(word, shown), (path, secret)


def give(town: Town, voucher: UUID, cents: int) -> RequestId:
    """Give on, as the verb would; where gifts wait is any fund of the unit."""
    book, asked = town.ledger.book("giussano"), key()
    lines = book.trial_balance()
    unit = next(line.unit for line in lines if line.account == voucher)
    fund = next(line.account for line in lines if line.kind == AccountKind.FUND)
    [done] = book.submit(
        [
            Request(asked, EntryKind.GIFT, (Transfer(voucher, fund, cents, unit),), "x", NOON)  # type: ignore[arg-type]
        ]
    )
    assert done.accepted, done.code
    return asked


def test_gifts_are_told_apart_from_what_went_back_and_an_undone_one_is_not_told(
    spent: Town,
) -> None:
    lines = spent.ledger.book("giussano").trial_balance()
    vouchers = [line.account for line in lines if line.kind == AccountKind.VOUCHER]
    few = [give(spent, one, 1_00) for one in vouchers[:4]]
    assert (totals(spent).given_on, totals(spent).months[0].given_on) == (0, None)
    asked = [*few, *(give(spent, one, 1_00) for one in vouchers[4:])]
    [done] = spent.ledger.book("giussano").submit(
        [Request(key(), EntryKind.REVERSAL, (Reverse(asked[0]),), "x", NOON)]
    )
    assert done.accepted, done.code
    one = totals(spent)
    assert (one.given_on, one.returned, one.issued) == (5_00, 0, 300_00)
    assert one.in_hand == sum(
        line.balance
        for line in spent.ledger.book("giussano").trial_balance()
        if line.kind == AccountKind.VOUCHER
    )
