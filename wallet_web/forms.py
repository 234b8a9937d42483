"""What officers type, parsed into values; what cannot be read names its field and says how.

Not here: what is allowed; the verbs and the book decide that.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from ledger import RequestId
from ledger.core.quantities import MAX_AMOUNT, Amount, parse_euro
from wallet_web.languages import mark
from wallet_web.unclear import Unclear

__all__ = [
    "NEEDED", "ODD", "Form", "Unclear", "amount", "an_id", "day", "hexadecimal", "key", "number",
    "words",
]  # fmt: skip

T = TypeVar("T")
Form = Mapping[str, str]

NEEDED: Final = mark("Scrivi qualcosa.")
AMOUNT: Final = mark("Scrivi l’importo così: 1.234,56 oppure 12,50.")
DAY: Final = mark("Scegli un giorno.")
ODD: Final = mark("Questo valore non va bene: ricarica la pagina e riprova.")
LONGEST: Final = 500


def words(form: Form, field: str, *, needed: bool = True) -> str:
    """A text of one line, not empty if it is needed. Errors: `Unclear`."""
    text = form.get(field, "").strip()
    if (needed and not text) or len(text) > LONGEST or not text.isprintable():
        raise Unclear(field, NEEDED)
    return text


def amount(form: Form, field: str) -> Amount:
    """An amount in cents, more than nothing. Errors: `Unclear`."""
    cents = _read(parse_euro, form, field, AMOUNT)
    if not 0 < cents <= MAX_AMOUNT:
        raise Unclear(field, AMOUNT)
    return cents


def day(form: Form, field: str) -> date:
    """A day. Errors: `Unclear`."""
    return _read(date.fromisoformat, form, field, DAY)


def an_id(form: Form, field: str) -> UUID:
    """An id that the page itself sent. Errors: `Unclear`."""
    return _read(UUID, form, field, ODD)


def key(form: Form) -> RequestId:
    """The id made with the form, so that sending it twice books it once. Errors: `Unclear`."""
    return RequestId(an_id(form, "chiave"))


def number(form: Form, field: str) -> int:
    """A whole number that the page itself sent. Errors: `Unclear`."""
    return _read(int, form, field, ODD)


def hexadecimal(form: Form, field: str) -> bytes:
    """Bytes that the page itself sent. Errors: `Unclear`."""
    return _read(bytes.fromhex, form, field, ODD)


def _read(how: Callable[[str], T], form: Form, field: str, advice: str) -> T:
    try:
        return how(form.get(field, "").strip())
    except ValueError:
        raise Unclear(field, advice) from None
