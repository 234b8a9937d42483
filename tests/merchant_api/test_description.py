"""The API's description: ModI's rules (web.md section 8), and the snapshot that others build on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger import Ledger
from merchant_api.app import create_app
from merchant_api.problems import CATALOGUE
from tests.engines import sqlite_copy

SNAPSHOT = Path("merchant_api/openapi.json")
METHODS = ("get", "post", "put", "delete", "patch")


@pytest.fixture
def description(sqlite_template: Path, tmp_path: Path) -> Iterator[dict[str, Any]]:
    from ledger import open_ledger  # noqa: PLC0415

    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        yield describe(ledger)


def describe(ledger: Ledger) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(json.dumps(create_app(ledger).openapi()))
    return words


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def schemas(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for child in node.values():
            yield from schemas(child)
    elif isinstance(node, list):
        for child in node:
            yield from schemas(child)


def test_paths_are_kebab_case(description: dict[str, Any]) -> None:
    for path in description["paths"]:
        for part in path.strip("/").split("/"):
            assert re.fullmatch(r"\{\w+\}|[a-z0-9]+(-[a-z0-9]+)*|openapi\.json", part), path


def test_lists_are_items_and_pages_have_the_agreed_names(description: dict[str, Any]) -> None:
    agreed = {"cursor", "limit", "offset", "sort", "q", "fields", "embed", "from", "to", "date"}
    for path, _method, operation in operations(description):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert parameter["name"] in agreed, path
    for name in ("Statement", "DayTotals"):
        assert "items" in description["components"]["schemas"][name]["properties"]


def test_every_number_has_a_format(description: dict[str, Any]) -> None:
    for schema in schemas(description):
        if schema.get("type") in {"integer", "number"}:
            assert schema.get("format") in {"int32", "int64", "double"}, schema


def test_every_operation_says_who_it_is_and_how_it_fails(description: dict[str, Any]) -> None:
    seen = set()
    for path, method, operation in operations(description):
        identity = operation["operationId"]
        assert re.fullmatch(r"[a-z][A-Za-z]+", identity)
        assert identity not in seen
        seen.add(identity)
        assert operation["tags"]
        if path.startswith("/api/v1/") and "problems" not in path:
            assert {"400", "401", "422", "429", "503"} <= set(operation["responses"]), (
                path,
                method,
            )
            problem = operation["responses"]["422"]["content"]
            assert set(problem) == {"application/problem+json"}


def test_the_description_names_itself(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert description["info"]["x-api-id"]
    assert description["info"]["x-summary"]
    assert description["servers"]
    assert all("/" in tag["description"] for tag in description["tags"])


def test_bodies_have_examples(description: dict[str, Any]) -> None:
    for path, _method, operation in operations(description):
        if "requestBody" in operation:
            [content] = operation["requestBody"]["content"].values()
            assert content["example"], path


def test_the_catalogue_is_closed_and_reachable(description: dict[str, Any]) -> None:
    assert "/api/v1/problems/{code}" in description["paths"]
    for code, entry in CATALOGUE.items():
        assert re.fullmatch(r"[a-z_]+", code)
        assert 400 <= entry.status < 600
        assert entry.title
        assert entry.detail


def test_the_snapshot_is_what_the_api_says(description: dict[str, Any]) -> None:
    told = json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert SNAPSHOT.read_text() == told, "review the change, then write the snapshot anew"
