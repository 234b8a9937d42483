"""A call's rule as a form: what an officer typed becomes a rule, and a rule fills the form again.

Amounts as one writes them in Italy, weights with a comma. What is wrong names its field. Not here:
what a rule means (`ledger.core.entitlement.call_rule`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.core.canonical import Json
from ledger.core.entitlement.call_rule import CallRule, read_call_rule
from ledger.core.entitlement.comune_table import BURDENS
from ledger.core.entitlement.exact import cents_text
from ledger.core.quantities import parse_euro
from wallet_web import forms
from wallet_web.languages import mark

ROWS: Final = 20  # Of a comune's table on the page.
BANDS: Final = 8
ORDERS: Final = 3
WEIGHT: Final = mark("Scrivi il peso così: 0,35.")
AGE: Final = mark("Scrivi gli anni con una cifra.")
NOT_A_RULE: Final = mark("Questa regola non sta in piedi: controlla i numeri segnati.")


def rule_of(form: forms.Form) -> CallRule:
    """The rule that was typed. Errors: `Unclear`, naming the field."""
    words: dict[str, Json] = {
        "v": 1,
        "on": forms.day(form, "giorno").isoformat(),
        "meter": form.get("indicatore", ""),
        "table": table_of(form),
        "function": function_of(form),
        "limits": _limits(form),
        "order": [one for at in range(ORDERS) if (one := form.get(f"ordine-{at}", ""))],
        "fit": _fit(form),
    }
    try:
        return read_call_rule(words)
    except ValueError as error:
        part = str(error).partition(":")[0]
        raise forms.Unclear(PARTS.get(part, "giorno"), NOT_A_RULE) from error


PARTS: Final[Mapping[str, str]] = {
    "meter": "indicatore", "table": "tabella", "function": "funzione", "limits": "limite-isee",
    "order": "ordine-0", "fit": "denaro", "on": "giorno",
}  # fmt: skip


def table_of(form: forms.Form) -> Json:
    """The comune's table as it was typed. Errors: `Unclear`."""
    if form.get("tabella") != "propria":
        return "S"
    rows = [row for at in range(ROWS) if (row := _table_row(form, at))]
    title, act = (forms.words(form, name, needed=False) for name in ("titolo-tabella", "atto"))
    return {"title": title, "act": act, "rows": list(rows)}


def _table_row(form: forms.Form, at: int) -> dict[str, Json]:
    what = form.get(f"riga-{at}-cosa", "")
    if what not in BURDENS:
        return {}
    row: dict[str, Json] = {"what": what, "weight": _weight(form, f"riga-{at}-peso")}
    names = {"from_age": "da", "to_age": "a", "number": "da"}
    for wanted in BURDENS[what].wants:
        if wanted == "degree":
            row[wanted] = form.get(f"riga-{at}-grado", "")
        else:
            row[wanted] = _years(form, f"riga-{at}-{names[wanted]}")
    return row


def _weight(form: forms.Form, name: str) -> str:
    text = form.get(name, "").strip().replace(",", ".")
    if not text.replace(".", "", 1).isdecimal() or not text.isascii():
        raise forms.Unclear(name, WEIGHT)
    return text


def _years(form: forms.Form, name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > len("120"):
        raise forms.Unclear(name, AGE)
    return int(text)


def function_of(form: forms.Form) -> dict[str, Json]:
    """The function as it was typed. Errors: `Unclear`."""
    kind = form.get("funzione", "")
    made: dict[str, Json] = {"kind": kind}
    if kind == "flat":
        made["amount"] = cents_of(form, "importo")
    elif kind == "linear":
        most = cents_of(form, "da-y")
        made["from"], made["below"] = [cents_of(form, "da-x"), most], most
        made["to"] = [cents_of(form, "a-x"), cents_of(form, "a-y")]
        made["above"] = cents_of(form, "oltre", "0,00")
    else:
        made["bands"] = list(_bands(form))
        made["above"] = cents_of(form, "oltre", "0,00")
    if form.get("per"):
        made["per"] = form["per"]
    for name, wanted in (("cap", "massimo"), ("floor", "minimo"), ("round_to", "passo")):
        if form.get(wanted, "").strip():
            made[name] = cents_of(form, wanted)
    if "round_to" in made:
        made["round"] = form.get("verso", "half_up")
    return made


def _bands(form: forms.Form) -> Iterator[list[Json]]:
    for at in range(BANDS):
        if form.get(f"fascia-{at}-fino", "").strip():
            yield [cents_of(form, f"fascia-{at}-fino"), cents_of(form, f"fascia-{at}-importo")]


def cents_of(form: forms.Form, name: str, otherwise: str = "") -> str:
    """An amount as a rule writes it; nothing typed is `otherwise`. Errors: `Unclear`."""
    try:
        return cents_text(parse_euro(form.get(name, "").strip() or otherwise))
    except ValueError:
        raise forms.Unclear(name, forms.AMOUNT) from None


def _limits(form: forms.Form) -> dict[str, Json]:
    limits: dict[str, Json] = {}
    for name, wanted in (("isee", "limite-isee"), ("isee_ff", "limite-ffc")):
        if form.get(wanted, "").strip():
            limits[name] = cents_of(form, wanted)
    if form.get("minori", "").strip():
        limits["minors"] = _years(form, "minori")
    return limits


def _fit(form: forms.Form) -> dict[str, Json]:
    made: dict[str, Json] = {"kind": form.get("denaro", "")}
    if made["kind"] == "scale":
        made["step"] = cents_of(form, "gradino", "0,01")
        made["least"] = cents_of(form, "almeno", "0,00")
    return made


# The way back: a rule as the form's values.


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form's fields, by name; and how many rows of each kind there are."""

    values: Mapping[str, str]
    rows: range = field(default=range(ROWS))
    bands: range = field(default=range(BANDS))
    orders: range = field(default=range(ORDERS))

    def __getitem__(self, name: str) -> str:
        """One field; empty where nothing stands in it."""
        return self.values.get(name, "")


def filled(rule: CallRule) -> Filled:
    """A rule as the form shows it."""
    words: Mapping[str, Any] = rule.words()
    values = {
        "giorno": words["on"],
        "indicatore": words["meter"],
        "tabella": "S" if words["table"] == "S" else "propria",
        "denaro": words["fit"]["kind"],
        "gradino": typed(words["fit"]["step"]),
        "almeno": typed(words["fit"]["least"]),
        "minori": str(words["limits"].get("minors", "")),
        "limite-isee": typed(words["limits"].get("isee", "")),
        "limite-ffc": typed(words["limits"].get("isee_ff", "")),
    }
    values |= {f"ordine-{at}": one for at, one in enumerate(words["order"])}
    values |= filled_function(words["function"]) | filled_table(words["table"])
    return Filled(values)


def filled_table(table: Any) -> dict[str, str]:  # noqa: ANN401 -- as a rule's words have it.
    """A table as the form's values; the made-up one has none of its own."""
    if table == "S":
        return {}
    values = {"titolo-tabella": table["title"], "atto": table["act"]}
    for at, row in enumerate(table["rows"]):
        values |= _filled_row(at, row)
    return values


def typed(amount: str) -> str:
    """An amount of a rule as one types it."""
    return amount.replace(".", ",")


def _filled_row(at: int, row: Mapping[str, Any]) -> dict[str, str]:
    names = {"from_age": "da", "number": "da", "to_age": "a", "degree": "grado"}
    given = {f"riga-{at}-{names[name]}": str(row[name]) for name in names if name in row}
    return given | {f"riga-{at}-cosa": row["what"], f"riga-{at}-peso": typed(row["weight"])}


def filled_function(given: Mapping[str, Any]) -> dict[str, str]:
    """A function as the form's values."""
    values = {"funzione": given["kind"], "per": given.get("per", "")}
    values["verso"] = given.get("round", "half_up")
    for name, wanted in (
        ("cap", "massimo"), ("floor", "minimo"), ("round_to", "passo"), ("amount", "importo"),
        ("above", "oltre"),
    ):  # fmt: skip
        values[wanted] = typed(given.get(name, ""))
    for name, wanted in (("from", "da"), ("to", "a")):
        if name in given:
            values[f"{wanted}-x"], values[f"{wanted}-y"] = map(typed, given[name])
    for at, (upto, amount) in enumerate(given.get("bands", ())):
        values |= {f"fascia-{at}-fino": typed(upto), f"fascia-{at}-importo": typed(amount)}
    return values


# What a first rule begins with: the shape of the Veneto voucher, with the synthetic table.
FIRST: Final = Filled({
    "indicatore": "isee_ff", "tabella": "S", "funzione": "linear", "da-x": "3000,00",
    "da-y": "150,00", "a-x": "15000,00", "a-y": "50,00", "oltre": "0,00",
    "limite-isee": "20000,00", "ordine-0": "isee_ff", "ordine-1": "most_minors",
    "denaro": "stop",
})  # fmt: skip
