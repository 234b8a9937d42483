"""One line of an explanation: what counted, how much, why. The sum of its lines is the result.

`what` is a code that pages translate, with the numbers in `given`; `why` says the same in English,
for programs. Not here: the words of pages (`wallet_web`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

WHY: Final[Mapping[str, str]] = {
    "base": "{members} members (DPCM 159/2013, annex 1)",
    "children": "{count} children (annex 1, a)",
    "working_parents": "minors, and every parent worked six months (annex 1, b)",
    "working_parents_small": "the same, and a child is under 3 (annex 1, b)",
    "lone_not_working": "one parent who does not work, and minors only (annex 1, c)",
    "lone_not_working_small": "the same, and a child is under 3 (annex 1, c)",
    "disabled": "{count} disabled members (annex 1)",
    "se": "the national scale",
    "child": "{count} children of {from_age} to {to_age}",
    "dependant": "{count} dependants of {from_age} to {to_age}",
    "each_child_from": "{count} children from number {number} on",
    "disability": "{count} members with disability {degree}",
    "elderly": "{count} members of {from_age} and over",
    "lone_parent": "one parent alone",
    "widowed": "widow or widower",
    "multiple_birth": "{count} births of twins or more",
    "pregnancy": "a child is expected",
    "job_loss": "work was lost lately",
    "mortgage": "a mortgage on the first home",
    "se_ff": "the scale of the comune's table",
    "ff": "FF = SE / SE_FF, shown only",
    "isee_ff": "ISEE x SE / SE_FF, rounded once",
    "meter": "what the function reads: {meter}",
    "below": "up to {upto}",
    "above": "over {over}",
    "band": "over {over} up to {upto}",
    "line": "between {over} and {upto}, rounded once",
    "flat": "the same for everybody",
    "per": "times {count} ({unit})",
    "cap": "not more than this",
    "floor": "not less than this",
    "rounding": "rounded to steps of {step}, {way}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`value`: exact text, a weight (`0.35`) or an amount (`904.42`)."""

    what: str
    value: str
    given: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """In English, for programs."""
        return WHY[self.what].format_map(self.given)
