"""The verifier as one file that anybody can read, copy and run: its modules, one after the other.

`python -m scripts.verifier.single OUT.py`. Only the package's own imports are left out, so names
must not be used twice; that is checked here.
"""

import ast
import sys
from pathlib import Path
from typing import Final

MODULES: Final = (
    "findings", "rules", "shapes", "state", "moving", "holding", "effects", "crossing", "replay",
    "tree", "notes", "archive", "tables", "opening", "verify", "words", "telling", "command",
)  # fmt: skip
OWN: Final = "scripts.verifier"
HEAD: Final = '''\
"""The independent verifier of Portavalori, as one file. Needs Python 3.11 and `cryptography`.

python verifier.py BUNDLE.zip [--policy FILE] [--after CHECKPOINT] [--json] [--lang en]
Licence: AGPL-3.0-or-later. Made of the modules of scripts/verifier; change them, not this file.
"""
'''


def single_file(folder: Path = Path(__file__).parent) -> str:
    """The whole program. Errors: `ValueError` for a name that two modules give to two things."""
    parts, seen = [HEAD], dict[str, str]()
    for module in MODULES:
        source = (folder / f"{module}.py").read_text(encoding="utf-8")
        tree = ast.parse(source)
        for name in _given(tree):
            if seen.setdefault(name, module) != module:
                raise ValueError(f"{name} is in {seen[name]} and in {module}")
        parts.append(f"\n# --- {module}\n\n{_without_own_imports(source, tree)}")
    parts.append('\n\nif __name__ == "__main__":\n    main()\n')
    return "".join(parts)


def _given(tree: ast.Module) -> set[str]:
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _without_own_imports(source: str, tree: ast.Module) -> str:
    lines = source.splitlines()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(OWN):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines).strip("\n") + "\n"


def main() -> None:
    """Write the file that is named."""
    Path(sys.argv[1]).write_text(single_file(), encoding="utf-8")


if __name__ == "__main__":
    main()
