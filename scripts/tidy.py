"""The rules of our style that no ready-made tool knows, as a list of small functions.

Each looks at the whole tree and yields findings; `RULES` at the end is the list of those that
hold. Not here: running the tools; `scripts/check.py` does that.
"""

import ast
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LONGEST_FUNCTION = 40
LONGEST_LINE = 100
LONGEST_MODULE = 300
NOT_A_NAME = ("utils", "util", "helpers", "helper", "common", "manager", "managers", "base")
DOOR = "ledger/__init__.py"  # The only re-export: the stable door.
PACKAGES = ("ledger", "merchant_api", "wallet_web", "scripts")

# Started by name, not imported.
ENTRY_POINTS = ("scripts/portavalori.py", "scripts/cli.py", "scripts/check.py")
ENTRY_PATTERNS = re.compile(
    r"(^|/)(__init__|__main__|conftest|test_\w+|env)\.py$|/migrations/\w+/versions/|/bench/|/verifier/"
)

MIGRATION = re.compile(r"/migrations/\w+/versions/")  # A list of columns, written once.

# The first 16 hex digits of SHA-256 of host and registry names that no file may hold, so that this
# file does not hold them either.
UNSPOKEN = frozenset((
    "cd88a6fb14237c16", "a4aa2ac280bb8d1a", "8b5bb5eb9d758455", "7b8208d11b1b6f48",
    "8743857e3ea00fd1", "3ca29e55be4befa4", "0dc11026ac75c015", "87d14f070cb96869",
    "e2dd3580aeebec64", "9c6b05022d03bb05", "901e094d4cd2ee70", "394bc662b64ea8fc",
    "75adac515f0bd3db", "e680c440a2e92079", "2e97613f5a81eaa4", "789e46d79514e280",
    "71741fe2460a6150", "00a7dc5a0cc38858", "2c77714df232b07f", "be1bed06b74e0496",
    "51c6b9f69c48a75b", "03eabd6c5c4ff24d", "0fd460f0568e29c1", "3530c4415dd857fb",
    "271dacc9f4d0caf8",
))  # fmt: skip
NAME = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*")
OWN_LOOP = "asyncio.run" + "("  # So that the planted offence need not stand anywhere.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home/\w|Users/\w|root/|work/\w|mnt/\w)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Where something is wrong (`line` from 1), and what."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Read like a compiler's message, so that editors can jump to it."""
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of text; `tree` for Python only."""

    path: str
    text: str
    tree: ast.Module | None

    @property
    def name(self) -> str:
        """Give the dotted name of a module: `ledger.core.apply`."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


Tree = tuple[Source, ...]
Rule = Callable[[Tree], Iterator[Finding]]


def read_tree(root: Path, paths: Iterable[str]) -> Tree:
    """Read the files that hold text; others (images) say nothing of style."""
    return tuple(filter(None, (read_source(root, path) for path in sorted(paths))))


def read_source(root: Path, path: str) -> Source | None:
    """Read one file, parsed if it is Python; None for what is not text or no longer there."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return None
    return Source(path, text, ast.parse(text, path) if path.endswith(".py") else None)


def findings(tree: Tree) -> list[Finding]:
    """Apply every rule."""
    return [finding for rule in RULES for finding in rule(tree)]


# ---------------------------------------------------------------------------------------- sizes


def sized(tree: Tree) -> Tree:
    """Leave out migrations: each is a list that grows with the schema, frozen once released."""
    return tuple(source for source in tree if not MIGRATION.search(source.path))


def short_functions(tree: Tree) -> Iterator[Finding]:
    """Find functions that do not fit on a screen."""
    for source, node in functions(sized(tree)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > LONGEST_FUNCTION:
            what = f"{node.name} has {length} lines; a function has at most {LONGEST_FUNCTION}"
            yield Finding(source.path, node.lineno, what)


def short_lines(tree: Tree) -> Iterator[Finding]:
    """Find lines longer than the page where ruff, which looks at Python, does not look."""
    for source in tree:
        if not source.path.endswith((".js", ".mjs", ".css", ".html", ".sh")):
            continue
        for number, line in enumerate(source.text.splitlines(), start=1):
            if len(line) > LONGEST_LINE:
                yield Finding(source.path, number, f"{len(line)} columns; at most {LONGEST_LINE}")


def short_modules(tree: Tree) -> Iterator[Finding]:
    """Find long modules that do not give their reason in a `# long: …` under the docstring."""
    for source in sized(tree):
        length = source.text.count("\n")
        if source.tree is None or length <= LONGEST_MODULE or gives_reason(source):
            continue
        what = f"{length} lines; split it, or give the reason in `# long: …` under the docstring"
        yield Finding(source.path, 1, what)


def gives_reason(source: Source) -> bool:
    """Whether a `# long: …` stands between the docstring and the first statement."""
    body = source.tree.body if source.tree else []
    first = body[1].lineno if len(body) > 1 else 0
    head = source.text.splitlines()[:first]
    return any(re.match(r"# long: \S", line) for line in head)


# ---------------------------------------------------------------------------------------- names


def telling_names(tree: Tree) -> Iterator[Finding]:
    """Find modules and folders whose name says nothing of what is inside."""
    for source in tree:
        parts = PurePosixPath(source.path).with_suffix("").parts if source.tree else ()
        for part in parts:
            if part in NOT_A_NAME:
                yield Finding(source.path, 1, f"the name '{part}' says nothing of what is inside")


def one_door(tree: Tree) -> Iterator[Finding]:
    """Find packages other than the door that re-export what others hold."""
    for source in tree:
        if source.tree is None or not source.path.endswith("__init__.py") or source.path == DOOR:
            continue
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                what = "only the ledger's door re-exports; import from the module itself"
                yield Finding(source.path, node.lineno, what)


def used_modules(tree: Tree) -> Iterator[Finding]:
    """Find modules that nobody imports and nothing starts."""
    imported = {name for source in tree for name in imports(source)}
    for source in tree:
        if source.tree is None or source.path in ENTRY_POINTS:
            continue
        if not ENTRY_PATTERNS.search(source.path) and source.name not in imported:
            yield Finding(source.path, 1, "nobody imports this module")


def imports(source: Source) -> Iterator[str]:
    """Name every module, or module's name, that a file imports; and what it names in `-m`."""
    for node in ast.walk(source.tree) if source.tree else ():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and str(node.value).startswith(PACKAGES):
            yield str(node.value)  # A module started or mounted by its name.


# ----------------------------------------------------------------------------------- docstrings


def telling_docstrings(tree: Tree) -> Iterator[Finding]:
    """Find docstrings that only repeat the name they stand under."""
    for source, node in functions(tree):
        words = set(re.findall(r"[a-z]+", (ast.get_docstring(node) or "").lower()))
        told = words - {"a", "an", "the", "of", "to", "for", "in"}
        name = set(node.name.lower().split("_"))
        if told and told <= name | {f"{part}s" for part in name}:
            yield Finding(
                source.path, node.lineno, f"the docstring of {node.name} repeats its name"
            )


def functions(tree: Tree) -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Walk over every function, nested ones too."""
    for source in tree:
        for node in ast.walk(source.tree) if source.tree else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield source, node


# ----------------------------------------------------------------------------------- portability


def no_hosts(tree: Tree) -> Iterator[Finding]:
    """Find names of package hosts: any mirror must do."""
    for source in tree:
        for number, line in enumerate(source.text.lower().splitlines(), start=1):
            for name in NAME.findall(line):
                if any(digest(tail) in UNSPOKEN for tail in tails(name)):
                    yield Finding(source.path, number, "names a package registry or its host")


def tails(name: str) -> Iterator[str]:
    """Give a host name and its parents: a.b.c, b.c, c."""
    while name:
        yield name
        _, _, name = name.partition(".")


def digest(name: str) -> str:
    """Shorten a name to what UNSPOKEN holds."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def no_machine_paths(tree: Tree) -> Iterator[Finding]:
    """Find absolute paths of one machine: another has none of them."""
    for source in tree:
        for number, line in enumerate(source.text.splitlines(), start=1):
            if MACHINE_PATH.search(line):
                yield Finding(source.path, number, "holds an absolute path of one machine")


def loops_apart(tree: Tree) -> Iterator[Finding]:
    """Find tests that run a loop in the main thread, where a browser's driver has its own."""
    for source in tree:
        if source.path.rpartition("/")[2].startswith("test_"):
            for number, line in enumerate(source.text.splitlines(), start=1):
                if OWN_LOOP in line:
                    yield Finding(source.path, number, "a test's loop runs apart: tests.loops")


def portable_locks(tree: Tree) -> Iterator[Finding]:
    """Find addresses in the locks, which must install from any mirror."""
    for source in tree:
        banned = banned_in_lock(source.path)
        for number, line in enumerate(source.text.splitlines(), start=1):
            if banned and banned in line:
                yield Finding(source.path, number, f"a lock may not hold {banned}")


def banned_in_lock(path: str) -> str | None:
    """Say what a lock may not hold; None for a file that is no lock."""
    if path.endswith("package-lock.json"):
        return '"resolved"'
    return "://" if path.startswith("requirements/") else None


RULES: tuple[Rule, ...] = (
    short_functions,
    short_lines,
    short_modules,
    telling_names,
    one_door,
    used_modules,
    telling_docstrings,
    no_hosts,
    no_machine_paths,
    loops_apart,
    portable_locks,
)
