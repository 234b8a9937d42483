"""Small wrong turns in a module, one at a time: what a slip of the hand would make of it.

Comparisons, arithmetic, constants, conditions, sides and arguments are changed, statements and the
elements of tables taken out. Left alone: docstrings, annotations, assertions, and texts. Not here:
who notices (`mutation`).
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Edit: TypeAlias = Callable[[Any], object]
OTHER_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OTHER_SUMS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip
OTHER_NAMES: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
OTHER_SIDES: Final = {
    "DEBIT": "CREDIT", "CREDIT": "DEBIT", "debit": "credit", "credit": "debit",
    "floor": "ceiling", "ceiling": "floor", "posted": "pending", "pending": "posted",
}  # fmt: skip
REMOVED: Final = (ast.Expr, ast.Raise, ast.AugAssign, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True)
class Change:
    """What one wrong turn does to a node. `part`: what is shown of it, before and after."""

    part: Callable[[Any], ast.AST]
    edit: Edit


@dataclass(frozen=True, slots=True)
class Mutant:
    """One module with one wrong turn. `name`: where and what, the same wherever the line stands."""

    path: str
    line: int
    name: str
    tree: ast.Module
    number: int  # Of the node, in the order of a walk.
    change: Change

    def source(self) -> str:
        """The whole module with its wrong turn."""
        twin = copy.deepcopy(self.tree)
        target = next(node for at, node in enumerate(ast.walk(twin)) if at == self.number)
        self.change.edit(target)
        return ast.unparse(ast.fix_missing_locations(twin))


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its nodes."""
    tree = ast.parse(source)
    homes, skipped = _functions(tree), _skipped(tree)
    seen: Counter[str] = Counter()
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for change in _changes(node):
            name = f"{path} {homes.get(id(node), '')}: {_told(node, change)}"
            seen[name] += 1
            if seen[name] > 1:
                name += f" #{seen[name]}"
            line = getattr(change.part(node), "lineno", 0)
            yield Mutant(path, line, name, tree, number, change)


def _told(node: ast.AST, change: Change) -> str:
    twin = copy.deepcopy(node)
    before = ast.unparse(change.part(twin))
    change.edit(twin)
    return f"{before} -> {ast.unparse(ast.fix_missing_locations(change.part(twin)))}"


def _functions(tree: ast.Module) -> dict[int, str]:
    """The function in which each node stands; the innermost."""
    homes: dict[int, str] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            homes |= {id(node): function.name for node in ast.walk(function)}
    return homes


def _skipped(tree: ast.Module) -> set[int]:
    """Nodes that say nothing at run time, or only what cannot happen."""
    left: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom):
            left.append(node)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            left.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            left += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            left += node.decorator_list
    return {id(inner) for node in left if node is not None for inner in ast.walk(node)}


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, changes in CHANGES:
        if isinstance(node, kind):
            yield from changes(node)


def _itself(node: ast.AST) -> ast.AST:
    return node


def _put(name: str, value: object) -> Edit:
    return lambda node: setattr(node, name, value)


def _item(name: str, at: int) -> Callable[[Any], ast.AST]:
    def item(node: Any) -> ast.AST:  # noqa: ANN401
        found: ast.AST = getattr(node, name)[at]
        return found

    return item


def _set_in(name: str, at: int, value: object) -> Edit:
    return lambda node: getattr(node, name).__setitem__(at, value)


def _take_from(name: str, at: int) -> Edit:
    return lambda node: getattr(node, name).pop(at)


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for at, operator in enumerate(node.ops):
        for other in OTHER_COMPARISONS[type(operator)]:
            yield Change(_itself, _set_in("ops", at, other()))


def _of_sum(node: ast.BinOp) -> Iterator[Change]:
    other = OTHER_SUMS.get(type(node.op))
    is_text = isinstance(node.right, ast.JoinedStr) or isinstance(
        getattr(node.right, "value", 0), str
    )
    if other is not None and not is_text:
        yield Change(_itself, _put("op", other()))


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield Change(_itself, _put("value", not node.value))
    elif isinstance(node.value, int):
        yield from (Change(_itself, _put("value", node.value + by)) for by in (1, -1))


def _of_logic(node: ast.BoolOp) -> Iterator[Change]:
    yield Change(_itself, _put("op", ast.Or() if isinstance(node.op, ast.And) else ast.And()))


def _of_sign(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not | ast.USub):
        twice = ast.UnaryOp(node.op, node.operand)
        yield Change(_itself, _put("operand", twice))


def _of_condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    values = (True, False) if not isinstance(node, ast.While) else (False,)
    for value in values:
        yield Change(lambda one: one.test, _put("test", ast.Constant(value)))


def _of_call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_NAMES:
        other = ast.Name(OTHER_NAMES[node.func.id], ast.Load())
        yield Change(_itself, _put("func", other))
    elif len(node.args) > 1:  # The lowest of two is the lowest, whichever is named first.
        yield Change(_itself, lambda one: one.args.insert(0, one.args.pop(1)))


def _of_name(node: ast.Attribute) -> Iterator[Change]:
    if isinstance(node.ctx, ast.Load) and node.attr in OTHER_SIDES:
        yield Change(_itself, _put("attr", OTHER_SIDES[node.attr]))


def _of_table(node: ast.Set | ast.Tuple) -> Iterator[Change]:
    """Take one named element out; of a tuple only where it is a table, not a pair."""
    is_table = isinstance(node, ast.Set) or all(isinstance(one, ast.Call) for one in node.elts)
    for at, one in enumerate(node.elts):
        if is_table and isinstance(one, ast.Attribute | ast.Call | ast.Name) and node.elts[1:]:
            yield Change(_itself, _take_from("elts", at))


def _of_block(node: Any) -> Iterator[Change]:  # noqa: ANN401 -- whatever has statements.
    """Take one statement out: what is done, not what is defined or told."""
    for place in ("body", "orelse"):
        for at, statement in enumerate(getattr(node, place, ())):
            if _is_done(statement):
                yield Change(_item(place, at), _set_in(place, at, ast.Pass()))


def _is_done(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        return isinstance(statement.targets[0], ast.Attribute | ast.Subscript)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return isinstance(statement, REMOVED)


CHANGES: Final[tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...]] = (
    (ast.Compare, _of_comparison),
    (ast.BinOp, _of_sum),
    (ast.Constant, _of_constant),
    (ast.BoolOp, _of_logic),
    (ast.UnaryOp, _of_sign),
    ((ast.If, ast.IfExp, ast.While), _of_condition),
    (ast.Call, _of_call),
    (ast.Attribute, _of_name),
    ((ast.Set, ast.Tuple), _of_table),
    ((ast.FunctionDef, ast.If, ast.For, ast.While, ast.With), _of_block),
)
