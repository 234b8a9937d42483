"""Hours in forms and on pages: half hours to choose from, minutes as people say them."""

from typing import Final

from ledger.core.circuit.hours import MOST, STEP, NotHours, checked_minutes
from wallet_web.forms import Form, Unclear, number
from wallet_web.languages import mark

HALF: Final = mark("Scegli le ore, a mezz’ore.")
HALF_HOURS: Final = tuple(range(STEP, MOST // 3 + 1, STEP))  # Up to eight hours in a form.


def minutes_of(form: Form) -> int:
    """The minutes that a form chose. Errors: `Unclear`."""
    try:
        return checked_minutes(number(form, "minuti"))
    except NotHours:
        raise Unclear("minuti", HALF) from None


def hours_text(minutes: int) -> str:
    """Minutes as hours, in figures: 90 is 1,5 and -30 is −0,5."""
    whole, rest = divmod(abs(minutes), 2 * STEP)
    text = f"{whole}{',5' if rest else ''}"
    return f"−{text}" if minutes < 0 else text
