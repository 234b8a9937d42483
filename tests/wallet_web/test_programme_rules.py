"""Rules at the till as officers write them and as everybody reads them, in words."""

from dataclasses import replace
from uuid import UUID

from starlette.testclient import TestClient

from ledger.core.till_rules import Denomination, TillRules
from ledger.reports.programme_versions import programme_versions
from ledger.store.network.credentials import families_of
from ledger.store.registers.programmes import programme, programmes
from ledger.store.registers.till_reads import OF_SLIP
from tests.town import PASSWORD, TERMS, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import hidden

HOME = "/comune/giussano"
TERMS_TYPED = {"titolo": "Buoni", "testo": "", "dal": "2026-11-01", "al": "2026-12-31"}
RULES_TYPED = {
    "massimo": "20,00", "quota": "50", "escluso-tobacco": "1", "escluso-alcohol": "1",
    "aggiunta": "15", "primo-uso": "30", "stesso": "1", "altro": "1",
    "taglio-2": "5,00", "taglio-2-bar": "1", "taglio-2-bakery": "1",
    "taglio-1": "15,00", "taglio-1-bookshop": "1",
}  # fmt: skip
RULES = TillRules(
    added_value=15,
    bill_share=50,
    denominations=(Denomination(5_00, ("bakery", "bar")), Denomination(15_00, ("bookshop",))),
    excluded=("alcohol", "tobacco"),
    first_use_days=30,
    max_per_sale=20_00,
    other_shop=True,
    same_shop=True,
)
TOLD = (
    "Al massimo 20,00 € per ogni spesa.",
    "Paga al massimo il 50 % dello scontrino.",
    "Non paga: alcolici, tabacchi.",
    "I buoni da 5,00 € valgono solo qui: Panificio, Bar.",
    "I buoni da 15,00 € valgono solo qui: Libreria.",
    "La prima spesa va fatta entro 30 giorni dall’emissione.",
    "Il resto si spende nel negozio della prima spesa.",
    "Guadagnato in un negozio, si spende in un altro.",
    "Il negozio aggiunge il 15 %: 100,00 € comprano 115,00 €.",
)


def plain(text: str) -> str:
    text = text.replace("\u00a0", " ").replace("<bdi>", "").replace("</bdi>", "")
    return " ".join(text.split())


def define(browser: TestClient, **more: str) -> int:
    form = browser.get(f"{HOME}/iniziative/nuova").text
    words = TERMS_TYPED | more | {"chiave": hidden(form, "chiave")}
    status: int = browser.post(f"{HOME}/iniziative", data=words).status_code
    return status


def kept(town: Town) -> TillRules:
    with town.ledger.reading() as db:
        [one] = programmes(db, town.book_no)
    return one.till_rules


def test_rules_are_typed_kept_and_told(town: Town, browser: TestClient) -> None:
    town.shop()
    come_in(browser, "officer")
    assert define(browser, **RULES_TYPED, gruppo="1") == 303
    assert kept(town) == replace(RULES, gaf=(1,))
    page = plain(browser.get(f"{HOME}/iniziative/P1").text)
    for words in (*TOLD, "Vale solo nei negozi del gruppo di acquisto: numeri 1."):
        assert words in page
    form = browser.get(f"{HOME}/iniziative/P1/regole").text  # Begins from what it is.
    assert 'value="20,00"' in form
    assert form.count(" checked") == 2 + 2 + 3


def test_without_rules_the_page_says_so(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    assert define(browser) == 303
    assert kept(town) == TillRules()
    assert "Nessuna regola oltre a date e negozi" in browser.get(f"{HOME}/iniziative/P1").text


NO_RULES: tuple[tuple[dict[str, str], str], ...] = (
    ({"massimo": "12.5"}, "1.234,56"),
    ({"massimo": "0,00"}, "1.234,56"),
    ({"quota": "100"}, "intero di percento"),
    ({"quota": "-5"}, "intero di percento"),
    ({"aggiunta": "101"}, "intero di percento"),
    ({"primo-uso": "0"}, "intero di giorni"),
    ({"primo-uso": "²"}, "intero di giorni"),
    ({"gruppo": "999999"}, "numeri dei negozi"),
    ({"gruppo": "uno"}, "numeri dei negozi"),
    ({"taglio-1": "5,00"}, "Scegli i tipi di negozio"),
    ({"taglio-1-bar": "1"}, "1.234,56"),
    (
        {"taglio-1": "5,00", "taglio-1-bar": "1", "taglio-3": "5,00", "taglio-3-bakery": "1"},
        "Questo taglio c’è già",
    ),
)


def test_what_is_no_rule_names_its_field(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    form = browser.get(f"{HOME}/iniziative/nuova").text
    for typed, advice in NO_RULES:
        words = TERMS_TYPED | typed | {"chiave": hidden(form, "chiave")}
        answer = browser.post(f"{HOME}/iniziative", data=words)
        assert (typed, answer.status_code) == (typed, 422)
        assert advice in answer.text, typed
    with town.ledger.reading() as db:
        assert programmes(db, town.book_no) == ()


def test_new_rules_are_a_version_beside_the_one_that_vouchers_keep(
    town: Town, browser: TestClient
) -> None:
    funding = town.programme(terms=replace(TERMS, rules=TillRules(max_per_sale=20_00)))
    town.issue(funding)
    come_in(browser, "officer")
    form = browser.get(f"{HOME}/iniziative/P1/regole").text
    words = TERMS_TYPED | {"quota": "50", "chiave": hidden(form, "chiave")}
    for _ in range(2):  # A double tap.
        assert browser.post(f"{HOME}/iniziative/P1/regole", data=words).status_code == 303
    versions = programme_versions(town.ledger, town.book_no, funding.programme_id)
    assert [(one.version, one.vouchers) for one in versions] == [(2, 0), (1, 2)]
    assert [one.till_rules for one in versions] == [
        TillRules(bill_share=50), TillRules(max_per_sale=20_00),
    ]  # fmt: skip
    page = plain(browser.get(f"{HOME}/iniziative/P1").text)
    assert page.index("il 50 % dello scontrino") < page.index("Al massimo 20,00 €")
    assert "2 buoni emessi con queste regole" in page
    with town.ledger.reading() as db:
        assert programme(db, town.book_no, funding.programme_id).version == 2
    assert list(town.ledger.book("giussano").check()) == []


def test_a_family_reads_the_rules_of_its_own_vouchers(town: Town, browser: TestClient) -> None:
    town.shop("Forno del Gruppo")
    town.shop("Forno Qualunque")
    funding = town.programme(terms=replace(TERMS, rules=replace(RULES, gaf=(1,))))
    town.issue(funding)
    code = town.codes()[0]
    assert browser.post(
        "/famiglia/accesso", data={"codice": code.code, "pin": code.pin}
    ).status_code == 303  # fmt: skip
    page = plain(browser.get("/famiglia").text)
    for words in TOLD:
        assert words in page
    assert "Con quello che aggiunge il negozio vale" in page
    start = page.index("/famiglia/negozi?buono=")
    shops = browser.get(page[start : page.index('"', start)]).text
    assert "Forno del Gruppo" in shops
    assert "Forno Qualunque" not in shops


def test_slips_say_where_they_were_earned(town: Town, browser: TestClient) -> None:
    shop, _secret = town.shop()
    funding = town.programme(terms=replace(TERMS, rules=TillRules(other_shop=True)))
    town.issue(funding)
    with town.ledger.reading() as db:
        family = min(families_of(db, town.book_no).values())
    come_in(browser, "officer")
    here = f"{HOME}/famiglie/{family}"
    page = browser.get(here).text
    form = page[page.index('action="' + here + '/tagliandi"') :]
    words = {
        "chiave": hidden(form, "chiave"), "fonte": str(funding.fund()), "quanti": "1",
        "valore": "5,00", "secondo": "approver", "password": PASSWORD,
    }  # fmt: skip
    unknown = browser.post(f"{here}/tagliandi", data=words | {"guadagnato": "77"})
    assert (unknown.status_code, "non c’è un negozio" in unknown.text) == (422, True)
    assert browser.post(f"{here}/tagliandi", data=words | {"guadagnato": "1"}).status_code == 303
    with town.ledger.reading() as db:
        found = db.exec_driver_sql("SELECT earned_at FROM voucher WHERE kind = 'slip'").scalars()
        assert [_id(one) for one in found] == [shop]
    assert "earned_at" in OF_SLIP


def _id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(bytes=value)  # type: ignore[arg-type]
