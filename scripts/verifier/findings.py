"""What is wrong with a bundle, and where. Not here: the words for people (`words`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not proved. `place`: an entry of the bundle; `row`: a leaf or a line."""

    kind: str
    place: str = ""
    row: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class WrongError(Exception):
    """Something that the book's rules do not allow. The caller says where it stands."""

    def __init__(self, kind: str, **facts: object) -> None:
        """Name it; `facts` fill its sentence."""
        super().__init__(kind)
        self.kind, self.facts = kind, facts

    def at(self, place: str, row: int | None = None) -> Finding:
        """The same, with its place."""
        return Finding(self.kind, place, row, self.facts)


class UnreadableError(WrongError):
    """A file that cannot be read as what it should be: nothing is said about the book."""
