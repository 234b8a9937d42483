"""Build `wallet_web/static/vendor/`: the third-party code of our pages, from locked packages.

Nothing of it is committed, and no page asks another server for anything. The folder's
`vendor.json` says of each file its name with a hash (so it can be cached for ever), package,
version, licence, SHA-256 and the integrity value for a `<script>` tag.
Not here: our own scripts and styles, which pages load as they stand; `static/src/` holds only
what needs bundling with a package.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts import node_packages
from scripts.node_packages import (
    LOCKED,
    PACKAGES,
    ROOT,
    BuildError,
    describe,
    fingerprint,
    install_packages,
    package_of,
    read_stamp,
    run_node,
)

SOURCES = ROOT / "wallet_web" / "static" / "src"
VENDOR = ROOT / "wallet_web" / "static" / "vendor"

# Logical name → package, file inside it.
COPIED = {
    "bootstrap-italia.css": ("bootstrap-italia", "dist/css/bootstrap-italia.min.css"),
    "htmx.js": ("htmx.org", "dist/htmx.min.js"),
    "hx-csp.js": ("htmx.org", "dist/ext/hx-csp.min.js"),
}
BUNDLED = {  # Our source → the form a page loads it in, and the package that it is made of.
    "kit.js": ("iife", "bootstrap-italia"),
    "scanner.js": ("esm", "barcode-detector"),
    "draw.js": ("esm", "qr"),
    "votes.js": ("esm", "@cloudflare/blindrsa-ts"),
}
TITILLIUM = "dist/fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-{}"
FACES = (  # File, weight, style. The kit asks for 300 and 600 too: their neighbours stand in, so
    ("regular", 400, "normal"),  # that a phone's first visit loads two files and not four.
    ("italic", 400, "italic"),
    ("700", 700, "normal"),
    ("700italic", 700, "italic"),
)
PAPER_FACES = ("regular", "italic", "600", "700")  # As TrueType, for the PDF letters.
CARRIED = """\
Carried inside the packages above, under their own licences:
- Bootstrap 5 (MIT), within bootstrap-italia
- ZXing-C++ (Apache-2.0), compiled into zxing-wasm
- SJCL (BSD-2-Clause), within @cloudflare/blindrsa-ts
"""
LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING")


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One built file, as `vendor.json` describes it; `path` is relative to the folder."""

    path: str
    package: str
    version: str
    licence: str
    sha256: str
    integrity: str


class Build:
    """A vendor folder in the making; it takes the old one's place only when it is complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, VendorFile] = {}
        self.packages: set[str] = set()

    def add(self, name: str, content: bytes, package: str) -> VendorFile:
        """Write one file under its logical name plus a hash, and note where it comes from."""
        digest = hashlib.sha256(content).hexdigest()
        logical = Path(name)
        path = logical.with_name(f"{logical.stem}.{digest[:10]}{logical.suffix}")
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)
        described = describe(package)
        sri = base64.b64encode(hashlib.sha384(content).digest()).decode()
        file = VendorFile(
            path=path.as_posix(),
            package=package,
            version=described["version"],
            licence=described["license"],
            sha256=digest,
            integrity=f"sha384-{sri}",
        )
        self.files[name] = file
        self.packages.add(package)
        return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the folder; with `--if-stale` only when something it is made from has changed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--if-stale", action="store_true", help="do nothing when all is current")
    asked = parser.parse_args(arguments)
    current = fingerprint(built_from())
    if asked.if_stale and read_stamp(VENDOR) == current:
        return 0
    try:
        install_packages()
        build_vendor(current)
    except BuildError as error:
        print(f"The front end could not be built: {error}", file=sys.stderr)
        return 1
    return 0


def build_vendor(current: str) -> None:
    """Build beside the old folder, then swap: a reader never meets a half-built one."""
    print("· Building the front end", flush=True)
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    build = Build(fresh)
    for name, (package, file) in COPIED.items():
        content = strip_source_map((PACKAGES / package / file).read_bytes())
        build.add(name, strip_embedded_fonts(content), package)
    add_fonts(build)
    add_icons(build)
    add_bundles(build)
    add_decoder(build)
    write_papers(build)
    (fresh / ".stamp").write_text(current, encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


# ------------------------------------------------------------------------------------ the parts


def add_fonts(build: Build) -> None:
    """Add Titillium and our own rules for it: the kit's would need an inline style."""
    folder = PACKAGES / "bootstrap-italia"
    rules = []
    for face, weight, style in FACES:
        content = (folder / f"{TITILLIUM.format(face)}.woff2").read_bytes()
        file = build.add(f"titillium-{face}.woff2", content, "bootstrap-italia")
        rules.append(
            f'@font-face {{ font-family: "Titillium Web"; font-weight: {weight}; '
            f"font-style: {style}; font-display: swap; "
            f'src: url("{file.path}") format("woff2"); }}\n'
        )
    build.add("fonts.css", "".join(rules).encode(), "bootstrap-italia")
    for face in PAPER_FACES:
        content = (folder / f"{TITILLIUM.format(face)}.ttf").read_bytes()
        build.add(f"paper/titillium-{face}.ttf", content, "bootstrap-italia")


def add_icons(build: Build) -> None:
    """Cut the kit's sprite to the icons listed in `static/src/icons.txt`."""
    sprite = (PACKAGES / "bootstrap-italia/dist/svg/sprites.svg").read_text(encoding="utf-8")
    symbols = dict(re.findall(r'(?s)(?=<symbol id="([^"]+)")(<symbol .*?</symbol>)', sprite))
    wanted = (SOURCES / "icons.txt").read_text(encoding="utf-8").split()
    if unknown := sorted(set(wanted) - set(symbols)):
        raise BuildError(f"icons.txt names icons that the kit does not have: {unknown}")
    cut = "".join(symbols[name] for name in sorted(set(wanted)))
    whole = f'<svg xmlns="http://www.w3.org/2000/svg">{cut}</svg>\n'
    build.add("icons.svg", whole.encode(), "bootstrap-italia")


def add_bundles(build: Build) -> None:
    """Bundle our sources with the packages they import; the bundler says which these were."""
    for name, (form, main_package) in BUNDLED.items():
        out = build.folder / "bundle.tmp"
        meta = build.folder / "meta.tmp"
        run_node(
            str(PACKAGES / "esbuild/bin/esbuild"), str(SOURCES / name), "--bundle", "--minify",
            "--ignore-annotations",  # The kit calls its components free of effects; they are not.
            f"--format={form}", "--target=es2022", "--legal-comments=none", "--log-level=warning",
            f"--outfile={out}", f"--metafile={meta}",
        )  # fmt: skip
        inputs = json.loads(meta.read_text(encoding="utf-8"))["inputs"]
        build.packages.update(filter(None, map(package_of, inputs)))
        build.add(name, out.read_bytes(), main_package)
        out.unlink()
        meta.unlink()


def add_decoder(build: Build) -> None:
    """Add the decoder that the scanner was written for, and no other version.

    A near one loads and then dies with "memory access out of bounds", so its SHA-256 must be the
    one that the library itself exports.
    """
    nested = PACKAGES / "barcode-detector/node_modules/zxing-wasm"
    folder = nested if nested.exists() else PACKAGES / "zxing-wasm"
    content = (folder / "dist/reader/zxing_reader.wasm").read_bytes()
    ask = 'import("barcode-detector/ponyfill").then(m => console.log(m.ZXING_WASM_SHA256))'
    wanted = run_node("--eval", ask).strip()
    if hashlib.sha256(content).hexdigest() != wanted:
        raise BuildError(f"the decoder in {folder.name} is not the one the scanner expects")
    build.add("zxing_reader.wasm", content, folder.relative_to(PACKAGES).as_posix())


def write_papers(build: Build) -> None:
    """Write what the folder holds and under which licences."""
    described = {name: asdict(file) for name, file in sorted(build.files.items())}
    listing = json.dumps({"files": described}, indent=1) + "\n"
    (build.folder / "vendor.json").write_text(listing, encoding="utf-8")
    notices = [notice(package) for package in sorted(build.packages)]
    notices += [font_notice(), CARRIED]
    text = "\n".join(notices)
    (build.folder / "THIRD-PARTY-NOTICES.txt").write_text(text, encoding="utf-8")


def notice(package: str) -> str:
    """Give a package's name, version and licence text."""
    described = describe(package)
    head = f"{'=' * 80}\n{package} {described['version']} ({described['license']})\n{'=' * 80}\n"
    texts = [PACKAGES / package / name for name in LICENCE_NAMES]
    found = next((text for text in texts if text.exists()), None)
    body = found.read_text(encoding="utf-8") if found else "See its package for the text.\n"
    return head + body


def font_notice() -> str:
    """Give the licence of the font, which is not that of the kit."""
    text = PACKAGES / "bootstrap-italia/dist/fonts/Titillium_Web/OFL.txt"
    head = f"{'=' * 80}\nTitillium Web (OFL-1.1), within bootstrap-italia\n{'=' * 80}\n"
    return head + text.read_text(encoding="utf-8", errors="replace")


# --------------------------------------------------------------------------------------- stamps


def built_from() -> list[Path]:
    """List everything that the folder is made from."""
    sources = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    return [*LOCKED, Path(__file__), Path(node_packages.__file__), *sources]


def strip_source_map(content: bytes) -> bytes:
    """Drop the pointer to a source map that we do not ship."""
    return re.sub(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*\n?$", b"\n", content)


def strip_embedded_fonts(style: bytes) -> bytes:
    """Drop fonts that lie in the style itself (the kit's video player's): our policy blocks them,
    and the browser would say so on every page.
    """  # noqa: D205 -- one sentence.
    return re.sub(rb"@font-face\s*\{[^{}]*url\([\"']?data:[^{}]*\}", b"", style)


if __name__ == "__main__":
    raise SystemExit(main())
