"""Every route of the console and every role: who may, who may not; the auditor changes nothing."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from ledger import random_id
from tests.town import Town
from tests.wallet_web.conftest import come_in
from wallet_web import comune
from wallet_web.comune import (
    application_files,
    applications,
    batches,
    calls,
    cards,
    comparison,
    conto,
    controls,
    donations,
    families,
    five_rs,
    gifts,
    group,
    guide,
    integrations,
    letters,
    money,
    names,
    offline,
    outcome_printing,
    pages,
    payments,
    practices,
    proposals,
    recovery,
    reminders,
    retention,
    samples,
    shops,
    sign_in,
    siuss,
    tariffs,
    votes,
    witnesses,
)
from wallet_web.permissions import MAY, Action
from wallet_web.words import ROLES

ROUTERS = (
    application_files.router, applications.router, batches.router, calls.router, cards.router,
    comparison.router,
    conto.router,
    controls.router, donations.router, families.router, five_rs.router, gifts.router,
    group.router, guide.router,
    integrations.router, letters.router, money.router,
    money.corrections, names.router, offline.router, outcome_printing.router, payments.router,
    practices.router, proposals.router, recovery.router, reminders.router, retention.router,
    samples.router,
    shops.router, siuss.router, tariffs.router, votes.router, witnesses.router, pages.router,
)  # fmt: skip
ROUTES = [
    (method, route.path) for router in ROUTERS for route in router.routes
    if isinstance(route, APIRoute) for method in sorted(route.methods or ())
]  # fmt: skip

# Who may use a route that not everybody may; every other route is for looking.
WANTS = {
    ("GET", "/comune/{slug}/donazioni/nuova"): Action.FUND,
    ("POST", "/comune/{slug}/donazioni"): Action.FUND,
    ("GET", "/comune/{slug}/donazioni/{donation_id}.pdf"): Action.HELP,
    ("GET", "/comune/{slug}/voti/nuovo"): Action.RECALL,
    ("POST", "/comune/{slug}/voti"): Action.RECALL,
    ("POST", "/comune/{slug}/voti/idee/{idea_id}/da-parte"): Action.RECALL,
    ("POST", "/comune/{slug}/voti/{vote_id}/apri"): Action.CONFIRM,
    ("POST", "/comune/{slug}/voti/{vote_id}/ritira"): Action.RECALL,
    ("POST", "/comune/{slug}/voti/{vote_id}/carta"): Action.RECALL,
    ("POST", "/comune/{slug}/voti/{vote_id}/conta"): Action.RECALL,
    ("POST", "/comune/{slug}/ripristino/proponi"): Action.CORRECT,
    ("POST", "/comune/{slug}/ripristino/proposte/{proposal_id}/conferma"): Action.CONFIRM,
    ("POST", "/comune/{slug}/ripristino/proposte/{proposal_id}/ritira"): Action.RECALL,
    ("POST", "/comune/{slug}/ripristino/riapri"): Action.CONFIRM,
    ("GET", "/comune/{slug}/iniziative/{unit}/promemoria"): Action.ISSUE,
    ("POST", "/comune/{slug}/iniziative/{unit}/promemoria"): Action.ISSUE,
    ("GET", "/comune/{slug}/bandi/{call_id}/integrazioni"): Action.ISSUE,
    ("POST", "/comune/{slug}/bandi/{call_id}/integrazioni"): Action.ISSUE,
    ("POST", "/comune/{slug}/negozi/{shop_id}/operatori/azzera"): Action.ENROL,
    ("GET", "/comune/{slug}/tariffe/nuova"): Action.PREPARE,
    ("POST", "/comune/{slug}/tariffe"): Action.PREPARE,
    ("GET", "/comune/{slug}/tariffe/{tariff_id}/cambia"): Action.PREPARE,
    ("POST", "/comune/{slug}/tariffe/{tariff_id}/approva"): Action.APPROVE,
    ("POST", "/comune/{slug}/tariffe/{tariff_id}/prova"): Action.PREPARE,
    ("GET", "/comune/{slug}/siuss"): Action.HELP,
    ("POST", "/comune/{slug}/siuss"): Action.PREPARE,
    ("POST", "/comune/{slug}/siuss/file"): Action.HELP,
    ("GET", "/comune/{slug}/confronto/indicatori"): Action.PREPARE,
    ("GET", "/comune/{slug}/pratiche/di/{unit}"): Action.PREPARE,
    ("POST", "/comune/{slug}/pratiche/anteprima"): Action.PREPARE,
    ("POST", "/comune/{slug}/pratiche"): Action.PREPARE,
    ("GET", "/comune/{slug}/pratiche/{practice_id}/iniziativa"): Action.FUND,
    ("POST", "/comune/{slug}/pratiche/{practice_id}/iniziativa"): Action.FUND,
    ("GET", "/comune/{slug}/pratiche/{practice_id}/bando"): Action.PREPARE,
    ("POST", "/comune/{slug}/pratiche/{practice_id}/bando"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}/lettere"): Action.ISSUE,
    ("POST", "/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}/lettere"): Action.ISSUE,
    ("GET", "/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}/lettere/{run_id}"): (
        Action.ISSUE
    ),
    (
        "GET",
        "/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}/lettere/{run_id}/lettere.zip",
    ): Action.ISSUE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande/carica"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande/modello.csv"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/domande/anteprima"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/domande/file"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/nuovo"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/{call_id}/regola"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/regola"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/regola/approva"): Action.APPROVE,
    ("GET", "/comune/{slug}/bandi/{call_id}/simulazione"): Action.JUDGE,
    ("POST", "/comune/{slug}/bandi/{call_id}/graduatoria"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}"): Action.JUDGE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande"): Action.JUDGE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande/nuova"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/domande"): Action.PREPARE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande/{application_id}"): Action.JUDGE,
    ("GET", "/comune/{slug}/bandi/{call_id}/domande/{application_id}/correggi"): Action.PREPARE,
    ("POST", "/comune/{slug}/bandi/{call_id}/domande/{application_id}"): Action.PREPARE,
    ("GET", "/comune/{slug}/elenchi/nuovo"): Action.PREPARE,
    ("POST", "/comune/{slug}/elenchi/anteprima"): Action.PREPARE,
    ("POST", "/comune/{slug}/elenchi"): Action.PREPARE,
    ("POST", "/comune/{slug}/elenchi/{batch_id}/approva"): Action.APPROVE,
    ("POST", "/comune/{slug}/elenchi/{batch_id}/ritira"): Action.PREPARE,
    ("POST", "/comune/{slug}/elenchi/{batch_id}/emetti"): Action.ISSUE,
    ("GET", "/comune/{slug}/elenchi/{batch_id}/fogli.pdf"): Action.ISSUE,
    ("GET", "/comune/{slug}/elenchi/{batch_id}/pin.pdf"): Action.ISSUE,
    ("GET", "/comune/{slug}/iniziative/nuova"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative"): Action.FUND,
    ("GET", "/comune/{slug}/iniziative/{unit}/finanzia"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/finanzia"): Action.FUND,
    ("GET", "/comune/{slug}/iniziative/{unit}/regole"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/regole"): Action.FUND,
    ("GET", "/comune/{slug}/iniziative/{unit}/economie"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/economie"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/offline/limiti"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/offline/copertura"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/offline/telefoni"): Action.FUND,
    ("POST", "/comune/{slug}/iniziative/{unit}/offline/riammetti/{shop_id}"): Action.CONFIRM,
    ("POST", "/comune/{slug}/negozi/{shop_id}/dispositivi/{device_id}"): Action.ENROL,
    ("POST", "/comune/{slug}/registrazioni/{log_index}/rettifica"): Action.CORRECT,
    ("POST", "/comune/{slug}/nomi"): Action.HELP,
    ("GET", "/comune/{slug}/famiglie"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie"): Action.HELP,
    ("GET", "/comune/{slug}/famiglie/{family_id}"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/tessere"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/tessera"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/tessera/altra"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/tessera/spegni"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/codice"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/sblocca"): Action.HELP,
    ("GET", "/comune/{slug}/famiglie/{family_id}/foglio.pdf"): Action.HELP,
    ("GET", "/comune/{slug}/famiglie/{family_id}/pin.pdf"): Action.HELP,
    ("GET", "/comune/{slug}/famiglie/{family_id}/dati.zip"): Action.HELP,
    ("POST", "/comune/{slug}/famiglie/{family_id}/buoni/{voucher_id}/revoca"): Action.RECALL,
    ("POST", "/comune/{slug}/famiglie/{family_id}/tagliandi"): Action.ISSUE,
    ("GET", "/comune/{slug}/famiglie/{family_id}/tagliandi.pdf"): Action.ISSUE,
    ("GET", "/comune/{slug}/negozi/nuovo"): Action.ENROL,
    ("POST", "/comune/{slug}/negozi/nuovo"): Action.ENROL,
    ("POST", "/comune/{slug}/negozi/{shop_id}/stato"): Action.ENROL,
    ("POST", "/comune/{slug}/negozi/{shop_id}/casse"): Action.ENROL,
    ("POST", "/comune/{slug}/negozi/{shop_id}/casse/{till_id}/ritira"): Action.ENROL,
    ("POST", "/comune/{slug}/conservazione/elenchi"): Action.PREPARE,
    ("POST", "/comune/{slug}/conservazione/elenchi/{list_id}/conferma"): Action.APPROVE,
    ("POST", "/comune/{slug}/conservazione/elenchi/{list_id}/riprendi"): Action.APPROVE,
    ("POST", "/comune/{slug}/conservazione/regole/{unit}"): Action.FUND,
    ("POST", "/comune/{slug}/conservazione/blocchi"): Action.HELP,
    ("POST", "/comune/{slug}/conservazione/blocchi/{hold_id}/togli"): Action.HELP,
    ("POST", "/comune/{slug}/proposte/{proposal_id}/conferma"): Action.CONFIRM,
    ("POST", "/comune/{slug}/proposte/{proposal_id}/ritira"): Action.RECALL,
    ("POST", "/comune/{slug}/controlli/campioni"): Action.EXAMINE,
    ("POST", "/comune/{slug}/controlli/campioni/{sample_id}"): Action.EXAMINE,
    ("POST", "/comune/{slug}/controlli/campioni/{sample_id}/{place}"): Action.EXAMINE,
    ("POST", "/comune/{slug}/liquidazioni"): Action.CLOSE,
    ("POST", "/comune/{slug}/liquidazioni/{period}/mandati"): Action.PAY,
}
CHECKING = ("POST", "/comune/{slug}/verifica")  # Changes nothing in the book.


def address(path: str) -> str:
    names = {"slug": "giussano", "unit": "P1", "period": "1", "log_index": "0", "month": "2026-11"}
    names |= {"place": "1"}
    kinds = (
        "batch_id",
        "call_id",
        "application_id",
        "ranking_id",
        "shop_id",
        "account_id",
        "family_id",
        "voucher_id",
        "till_id",
        "proposal_id",
        "sample_id",
        "practice_id",
        "device_id",
        "run_id",
        "list_id",
        "hold_id",
        "tariff_id",
        "donation_id",
        "vote_id",
        "idea_id",
        "fund",
    )
    ids = dict.fromkeys(kinds, str(random_id()))
    return path.format(**names, **ids)


@pytest.fixture
def console(town: Town, browser: TestClient) -> TestClient:
    town.programme()
    return browser


def test_no_route_of_the_console_is_left_out() -> None:
    names = [f"{comune.__name__}.{one.name}" for one in iter_modules(comune.__path__)]
    values = [value for name in names for value in vars(import_module(name)).values()]
    made = {id(value) for value in values if isinstance(value, APIRouter)}
    assert made == {id(one) for one in (*ROUTERS, sign_in.router)}


def test_every_change_names_its_action() -> None:
    changes = {(method, path) for method, path in ROUTES if method == "POST"}
    assert changes == {one for one in WANTS if one[0] == "POST"} | {CHECKING}


def test_every_role_is_told_and_has_its_actions() -> None:
    assert set(MAY) == set(ROLES)
    assert set().union(*MAY.values()) == set(Action)
    assert MAY["auditor"] == {Action.EXAMINE}  # Which moves nothing.


@pytest.mark.parametrize("role", ROLES)
def test_each_route_opens_to_its_roles_only(console: TestClient, role: str) -> None:
    come_in(console, role)
    for method, path in ROUTES:
        answer = console.request(method, address(path), params={"iniziativa": "P1"})
        wanted = WANTS.get((method, path))
        refused = wanted is not None and wanted not in MAY[role]
        assert (answer.status_code == 403) == refused, (role, method, path, answer.status_code)
        assert answer.status_code < 500


def test_nobody_gets_in_without_signing_in(console: TestClient) -> None:
    for method, path in ROUTES:
        answer = console.request(method, address(path))
        assert answer.status_code == 303, path
        assert "/accesso" in answer.headers["location"]


def test_the_auditor_is_offered_no_change(console: TestClient) -> None:
    come_in(console, "auditor")
    for method, path in ROUTES:
        if method == "GET" and (method, path) not in WANTS:
            page = console.get(address(path)).text.replace('action="/lingua"', "")
            page = page.replace('action="/comune/giussano/uscita"', "")
            page = page.replace('action="/comune/giussano/verifica"', "")
            page = page.replace('action="/comune/giussano/controlli/campioni"', "")
            assert 'method="post" action=' not in page.replace('method="post" >', "")
            for offered in ("/iniziative/nuova", "/famiglie", "/negozi/nuovo", "/economie"):
                assert offered not in page
