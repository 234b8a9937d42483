"""Which role of a comune may do what; a table, complete by test. Looking is for all of them.

Not here: four eyes on one batch; the book itself holds that. Source: web.md section 11, 24.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What an officer may change."""

    FUND = "fund"  # Acts, programmes and their money.
    PREPARE = "prepare"  # Read a list of families, and prepare it as a batch.
    APPROVE = "approve"  # The second person's signature on a batch.
    ISSUE = "issue"  # Make vouchers of an approved batch.
    HELP = "help"  # A family at the desk: its code, its PIN, its sheets; names are shown.
    RECALL = "recall"  # Propose to take a voucher back to its source.
    CORRECT = "correct"  # Propose to book the contrary of an entry.
    CONFIRM = "confirm"  # The second person's yes to what was proposed.
    ENROL = "enrol"  # Accredit and suspend shops, and their tills.
    CLOSE = "close"  # Close a period: the list for the accounting office.
    PAY = "pay"  # Write down the mandato that came back.
    EXAMINE = "examine"  # Draw a month's sample, and record what was found: it moves nothing.
    JUDGE = "judge"  # Read applications, try a rule on them, see a ranking: contents are opened.


MAY: Final[Mapping[str, frozenset[Action]]] = {
    "officer": frozenset({
        Action.FUND, Action.PREPARE, Action.ISSUE, Action.HELP, Action.ENROL, Action.CLOSE,
        Action.RECALL, Action.CORRECT, Action.JUDGE,
    }),
    "approver": frozenset({
        Action.APPROVE, Action.ISSUE, Action.HELP, Action.RECALL, Action.CORRECT, Action.CONFIRM,
        Action.CLOSE, Action.JUDGE,
    }),
    "treasurer": frozenset({Action.CLOSE, Action.PAY}),
    "auditor": frozenset({Action.EXAMINE}),
}  # fmt: skip


def may(role: str, action: Action) -> bool:
    """Whether a role may do this."""
    return action in MAY[role]
