"""What the front-end build wrote is what it says, and all that the pages ask for."""

import base64
import hashlib
import json
import re

import pytest

from scripts.node_packages import ROOT, fingerprint, package_of, read_stamp
from scripts.vendor_frontend import SOURCES, VENDOR, built_from

LISTED: dict[str, dict[str, str]] = json.loads((VENDOR / "vendor.json").read_text("utf-8"))["files"]


@pytest.mark.parametrize("name", sorted(LISTED))
def test_every_listed_file_has_the_hashes_it_is_listed_with(name: str) -> None:
    listed = LISTED[name]
    content = (VENDOR / listed["path"]).read_bytes()
    sri = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert listed["sha256"] == hashlib.sha256(content).hexdigest()
    assert listed["integrity"] == f"sha384-{sri}"
    assert listed["sha256"][:10] in listed["path"]


def test_nothing_lies_in_the_folder_that_is_not_listed() -> None:
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    papers = {"vendor.json", "THIRD-PARTY-NOTICES.txt", ".stamp"}
    assert files == {listed["path"] for listed in LISTED.values()} | papers


def test_the_build_is_current() -> None:
    assert read_stamp(VENDOR) == fingerprint(built_from())


def test_no_style_asks_another_server() -> None:
    for name in ("bootstrap-italia.css", "fonts.css"):
        style = (VENDOR / LISTED[name]["path"]).read_text("utf-8")
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", style)
        assert addresses
        assert all(text.startswith("data:") or (VENDOR / text).exists() for text in addresses)


def test_no_style_carries_a_font_that_our_policy_blocks() -> None:
    for name in ("bootstrap-italia.css", "fonts.css"):
        style = (VENDOR / LISTED[name]["path"]).read_text("utf-8")
        faces = re.findall(r"@font-face\s*\{[^}]*\}", style)
        assert not [face for face in faces if "data:" in face]


def test_the_sprite_holds_the_icons_that_templates_use() -> None:
    sprite = (VENDOR / LISTED["icons.svg"]["path"]).read_text("utf-8")
    listed = set((SOURCES / "icons.txt").read_text("utf-8").split())
    pages = (ROOT / "wallet_web" / "templates").rglob("*.html")
    used = {
        name
        for page in pages
        for name in re.findall(r"(?:icon\(\s*[\"']|#)(it-[a-z-]+)", page.read_text())
    }
    assert used <= listed
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == listed


def test_the_notices_hold_the_licence_of_every_package() -> None:
    notices = (VENDOR / "THIRD-PARTY-NOTICES.txt").read_text("utf-8")
    for listed in LISTED.values():
        assert f"{listed['package']} {listed['version']} ({listed['licence']})" in notices
    assert "SIL OPEN FONT LICENSE" in notices


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("node_modules/@popperjs/core/lib/index.js", "@popperjs/core"),
        ("node_modules/a/node_modules/b/index.js", "b"),
        ("wallet_web/static/src/kit.js", None),
    ],
)
def test_a_bundled_file_is_traced_to_its_package(path: str, package: str | None) -> None:
    assert package_of(path) == package
