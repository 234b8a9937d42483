"""The JavaScript twin in a real browser: same vectors, same answers as in Python and Node."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.place import Place

pytestmark = pytest.mark.browser
VECTORS = json.loads(Path("tests/vectors/token.json").read_text())

ANSWERS = """async (vectors) => {
  const token = await import("/static/src/token.js");
  const bytes = (text) =>
    Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const roots = [bytes(vectors.keys.root.public)];
  const keys = await token.readKeyList(bytes(vectors.lists.keys), roots, vectors.now);
  const denied = await token.readDenyList(bytes(vectors.lists.denied), roots, vectors.now);
  const read = {
    payment: (one, trust) => token.verifyPayment(one.input, trust, one.now),
    offline: (one, trust) => token.verifyOffline(one.input, trust, one.now),
    receipt: (one, trust) => token.verifyReceipt(one.input, trust, one.now),
    key_list: (one) => token.readKeyList(bytes(one.input), roots, one.now, one.at_least),
    deny_list: (one) => token.readDenyList(bytes(one.input), roots, one.now, one.at_least),
    base45: (one) => token.decodeBase45(one.input),
    short_code: (one) => token.parseShortCode(one.input) ?? "mistyped",
  };
  const answers = [];
  for (const written of vectors.cases) {
    const one = { now: vectors.now, environment: "real", ...written };
    try {
      const found = await read[one.what](one, { environment: one.environment, keys, denied });
      answers.push(found === "mistyped" ? "mistyped" : "accepted");
    } catch (refused) {
      answers.push(refused instanceof token.TokenRefused ? refused.reason : String(refused));
    }
  }
  return answers;
}"""


def test_every_vector_has_the_same_outcome_in_the_browser(tab: Page, place: Place) -> None:
    tab.goto(place.address)
    answers: list[Any] = tab.evaluate(ANSWERS, VECTORS)
    wanted = {case["name"]: case["outcome"] for case in VECTORS["cases"]}
    got = {case["name"]: answer for case, answer in zip(VECTORS["cases"], answers, strict=True)}
    assert len(got) > 100
    assert got == wanted
