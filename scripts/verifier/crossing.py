"""Money that goes from the circuit's book to a comune's: its message in both, what is on its way.

A message stands in three entries of two books (docs/CIRCUIT.md). Of one bundle it is checked that
each says what it moves; with the other book's bundle, that both say the same. Not here: words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from scripts.verifier.findings import Finding, WrongError
from scripts.verifier.shapes import write_json

OUT, THERE, SETTLED = "feed", "funding", "feed_arrival"
SAID: Final = ("feed", "from", "to", "programme", "act", "amount")  # What a message says.


@dataclass(frozen=True, slots=True)
class Crossing:
    """One entry of a message. `entry`, `leaf`: of the comune's, as the circuit's last names it.

    `message`: its hash in hex; `other`: the book that it goes to, or comes from.
    """

    kind: str
    index: int
    at: int
    message: str
    other: str
    amount: int
    own_leaf: str
    entry: int | None = None
    leaf: str = ""


def crossing_of(
    place: tuple[int, int], line: bytes, request: Mapping[str, Any], moves: Sequence[Any]
) -> Crossing | None:
    """The part of a message that an accepted leaf is, if any; `place`: its number and time.

    Errors: `WrongError` for one that says other than it does.
    """
    kind, asked = request["kind"], request.get("asked")
    if kind not in {OUT, THERE, SETTLED} or type(asked) is not dict or "message" not in asked:
        return None
    moved = sum(move[5] for move in moves)
    own = sha256(b"\0" + line).hexdigest()
    told = str(asked["message"])
    if kind == SETTLED:
        entry = asked.get("entry")
        number = entry if type(entry) is int else None
        other, leaf = str(asked.get("book")), str(asked.get("leaf"))
        return Crossing(kind, *place, told, other, moved, own, number, leaf)
    said = {name: asked.get(name) for name in SAID}
    right = sha256(write_json(said).encode()).hexdigest()
    if told != right or said["amount"] != moved:
        raise WrongError("message", told=told[:64], right=right)
    other = str(said["to"] if kind == OUT else said["from"])
    return Crossing(kind, *place, told, other, moved, own)


def in_transit(all_of: Sequence[Crossing]) -> int:
    """Cents that left the circuit's fund and whose arrival it has not booked yet."""
    ended = {one.message for one in all_of if one.kind == SETTLED}
    return sum(one.amount for one in all_of if one.kind == OUT and one.message not in ended)


def compare_crossings(
    circuit: Sequence[Crossing], comune: Sequence[Crossing], name: str, sizes: tuple[int, int]
) -> Iterator[Finding]:
    """What the two books do not say alike; `sizes`: the circuit's last time, the comune's leaves.

    What one bundle is too old to tell of is no finding.
    """
    last, leaves = sizes
    sent = {one.message: one for one in circuit if one.kind == OUT and one.other == name}
    arrived = {one.message: one for one in comune if one.kind == THERE}
    for one in comune:
        if one.kind == THERE and one.message not in sent and one.at <= last:
            yield Finding("never_sent", "", one.index, {"message": one.message})
    for one in circuit:
        if one.kind != SETTLED or one.other != name:
            continue
        there = arrived.get(one.message)
        if one.entry is not None and one.entry >= leaves:
            continue
        if there is None:
            yield Finding("never_arrived", "", one.index, {"message": one.message})
        elif (there.index, there.own_leaf, there.amount) != (one.entry, one.leaf, one.amount):
            yield Finding("other_entry", "", one.index, {"told": one.entry, "right": there.index})
