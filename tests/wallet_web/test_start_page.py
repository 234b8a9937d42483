"""The first page anybody sees: it is there, and all that it loads is ours."""

import re

from starlette.testclient import TestClient

from wallet_web.app import create_app

browser = TestClient(create_app(), base_url="https://portavalori.test")


def test_the_start_page_loads_only_files_that_are_here() -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert '<html lang="it"' in answer.text
    loaded = re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    assert loaded
    assert [browser.get(address).status_code for address in loaded] == [200] * len(loaded)
