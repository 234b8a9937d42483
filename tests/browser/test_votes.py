"""A family votes in a real browser: the ballot is hidden by the page, cast without any cookie."""

from uuid import UUID

import pytest
from playwright.sync_api import APIResponse, Page, Request, Route, expect

from ledger import random_id
from ledger.core.quantities import DAY
from ledger.core.votes import Option, VoteTerms
from ledger.operations.close_vote import close_vote, count_paper
from ledger.operations.open_vote import open_vote, propose_vote
from ledger.reports.votes import vote_page
from tests.browser.place import Place, assert_accessible
from tests.town import PASSWORD, key

pytestmark = pytest.mark.browser
OPTIONS = (Option("Libri", "A settembre", "family"), Option("Spesa", "A Natale", "association"))


def opened(place: Place, title: str) -> UUID:
    """A vote that is open now."""
    town, now, vote_id = place.town, place.town.ledger.clock(), random_id()
    terms = VoteTerms(title, "Come?", 500_00, now - DAY, now + DAY, 0, OPTIONS)
    propose_vote(
        town.ledger, town.comune, terms, officer=town.officer, vote_id=vote_id, now=now
    )  # fmt: skip
    decision = open_vote(
        town.ledger, town.comune, vote_id, terms.content_hash(), officer=town.approver, key=key(),
        now=now,
    )  # fmt: skip
    assert decision.accepted
    return vote_id


def enter(tab: Page, place: Place, path: str) -> None:
    tab.goto("/famiglia/accesso")
    tab.fill("#codice", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.click("main button")
    tab.goto(path)


def test_a_family_draws_and_casts_by_keyboard_and_no_cookie_goes_with_the_ballot(
    tab: Page, place: Place
) -> None:
    vote_id = opened(place, "Il fondo")
    enter(tab, place, f"/famiglia/voto/{vote_id}")
    expect(tab.locator("#ritira")).to_be_visible()
    assert_accessible(tab)
    tab.click("#ritira")
    expect(tab.locator("#why")).to_contain_text("Scegli una proposta")
    tab.focus("#scelta-1")
    tab.keyboard.press("ArrowDown")
    tab.focus("#ritira")
    tab.keyboard.press("Enter")
    expect(tab.locator("#imbuca")).to_be_visible()
    assert_accessible(tab)
    assert ".2." in tab.input_value("#scheda")
    tab.reload()  # What was drawn is still there.
    expect(tab.locator("#imbuca")).to_be_visible()
    sent: list[Request] = []
    tab.on("request", lambda one: sent.append(one))  # noqa: PLW0108 -- a builtin will not do.
    tab.focus("#imbuca")
    tab.keyboard.press("Enter")
    expect(tab.locator("#numero")).to_be_visible()
    assert_accessible(tab)
    [cast] = [one for one in sent if one.url.endswith("/imbuca")]
    assert "cookie" not in cast.all_headers()
    number = tab.inner_text("#numero")
    assert "scheda" not in tab.evaluate("JSON.stringify(localStorage)")
    assert number in told(place, vote_id)


def told(place: Place, vote_id: UUID) -> tuple[str, ...]:
    """Close the vote; the numbers in its urn."""
    town = place.town
    found = vote_page(town.ledger, town.book_no, vote_id)
    assert found
    end = found.kept.terms.closes_at
    count_paper(town.ledger, town.comune, vote_id, [0, 0, 0], officer=town.officer, now=end)
    done = close_vote(
        town.ledger, town.comune, vote_id, [0, 0, 0], officer=town.approver, key=key(), now=end
    )
    assert done.accepted
    closed = vote_page(town.ledger, town.book_no, vote_id)
    assert closed
    assert closed.kept.result
    assert closed.kept.result.counts == (0, 0, 1)
    return closed.numbers


def test_a_lost_answer_is_asked_for_again_and_the_choice_stays(tab: Page, place: Place) -> None:
    vote_id = opened(place, "Un altro fondo")
    enter(tab, place, f"/famiglia/voto/{vote_id}")
    lost: list[APIResponse] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # The server answers, and nobody hears it.
        route.abort()

    tab.route("**/scheda", lose)
    tab.check("#scelta-1")
    tab.click("#ritira")
    expect(tab.locator("#why")).to_be_visible()
    tab.reload()
    expect(tab.locator("#scelta-1")).to_be_checked()
    expect(tab.locator("#scelta-2")).to_be_disabled()
    tab.click("#ritira")
    expect(tab.locator("#imbuca")).to_be_visible()
    assert ".1." in tab.input_value("#scheda")
    assert lost[0].status == 201


def test_the_pages_of_a_vote_are_accessible(tab: Page, place: Place) -> None:
    vote_id = opened(place, "Il terzo fondo")
    public = f"/voto/{place.town.comune}"
    for path in (public, f"{public}/{vote_id}", f"{public}/{vote_id}/urna"):
        tab.goto(path)
        assert_accessible(tab)
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    enter(tab, place, "/famiglia/voto")
    assert_accessible(tab)
    tab.goto("/famiglia/dona")
    assert_accessible(tab)
    tab.goto(f"/comune/{place.town.comune}/accesso")
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    home = f"/comune/{place.town.comune}"
    for path in ("/voti", "/voti/nuovo", f"/voti/{vote_id}", "/doni", "/donazioni/nuova"):
        tab.goto(home + path)
        assert_accessible(tab)
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
