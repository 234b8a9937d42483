"""The bundle as a file: a ZIP with a trick in it is refused, and one wrong bit is never a proof."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from scripts.verifier.findings import UnreadableError
from scripts.verifier.verify import verify
from tests.verifier.books import believed, kinds, rich_leaves
from tests.verifier.maker import Forged, sealed

BUNDLE = "bundle.zip"


def repacked(
    forged: Forged, path: Path, change: Callable[[ZipFile, dict[str, bytes]], None]
) -> Path:
    with ZipFile(forged.write(path.with_suffix(".whole"))) as whole:
        entries = {name: whole.read(name) for name in whole.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        change(archive, entries)
    return path


def write_all(archive: ZipFile, entries: dict[str, bytes]) -> None:
    for name, data in entries.items():
        archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)


def with_more(name: str, data: bytes = b"") -> Callable[[ZipFile, dict[str, bytes]], None]:
    def change(archive: ZipFile, entries: dict[str, bytes]) -> None:
        write_all(archive, entries | {name: data})

    return change


def twice(archive: ZipFile, entries: dict[str, bytes]) -> None:
    write_all(archive, entries)
    write_all(archive, {"checkpoint": entries["checkpoint"]})


def backwards(archive: ZipFile, entries: dict[str, bytes]) -> None:
    write_all(archive, dict(reversed(entries.items())))


def without(name: str) -> Callable[[ZipFile, dict[str, bytes]], None]:
    def change(archive: ZipFile, entries: dict[str, bytes]) -> None:
        write_all(archive, {one: data for one, data in entries.items() if one != name})

    return change


def otherwise_packed(archive: ZipFile, entries: dict[str, bytes]) -> None:
    for name, data in entries.items():
        archive.writestr(ZipInfo(name), data, ZIP_BZIP2)


def bomb(archive: ZipFile, entries: dict[str, bytes]) -> None:
    write_all(archive, entries | {"leaves/000000000000.jsonl": bytes(50_000_000)})


def commented(archive: ZipFile, entries: dict[str, bytes]) -> None:
    write_all(archive, entries)
    archive.comment = b"more"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (twice, "doubled"),
        (backwards, "order"),
        (commented, "order"),
        (otherwise_packed, "packed"),
        (bomb, "too_large"),
        (without("checkpoint"), "absent"),
        (without("SHA256SUMS"), "absent"),
        (with_more("../../etc/passwd"), "unknown_entry"),
        (with_more("/etc/passwd"), "unknown_entry"),
        (with_more("leaves\\000000004096.jsonl"), "unknown_entry"),
        (with_more("names.csv"), "unknown_entry"),
        (with_more("LEGGIMI.txt", b"\xff\n" * 40_000), "too_large"),
    ],
)
def test_a_zip_that_tries_something_is_refused(
    change: Callable[[ZipFile, dict[str, bytes]], None], kind: str, tmp_path: Path
) -> None:
    path = repacked(sealed(rich_leaves()), tmp_path / BUNDLE, change)
    with pytest.raises(UnreadableError) as refused:
        verify(path, believed())
    assert refused.value.kind == kind


def test_a_name_that_ends_earlier_for_some_readers_is_refused(tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    forged.entries["LEGGIMI.txt?"] = forged.entries.pop("LEGGIMI.txt")
    path = forged.write(tmp_path / BUNDLE)
    path.write_bytes(path.read_bytes().replace(b"LEGGIMI.txt?", b"LEGGIMI.txt\0"))
    with pytest.raises(UnreadableError) as refused:
        verify(path, believed())
    assert refused.value.kind == "unknown_entry"


def test_a_file_of_leaves_that_is_absent_or_one_too_many_is_a_finding(tmp_path: Path) -> None:
    extra = repacked(
        sealed(rich_leaves()), tmp_path / BUNDLE, in_order("leaves/000000004096.jsonl")
    )
    assert ("extra_leaves", None) in kinds(verify(extra, believed()))
    leaves = without("leaves/000000000000.jsonl")
    absent = repacked(sealed(rich_leaves()), tmp_path / BUNDLE, leaves)
    assert kinds(verify(absent, believed()))[0] == ("no_leaves", 0)


def in_order(name: str) -> Callable[[ZipFile, dict[str, bytes]], None]:
    def change(archive: ZipFile, entries: dict[str, bytes]) -> None:
        places = ["bundle.json", "checkpoint", "leaves/000000000000.jsonl", name]
        first = {one: entries.get(one, b"") for one in places}
        write_all(archive, first | {one: entries[one] for one in entries if one not in first})

    return change


@pytest.mark.parametrize("at", range(0, 6_000, 397))
def test_one_wrong_bit_anywhere_is_never_a_proof(at: int, tmp_path: Path) -> None:
    path = sealed(rich_leaves()).write(tmp_path / BUNDLE)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 4
    path.write_bytes(data)
    try:
        found = verify(path, believed()).findings
    except UnreadableError:
        return
    assert found or harmless(path)


def harmless(path: Path) -> bool:
    """A bit of the ZIP's own that changes no entry: a date, a flag of the file system."""
    with (
        ZipFile(path) as archive,
        ZipFile(sealed(rich_leaves()).write(path.with_suffix(".2"))) as own,
    ):
        return [(one, archive.read(one)) for one in own.namelist()] == [
            (one, own.read(one)) for one in archive.namelist()
        ]
