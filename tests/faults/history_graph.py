"""A graph with kinds of edges: its knots, and a short cycle through an edge of one kind.

Not here: what an edge means (`history_cycles`).
"""

from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice, pairwise

MOST = 500  # Edges from which a way back is looked for: a large knot has one near any of them.


@dataclass(slots=True)
class Graph:
    """Who leads to whom, and by which kinds of edge."""

    edges: dict[int, dict[int, set[str]]] = field(default_factory=dict)

    def add(self, start: int, end: int, kind: str) -> None:
        """Add an edge; one to itself says nothing."""
        if start != end:
            self.edges.setdefault(start, {}).setdefault(end, set()).add(kind)
            self.edges.setdefault(end, {})

    def nexts(self, start: int, kinds: AbstractSet[str]) -> Iterator[int]:
        """Whom it leads to by edges of these kinds."""
        return (end for end, by in self.edges[start].items() if by & kinds)

    def within(self, nodes: AbstractSet[int]) -> "Graph":
        """The part of it between these nodes."""
        return Graph(
            {
                start: {end: by for end, by in self.edges[start].items() if end in nodes}
                for start in nodes
            }
        )

    def turned(self) -> "Graph":
        """The same with every edge the other way."""
        back: dict[int, dict[int, set[str]]] = {node: {} for node in self.edges}
        for start, ends in self.edges.items():
            for end, kinds in ends.items():
                back[end][start] = kinds
        return Graph(back)

    def __len__(self) -> int:
        """How many edges, each counted once whatever its kinds."""
        return sum(len(ends) for ends in self.edges.values())


def knots(graph: Graph) -> list[set[int]]:
    """The sets of nodes in which each leads to each other; a node alone is none."""
    rest, found = _on_cycles(graph), []
    while rest.edges:
        one = next(iter(rest.edges))
        knot = _reached(rest, one) & _reached(rest.turned(), one)
        if len(knot) > 1:
            found.append(knot)
        rest = _on_cycles(rest.within(set(rest.edges) - knot))
    return found


def _on_cycles(graph: Graph) -> Graph:
    """Peel off whoever nobody leads to, or who leads to nobody, until nothing more comes off."""
    back = graph.turned()
    waiting = [node for node in graph.edges if not graph.edges[node] or not back.edges[node]]
    gone = set(waiting)
    left = {
        id(side): {node: len(ends) for node, ends in side.edges.items()} for side in (graph, back)
    }
    while waiting:
        node = waiting.pop()
        for side, other in ((graph, back), (back, graph)):
            for end in side.edges[node]:
                left[id(other)][end] -= 1
                if left[id(other)][end] == 0 and end not in gone:
                    gone.add(end)
                    waiting.append(end)
    return graph.within(set(graph.edges) - gone)


def _reached(graph: Graph, start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for end in graph.edges[waiting.pop()]:
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    return seen


def short_cycle(graph: Graph, once: str, kinds: AbstractSet[str]) -> str | None:
    """A cycle of one edge of the kind `once`, and back by edges of `kinds`; None if none is."""
    edges = (
        (start, end) for start, ends in graph.edges.items() for end in ends if once in ends[end]
    )
    for start, end in islice(edges, MOST):
        way = _way(graph, end, start, kinds)
        if way is not None:
            steps = [f"{node} {_named(graph, node, after)}" for node, after in pairwise(way)]
            return " ".join([f"{start} {once}", *steps, str(start)])
    return None


def _named(graph: Graph, start: int, end: int) -> str:
    return "/".join(sorted(graph.edges[start][end]))


def _way(graph: Graph, start: int, end: int, kinds: AbstractSet[str]) -> list[int] | None:
    """A shortest way, by edges of these kinds."""
    before: dict[int, int] = {start: start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == end:
            way = [end]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for after in graph.nexts(node, kinds):
            if after not in before:
                before[after] = node
                waiting.append(after)
    return None
