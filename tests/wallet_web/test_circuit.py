"""What a shop is told of the circuit at its till; its forms are tried in a browser."""

import re
from base64 import b64decode

from starlette.testclient import TestClient

from ledger import random_id
from ledger.core.circuit.credits import ASSOCIATION, CreditSale, Holder
from ledger.core.circuit.rules import CircuitRules, Role
from ledger.operations.pay_credits import sell_for_credits
from ledger.operations.register_association import NewAssociation, register_association
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_in import open_till_session
from ledger.operations.take_turn import NewOperator, add_own_operator, take_turn
from ledger.reports.circuit_credits import wallet_of
from ledger.store.network.associations import set_association
from tests.circuit_town import add_circuit
from tests.town import NOON, PASSWORD, Town, key
from tests.wallet_web.test_association import field, plain
from wallet_web.code_picture import code_picture

HERE = "/cassa/circuito/oggi"


def told(town: Town, secret: str, browser: TestClient) -> str:
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    return browser.get(HERE, headers={"Authorization": f"Bearer {opened.token}"}).text


def test_a_shop_reads_its_discount_and_its_credits(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    _shop, secret = town.shop()
    add_circuit(town, town.codes(), secret)
    text = told(town, secret, browser)
    assert "Il tuo sconto di oggi: 6 %." in text
    assert "ha 0,00 crediti; può averne fino a 200,00" in text
    _other, without = town.shop("Senza accordo")
    assert "non ha un accordo con il circuito" in told(town, without, browser)


def test_without_a_session_or_a_circuit_there_is_nothing(town: Town, browser: TestClient) -> None:
    assert browser.get(HERE).status_code == 401
    assert "non c’è ancora un circuito" in told(town, town.shop()[1], browser)


class Counter:
    """The page of a till whose shop was paid 30,00 credits, and its forms."""

    def __init__(self, town: Town, browser: TestClient, rules: CircuitRules | None = None) -> None:
        town.issue(town.programme())
        _shop, secret = town.shop()
        self.circuit = add_circuit(town, town.codes(), secret, rules)
        self.circuit.buy(1_000_00)
        self.circuit.pay_in(60_00)
        release_bonuses(town.ledger, now=NOON)
        asked = CreditSale(self.circuit.till_id, self.circuit.credentials[0], 30_00)
        assert sell_for_credits(town.ledger, asked, key=key(), now=NOON).accepted
        opened = open_till_session(town.ledger, secret, now=NOON)
        assert opened
        self.headers = {"Authorization": f"Bearer {opened.token}"}
        self.browser = browser

    def page(self) -> str:
        return plain(self.browser.get(HERE, headers=self.headers).text)

    def send(self, to: str, **words: str) -> str:
        """Fill in a form with the key of its page; what the page says then."""
        key_of_page = field(self.browser.get(HERE, headers=self.headers).text, "chiave")
        answer = self.browser.post(
            f"{HERE}/{to}", data={"chiave": key_of_page} | words, headers=self.headers
        )
        return plain(answer.text) if answer.status_code == 200 else str(answer.status_code)

    def has(self, holder: Holder) -> int:
        found = wallet_of(self.circuit.ledger, holder, now=NOON)
        assert found is not None
        return found.balance_cents


def test_a_shop_pays_a_shop_an_association_and_the_circuit(town: Town, browser: TestClient) -> None:
    counter = Counter(town, browser)
    butcher, _till = counter.circuit.another_shop("Macelleria")
    one = NewAssociation("Banco alimentare", "banco.1", PASSWORD)
    association_id = random_id()
    assert register_association(
        town.ledger, one, officer=counter.circuit.officer, association_id=association_id
    )
    assert "Macelleria" in counter.page()
    assert "Banco alimentare" in counter.page()
    to = {
        Holder(Role.SHOP, butcher): f"shop/{butcher}",
        Holder(Role.ASSOCIATION, association_id): f"association/{association_id}",
        ASSOCIATION: "circuito",
    }
    for holder, named in to.items():
        assert "Fatto: trovi il movimento" in counter.send("paga", a=named, importo="5,00")
        assert counter.has(holder) == 5_00
    assert "ha 15,00 crediti" in counter.page()
    assert "ha meno crediti" in counter.send("paga", a="circuito", importo="15,01")
    assert "Scrivi l’importo così" in counter.send("paga", a="circuito", importo="molti")
    for odd in ("", "shop/1", f"shop/{random_id()}", f"family/{counter.circuit.families[0]}"):
        assert counter.send("paga", a=odd, importo="1,00") == "404"
    town.ledger.write(lambda db: set_association(db, association_id, "suspended"))
    gone = counter.send("paga", a=f"association/{association_id}", importo="1,00")
    assert "ora è sospesa" in gone
    assert list(counter.circuit.book.check()) == []


def test_a_shop_converts_where_it_is_allowed(town: Town, browser: TestClient) -> None:
    counter = Counter(town, browser, CircuitRules(credits_convertible=True))
    assert "deve al negozio 95,00 €; 3,00 € vanno al Fondo Sociale" in counter.page()
    assert "Fatto: trovi il movimento" in counter.send("converti", quanti="10,00")
    assert "ha 20,00 crediti" in counter.page()
    assert "ha meno crediti" in counter.send("converti", quanti="20,01")
    assert "Scrivi l’importo così" in counter.send("converti", quanti="-1")


def test_where_it_is_switched_off_nothing_is_converted(town: Town, browser: TestClient) -> None:
    counter = Counter(town, browser)
    assert "La conversione è spenta" in counter.page()
    assert "finché l’associazione non l’ha firmata" in counter.send("converti", quanti="1,00")
    assert "ha 30,00 crediti" in counter.page()


def test_a_code_leads_a_phone_to_shop_and_amount(town: Town, browser: TestClient) -> None:
    counter = Counter(town, browser)
    answer = browser.post(f"{HERE}/codice", data={"importo": "8"}, headers=counter.headers)
    [picture] = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', answer.text)
    assert b64decode(picture) == code_picture(
        "https://portavalori.test/famiglia/crediti?negozio=1&importo=8%2C00"
    )
    assert "Scrivi l’importo così" in counter.send("codice", importo="otto")


def test_only_the_owner_moves_a_shop_s_credits(town: Town, browser: TestClient) -> None:
    counter = Counter(town, browser)
    ledger, shop_id = town.ledger, counter.circuit.shop_id
    people = [
        add_own_operator(ledger, shop_id, NewOperator(name, "13579", rights), now=NOON)
        for name, rights in (("Ada", "owner"), ("Bice", "scan"))
    ]
    token = counter.headers["Authorization"].partition(" ")[2]
    take_turn(ledger, token, shop_id, people[1], "13579")
    assert "Paga con i crediti" not in counter.page()
    words = {"chiave": str(random_id()), "a": "circuito", "importo": "1,00", "quanti": "1,00"}
    for to in ("paga", "converti"):
        sent = browser.post(f"{HERE}/{to}", data=words, headers=counter.headers)
        assert sent.status_code == 403
    take_turn(ledger, token, shop_id, people[0], "13579")
    assert "Paga con i crediti" in counter.page()
