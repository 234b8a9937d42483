"""What every response says to the browser; and what a foreign page cannot have it send."""

import re

import pytest
from starlette.testclient import TestClient

from wallet_web.headers import FOREVER
from wallet_web.rendering import vendor

CHANGE = {"lingua": "it", "torna": "/"}


def test_the_policy_allows_nothing_inline_and_has_a_new_nonce_each_time(
    browser: TestClient,
) -> None:
    policies = [browser.get("/").headers["content-security-policy"] for _ in range(2)]
    nonces = [re.findall(r"'nonce-([0-9a-f]{32})'", policy) for policy in policies]
    assert nonces[0] != nonces[1]
    assert "unsafe-inline" not in policies[0]
    assert "'unsafe-eval'" not in policies[0]
    assert "default-src 'none'" in policies[0]
    assert "frame-ancestors 'none'" in policies[0]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/pages.css", "/famiglia"])
def test_every_answer_has_the_headers(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["permissions-policy"].startswith("camera=(self)")
    assert headers["referrer-policy"] == "same-origin"
    assert "max-age" in headers["strict-transport-security"]
    assert "content-security-policy" in headers


def test_pages_are_never_kept_and_hashed_files_for_ever(browser: TestClient) -> None:
    assert browser.get("/").headers["cache-control"] == "no-store"
    assert browser.get(vendor("htmx.js")).headers["cache-control"] == FOREVER
    assert browser.get("/static/pages.css").headers["cache-control"] == "no-cache"
    gone = browser.get("/static/vendor/x.0123456789.js")
    assert (gone.status_code, gone.headers["cache-control"]) == (404, "no-store")


FROM: tuple[tuple[dict[str, str], int], ...] = (
    ({"Sec-Fetch-Site": "same-origin"}, 303),
    ({"Sec-Fetch-Site": "none"}, 303),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://portavalori.test"}, 403),
    ({"Sec-Fetch-Site": "", "Origin": "https://portavalori.test"}, 403),
    ({"Origin": "https://portavalori.test"}, 303),
    ({"Origin": "https://else.test"}, 403),
    ({"Origin": "null"}, 403),
    ({}, 403),
)


def test_only_our_own_pages_change_anything(browser: TestClient) -> None:
    del browser.headers["Sec-Fetch-Site"]
    for headers, status in FROM:
        answer = browser.post("/lingua", data=CHANGE, headers=headers)
        assert (headers, answer.status_code) == (headers, status)


def test_a_page_that_is_not_there_says_what_to_do(browser: TestClient) -> None:
    answer = browser.get("/nowhere")
    assert answer.status_code == 404
    assert "Riparti dalla pagina iniziale" in answer.text


def test_a_surprise_is_told_without_its_reason(browser: TestClient) -> None:
    calm = TestClient(
        browser.app, base_url="https://portavalori.test", raise_server_exceptions=False
    )

    def break_down() -> None:
        raise ZeroDivisionError("a secret")

    browser.app.add_api_route("/break", break_down)  # type: ignore[attr-defined]
    answer = calm.get("/break")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "is_packed"),
    [("/cassa", True), ("/famiglia/paga", True), ("/", False), ("/famiglia/accesso", False)],
)
def test_only_pages_that_say_the_same_to_all_are_compressed(
    browser: TestClient, path: str, *, is_packed: bool
) -> None:
    """Beside words that somebody else chose, a packed length tells of a page's secrets."""
    answer = browser.get(path)
    assert ("gzip" in answer.headers.get("content-encoding", "")) is is_packed
    assert "</html>" in answer.text
    plain = browser.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "</html>" in plain.text
