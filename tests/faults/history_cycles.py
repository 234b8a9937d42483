"""Which of Adya's anomalies a history of appended and read lists holds.

Each transaction appends elements of its own to lists and reads others whole; from what was read
follows who came after whom (ww), who saw whom (wr), who did not yet see whom (rw), and from the
clock who had ended before another began (rt). A cycle is what no order explains: G0 of ww alone,
G1c with wr, G-single with one rw, G2 with more. Source: Adya 1999; Kingsbury and Alvaro 2020.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.history_graph import Graph, knots, short_cycle
from tests.faults.history_lines import ENDLESS, FAIL, INFO

WW, WR, RW, RT = "ww", "wr", "rw", "rt"
List = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction. `places`: where its appends were told to stand in their lists, from 0."""

    number: int
    outcome: str
    began: int
    ended: int = ENDLESS
    appends: Mapping[str, List] = field(default_factory=dict)
    reads: Mapping[str, List] = field(default_factory=dict)
    places: Mapping[str, List] = field(default_factory=dict)


@dataclass(slots=True)
class _Lists:
    """Who appended what, and how each list is known to grow."""

    acts: Sequence[Act]
    writer: dict[tuple[str, int], Act] = field(default_factory=dict)
    whole: dict[str, List] = field(default_factory=dict)
    unseen: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Take the longest that was read of each list as what it became."""
        for act in self.acts:
            for key, elements in act.appends.items():
                self.writer |= {(key, element): act for element in elements}
            for key, read in act.reads.items():
                self.whole[key] = max(self.whole.get(key, ()), read, key=len)
        seen = {(key, element) for key, whole in self.whole.items() for element in whole}
        for (key, element), act in self.writer.items():
            if act.outcome not in {FAIL, INFO} and (key, element) not in seen:
                self.unseen[key].append(act)

    def at(self, key: str, place: int) -> Act | None:
        """Who appended what stands at that place; None beyond either end."""
        whole = self.whole.get(key, ())
        return self.writer.get((key, whole[place])) if 0 <= place < len(whole) else None


def anomalies(acts: Sequence[Act]) -> list[str]:
    """What is wrong with a history, each beginning with the name of its class."""
    lists = _Lists(acts)
    read_wrongly = [
        told
        for act in acts
        for key, read in act.reads.items()
        for told in (*_dirty(lists, act, key, read), *_out_of_line(lists, key, read))
    ]
    misplaced = [told for act in acts for told in _misplaced(lists, act)]
    return read_wrongly + misplaced + list(_cycles(_graph(lists)))


# What one read shows by itself.


def _dirty(lists: _Lists, reader: Act, key: str, read: List) -> Iterator[str]:
    """G1a: somebody refused is seen. G1b: somebody is seen who had not ended."""
    for element in read:
        writer = lists.writer.get((key, element))
        if writer is None:
            yield f"phantom: {reader.number} read {element} in {key}, which nobody appended"
        elif writer.outcome == FAIL:
            yield f"G1a: {reader.number} read {element} in {key} of {writer.number}, refused"
    last = lists.writer.get((key, read[-1])) if read else None
    if last is not None and last is not reader and last.appends[key][-1] != read[-1]:
        yield f"G1b: {reader.number} read {key} in the middle of {last.number}"


def _out_of_line(lists: _Lists, key: str, read: List) -> Iterator[str]:
    if len(set(read)) != len(read):
        yield f"twice: {key} was read with an element twice"
    if lists.whole[key][: len(read)] != read:
        yield f"fork: {key} was read in two ways, neither the beginning of the other"


def _misplaced(lists: _Lists, act: Act) -> Iterator[str]:
    """What an answer said of its own place, against where it was read."""
    for key, places in act.places.items():
        for place, element in zip(places, act.appends[key], strict=True):
            there = lists.whole.get(key, ())[place : place + 1]
            if there and there != (element,):
                yield f"misplaced: {act.number} was told place {place} of {key}, and is not there"


# Who came before whom.


def _graph(lists: _Lists) -> Graph:
    graph = Graph()
    for key, whole in lists.whole.items():
        order = [lists.writer[key, one] for one in whole if (key, one) in lists.writer]
        for before, after in pairwise(order):
            graph.add(before.number, after.number, WW)
        for late in lists.unseen[key]:
            if order:
                graph.add(order[-1].number, late.number, WW)
    for act in lists.acts:
        for key, read in act.reads.items():
            _saw(graph, lists, act, key, len(read))
        for key, places in act.places.items():
            _saw(graph, lists, act, key, places[0])
    _add_clock(graph, lists.acts)
    return graph


def _saw(graph: Graph, lists: _Lists, act: Act, key: str, length: int) -> None:
    """It saw the list when it was so long: after who made it so, before who came next."""
    last, following = lists.at(key, length - 1), lists.at(key, length)
    if last is not None:
        graph.add(last.number, act.number, WR)
    if following is not None:
        graph.add(act.number, following.number, RW)
    elif length >= len(lists.whole.get(key, ())):
        for late in lists.unseen[key]:
            if late.places.get(key, (length,))[0] >= length:  # Two at one place saw none other.
                graph.add(act.number, late.number, RW)


def _add_clock(graph: Graph, acts: Iterable[Act]) -> None:
    """Say who had ended before another began, leaving out what follows from the rest."""
    moments = [(act.began, 0, act) for act in acts if act.outcome != FAIL]
    moments += [(act.ended, 1, act) for act in acts if act.outcome != FAIL and act.ended < ENDLESS]
    ended: list[Act] = []
    for _time, is_end, act in sorted(moments, key=lambda moment: moment[:2]):
        if is_end:
            ended = [other for other in ended if other.ended >= act.began] + [act]
        else:
            for other in ended:
                graph.add(other.number, act.number, RT)


# What no order explains.


def _cycles(graph: Graph) -> Iterator[str]:
    """One cycle for each knot, of the gravest class that it holds."""
    for knot in knots(graph):
        yield next(_classes(graph.within(knot)))


def _classes(knot: Graph) -> Iterator[str]:
    for suffix, clock in (("", set[str]()), ("-realtime", {RT})):
        for name, kinds, once in (
            ("G0", {WW}, WW),
            ("G1c", {WW, WR}, WR),
            ("G-single", {WW, WR}, RW),
            ("G2", {WW, WR, RW}, RW),
        ):
            cycle = short_cycle(knot, once, kinds | clock)
            if cycle is not None:
                yield f"{name}{suffix}: {cycle}"
    yield "G0-realtime: the clock itself runs in a circle"
