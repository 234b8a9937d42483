"""The papers at the root say what is so: the commands, the licence, what catalogues read."""

import hashlib
import re
import tomllib
from urllib.parse import urlsplit

import yaml

from scripts.check import ROOT
from scripts.cli import app
from scripts.portavalori import command_line

README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PUBLIC = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))

# Kinds of software, as version 0.4 of the standard names them.
SOFTWARE = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web",
    "standalone/backend", "standalone/other", "addon", "library", "configurationFiles",
}  # fmt: skip

# SHA-256 of the licence as the Free Software Foundation publishes it.
AGPL_3 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"


def test_the_licence_is_the_official_text() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL_3
    assert PROJECT["license"] == PUBLIC["legal"]["license"] == "AGPL-3.0-or-later"


def test_publiccode_has_what_the_standard_demands() -> None:
    mandatory = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus"}
    mandatory |= {"softwareType", "description", "legal", "maintenance", "localisation"}
    assert mandatory <= set(PUBLIC)
    assert PUBLIC["publiccodeYmlVersion"] in {"0", "0.4", "0.5"}
    address = urlsplit(PUBLIC["url"])
    assert (address.scheme, bool(address.hostname)) == ("https", True)
    assert address.path.endswith(".git")
    assert set(PUBLIC["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
    assert PUBLIC["softwareType"] in SOFTWARE
    for language in ("it", "en"):
        assert PUBLIC["description"][language]["shortDescription"]
    assert PUBLIC["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert PUBLIC["maintenance"]["type"] == "internal"
    assert PUBLIC["maintenance"]["contacts"][0]["name"]
    assert isinstance(PUBLIC["localisation"]["localisationReady"], bool)
    assert PUBLIC["localisation"]["availableLanguages"]


def test_publiccode_describes_within_the_lengths_of_the_standard() -> None:
    for words in PUBLIC["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
        assert all(len(feature) <= 100 for feature in words["features"])


def test_the_readme_shows_every_command_of_the_set_up() -> None:
    told = set(re.findall(r"portavalori\.py (\w+)", README))
    assert told == {"run", "test", "setup", "lock"}
    for name in told:
        assert command_line().parse_args([name]).command == name


def test_the_readme_shows_every_subcommand() -> None:
    [line] = [line for line in README.splitlines() if "portavalori --help" in line]
    told = set(re.findall(r"`([\w-]+)`", line.rpartition("|")[0].rpartition("|")[2]))
    named = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    assert told == named | {group.name for group in app.registered_groups}


def test_links_between_papers_lead_somewhere() -> None:
    for paper in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", paper.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{paper.name}: {target}"
