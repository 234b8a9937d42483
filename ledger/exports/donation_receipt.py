"""The receipt of a donation to a comune: PDF/A, with the line of the book that it stands in.

Words come from whoever asks. It says what was received, by whom and for what; whether a tax office
accepts it, the law says. Not here: who gave (`ledger.reports.donations`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.core.quantities import Amount, euro_text
from ledger.exports.letters import Press
from ledger.exports.printing import printed

TEMPLATE: Final = Path(__file__).with_name("donation_receipt.typ")


def donation_receipt(
    press: Press, title: str, facts: Sequence[tuple[str, str]], amount: Amount, leaf: str
) -> bytes:
    """One page. `facts`: what stands on it, title and text; `leaf`: the hash of its entry."""
    data = {"title": title, "facts": list(facts), "amount": euro_text(amount), "leaf": leaf}
    return printed(press.sheet(TEMPLATE, data))
