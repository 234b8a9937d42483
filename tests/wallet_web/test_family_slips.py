"""A family's slips on its own page: worth, where, until when, used or not; and nowhere else."""

from starlette.testclient import TestClient

from ledger import AccountId
from ledger.core.redemption import Redemption
from ledger.operations.issue_credential import NewCredential, issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from ledger.store.keys import keyed_hash
from ledger.store.network.credentials import find_credential
from tests.town import NOON, Town, key


def words(browser: TestClient, path: str = "/famiglia") -> str:
    return " ".join(browser.get(path).text.replace("\u00a0", " ").split())


def give_slip(town: Town, family: NewCredential) -> NewCredential:
    """A slip of 5,00 for a family, for bakeries only."""
    funding = town.programme(1_000_00, act="slips")
    digest = keyed_hash(town.ledger.keys["code"], family.code.encode())
    with town.ledger.reading() as db:
        owner = find_credential(db, digest)
    assert owner
    order = SlipOrder(
        key(), funding.programme_id, funding.fund(), owner.target_id, 5_00, 1, "bakery"
    )
    [made] = issue_slips(
        town.ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
    )
    slips: list[tuple[AccountId, int]] = [(made.transfers[0].credit, 5_00)]
    return issue_slip_codes(town.ledger, town.comune, slips, now=NOON)[0]


def spend(town: Town, code: str, cents: int) -> None:
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    credential = credential_of_code(town.ledger, code)
    assert opened
    assert credential
    till = calling_till(town.ledger, opened.token, now=NOON)
    assert till
    asked = Redemption(till.till_id, credential.id, cents)
    assert redeem(town.ledger, asked, key=key(), now=NOON).accepted


def test_a_family_sees_its_slips_apart_and_whether_they_are_used(
    town: Town, browser: TestClient
) -> None:
    town.issue(town.programme())
    family = town.codes()[0]
    slip = give_slip(town, family)
    browser.post("/famiglia/accesso", data={"codice": family.code, "pin": family.pin})
    page = words(browser)
    vouchers, _, slips = page.partition("I tuoi tagliandi di carta")
    assert vouchers.count('class="voucher ') == 1
    assert "5,00 €" in slips
    assert "Panificio." in slips
    assert "fino al 31 dicembre 2026" in slips
    assert "Usato" not in slips
    assert slip.code not in page
    spend(town, slip.code, 4_00)
    assert "Usato" in words(browser).partition("I tuoi tagliandi di carta")[2]


def test_a_slips_code_opens_no_page(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    slip = give_slip(town, town.codes()[0])
    refused = browser.post("/famiglia/accesso", data={"codice": slip.code, "pin": "00000"})
    assert refused.status_code == 422
    assert "Codice o PIN non giusti" in refused.text  # As for a code that nobody has.
    assert "5,00" not in refused.text
