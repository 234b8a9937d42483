"""Installed pages, of tills and of phones that pay: what a phone reads of them, and their icons."""

import json
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from wallet_web.shop.icons import rectangles


@pytest.mark.parametrize("page", ["/cassa", "/famiglia/paga"])
def test_the_manifest_names_icons_that_are_there(browser: TestClient, page: str) -> None:
    told = browser.get(f"{page}/manifest.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == (page, page, "standalone")
    purposes = {one.get("purpose", "any") for one in told["icons"]}
    assert purposes == {"any", "maskable"}
    for one in told["icons"]:
        answer = browser.get(one["src"])
        assert answer.headers["content-type"].startswith(one["type"]), one
        if one["type"] == "image/png":
            picture = Image.open(BytesIO(answer.content))
            assert f"{picture.width}x{picture.height}" == one["sizes"]


@pytest.mark.parametrize("page", ["/cassa", "/famiglia/paga"])
def test_every_file_that_a_worker_keeps_is_there(browser: TestClient, page: str) -> None:
    script = browser.get(f"{page}/worker.js")
    assert script.headers["service-worker-allowed"] == page
    files = json.loads(script.text.partition("const FILES = ")[2].partition(";\n")[0])
    assert page in files
    assert [one for one in files if browser.get(one).status_code != 200] == []
    assert not any("worker.js" in one for one in files)


@pytest.mark.parametrize(("name", "side"), [("180", 180), ("192", 192), ("512-pieno", 512)])
def test_an_icon_shows_what_the_drawing_says(browser: TestClient, name: str, side: int) -> None:
    answer = browser.get(f"/cassa/icona-{name}.png")
    picture = Image.open(BytesIO(answer.content)).convert("RGBA")
    unit = side / 64

    def at(x: float, y: float) -> object:
        return picture.getpixel((int(x * unit), int(y * unit)))

    blue, white = (0, 102, 204, 255), (255, 255, 255, 255)
    assert at(32, 8) == blue
    assert at(17, 25) == at(32, 18) == white
    assert at(25, 32) == at(30, 40) == blue  # The lines on the paper.
    assert at(0, 0) == ((0, 0, 0, 0) if name == "192" else blue)
    assert picture.width == side
    assert len(rectangles()) == 4


def test_no_other_icon_is_drawn(browser: TestClient) -> None:
    assert browser.get("/cassa/icona-9999.png").status_code == 404
