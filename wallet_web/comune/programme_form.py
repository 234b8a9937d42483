"""What an officer types of a programme: its terms, and its rules at the till.

Not here: what a rule means (`ledger.core.till_rules`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from ledger.core.programmes import CATEGORIES, Terms
from ledger.core.quantities import euro_text
from ledger.core.till_rules import GOODS, MOST_DAYS, Denomination, TillRules
from wallet_web import forms
from wallet_web.languages import mark

T = TypeVar("T")
MOST_FACES: Final = 3
FIELDS: Final[dict[str, Any]] = {
    "categories": CATEGORIES, "goods": GOODS, "most_faces": MOST_FACES, "euro": euro_text,
}  # fmt: skip

WRONG_DAYS: Final = mark("L’ultimo giorno viene prima del primo: correggi le date.")
PERCENT: Final = mark("Scrivi un numero intero di percento, per esempio 50, o lascia vuoto.")
DAYS: Final = mark("Scrivi un numero intero di giorni, per esempio 30, o lascia vuoto.")
SHOPS: Final = mark("Scrivi i numeri dei negozi della Rete, per esempio 3, 17, o lascia vuoto.")
FACE_TWICE: Final = mark("Questo taglio c’è già: metti insieme i suoi negozi.")
FACE_NOWHERE: Final = mark("Scegli i tipi di negozio per questo taglio.")


def terms_of(form: forms.Form, shops: Mapping[int, object]) -> Terms:
    """The terms that a form says; `shops`: the numbers of those there are. Errors: `Unclear`."""
    first, last = forms.day(form, "dal"), forms.day(form, "al")
    kinds = tuple(one for one in CATEGORIES if form.get(f"tipo-{one}"))
    title, summary = forms.words(form, "titolo"), forms.words(form, "testo", needed=False)
    rules = _rules(form, shops)
    try:
        return Terms(title, summary, first, last, kinds, rules=rules)
    except ValueError:
        raise forms.Unclear("al", WRONG_DAYS) from None


def _rules(form: forms.Form, shops: Mapping[int, object]) -> TillRules:
    return TillRules(
        added_value=_number(form, "aggiunta", 100, PERCENT),
        bill_share=_number(form, "quota", 99, PERCENT),
        denominations=_denominations(form),
        excluded=tuple(one for one in sorted(GOODS) if form.get(f"escluso-{one}")),
        first_use_days=_number(form, "primo-uso", MOST_DAYS, DAYS),
        gaf=_group(form, shops),
        max_per_day=_if_said(form, "massimo-giorno", forms.amount),
        max_per_sale=_if_said(form, "massimo", forms.amount),
        max_per_week=_if_said(form, "massimo-settimana", forms.amount),
        other_shop=bool(form.get("altro")),
        same_shop=bool(form.get("stesso")),
    )


def _if_said(form: forms.Form, field: str, how: Callable[[forms.Form, str], T]) -> T | None:
    return how(form, field) if form.get(field, "").strip() else None


def _number(form: forms.Form, field: str, most: int, advice: str) -> int | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= most:
        raise forms.Unclear(field, advice)
    return int(text)


def _group(form: forms.Form, shops: Mapping[int, object]) -> tuple[int, ...]:
    text = form.get("gruppo", "").strip()
    words = re.split(r"[\s,;]+", text) if text else []
    if not all(re.fullmatch(r"[0-9]{1,9}", word) for word in words):
        raise forms.Unclear("gruppo", SHOPS)
    numbers = {int(word) for word in words}
    if not numbers <= shops.keys():
        raise forms.Unclear("gruppo", SHOPS)
    return tuple(sorted(numbers))


def _denominations(form: forms.Form) -> tuple[Denomination, ...]:
    faces: dict[int, Denomination] = {}
    for row in range(1, MOST_FACES + 1):
        field = f"taglio-{row}"
        face = _if_said(form, field, forms.amount)
        kinds = tuple(sorted(one for one in CATEGORIES if form.get(f"{field}-{one}")))
        if face is None and kinds:
            raise forms.Unclear(field, forms.AMOUNT)
        if face is None:
            continue
        if not kinds:
            raise forms.Unclear(field, FACE_NOWHERE)
        if face in faces:
            raise forms.Unclear(field, FACE_TWICE)
        faces[face] = Denomination(face, kinds)
    return tuple(faces[face] for face in sorted(faces))
