"""The scanner reads a code from a camera with our own decoder, under the policy our pages have."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
import uvicorn
from PIL import Image
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.browser.conftest import StartBrowser
from tests.browser.film import write_film
from wallet_web.rendering import STATIC, vendor

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAGE = f"""<!doctype html><html lang="it"><title>Prova</title>
<video id="video" data-wasm="{vendor("zxing_reader.wasm")}"></video><output id="read"></output>
<script type="module" src="/till.js"></script></html>"""
SCRIPT = f"""
import {{ openScanner }} from "{vendor("scanner.js")}";
const video = document.getElementById("video");
const read = document.getElementById("read");
await openScanner(video, (text, format) => {{
  read.append(`${{format}}:${{text}};`);
}}, {{ wasmUrl: video.dataset.wasm }});
"""


def page(_request: object) -> Response:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


def script(_request: object) -> Response:
    return Response(SCRIPT, media_type="text/javascript")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    routes = [Route("/", page), Route("/till.js", script)]
    app = Starlette(routes=[*routes, Mount("/static", StaticFiles(directory=STATIC))])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    serving.join()
    listener.close()


def test_a_code_before_the_camera_is_read_once(
    address: str, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    code = qrcode.QRCode(box_size=8, border=4)
    code.add_data("BC1:PROVA")
    picture = code.make_image().get_image().convert("RGB")
    assert isinstance(picture, Image.Image)
    browser = start_with_camera(write_film(tmp_path / "code.y4m", picture))
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(address)
    expect(tab.locator("#read")).to_have_text("qr_code:BC1:PROVA;", timeout=20_000)
    tab.wait_for_timeout(500)  # Long enough for several more looks at the same code.
    assert tab.text_content("#read") == "qr_code:BC1:PROVA;"
    assert errors == []
