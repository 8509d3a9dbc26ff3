"""The program of a function: its source and all that it needs, in order.

The text is found by reading the sources, not by running them: the same text
is shown on a page, copied by its reader and run by itself in the tests.
"""

import ast
import builtins
import re
import symtable
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LONG = re.compile(r"(?:#.*\n)*# long: (\d+) s\n")
_IMPORTS = ast.Import, ast.ImportFrom
_MADE = {}  # (folder, targets): their program


@dataclass(frozen=True)
class Statement:
    """A top-level statement of a topic, seen from one name that it binds.

    kind is "define", "import" (from a library) or "borrow" (from a topic).
    line is where its text begins, limit the seconds that it may run.
    """

    kind: str
    text: str
    node: ast.stmt
    source: tuple[str, str] = ("", "")
    line: int = 1

    @property
    def limit(self):
        """The seconds after `# long:` in the comment above it, or 0."""
        mark = _LONG.match(self.text)
        return int(mark[1]) if mark else 0


def statements(folder, topic):
    """The statements of a topic by the names they bind.

    Raises LookupError when the topic does not exist, SyntaxError when it is
    not Python, and ValueError when it does more at import than define.
    """
    path = Path(folder, f"{topic}.py")
    if not path.is_file():
        raise LookupError(f"{path.parent.name}/{topic}.py does not exist")
    return _statements(path, _stamp(path))


def definition(folder, topic, name):
    """The statement that defines name in topic; LookupError if none does."""
    statement = statements(folder, topic).get(name)
    if name.startswith("_") or not statement or statement.kind != "define":
        where = f"{Path(folder).name}/{topic}.py"
        raise LookupError(f"{where} defines no public name {name!r}")
    return statement


def program(folder, *targets):
    """The Program of (topic, name) targets.

    It holds the imports, what the targets need, then themselves. A helper
    whose name another topic has taken gets its own topic as prefix.
    """
    made = _MADE.get((folder, targets))
    if not made or any(_stamp(p) != s for p, s in made.stamps.items()):
        builder = _Builder(Path(folder))
        for target in targets:
            builder.add(*target)
        made = _MADE[folder, targets] = builder.program()
    return made


@dataclass(frozen=True)
class Program:
    """The program of some functions.

    names tells what each (topic, name) is called in it, parts its statements
    with their file and line, and long the seconds that those of its functions
    may run that are marked as long.
    """

    text: str
    names: dict
    parts: tuple
    long: dict
    stamps: dict

    @property
    def limit(self):
        """The seconds that its long functions may run, or 0."""
        return sum(self.long.values())


def _stamp(path):
    stat = path.is_file() and path.stat()
    return stat and (stat.st_mtime_ns, stat.st_size)


@cache
def _statements(path, _stamp):
    tree, found = ast.parse(path.read_bytes(), filename=str(path)), {}
    compile(tree, path, "exec")  # sees more than a parser
    # Not splitlines(), which ends a line where Python does not.
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    for node in tree.body:
        where = f"{path.parent.name}/{path.name}:{node.lineno}"
        if isinstance(node, _IMPORTS):
            new = dict(_imported(node, path.parent.name, where))
        elif isinstance(node, ast.Expr) and isinstance(
            node.value, ast.Constant
        ):
            continue  # the docstring
        else:
            new = _defined(node, lines, where)
        if twice := found.keys() & new.keys():
            raise ValueError(f"{where}: {min(twice)!r} is bound twice")
        found |= new
    return found


def _defined(node, lines, where):
    names = _bound(node)
    if not names:
        raise ValueError(
            f"{where}: a topic holds only imports, assignments to names, "
            "functions and classes"
        )
    if any(isinstance(part, _IMPORTS) for part in ast.walk(node)):
        raise ValueError(f"{where}: an import stands outside of functions")
    first = _first(lines, node)
    text = "\n".join(lines[first - 1 : node.end_lineno])
    return dict.fromkeys(names, Statement("define", text, node, line=first))


def _bound(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return []
    targets = getattr(node, "targets", None) or [node.target]
    if any(isinstance(t, (ast.Subscript, ast.Attribute)) for t in targets):
        return []
    return [
        part.id
        for target in targets
        for part in ast.walk(target)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]


def _imported(node, package, where):
    module = getattr(node, "module", None)
    relative = getattr(node, "level", 0)
    for alias in node.names:
        name = alias.asname or alias.name.split(".")[0]
        first, *rest = (module or alias.name).split(".")
        whole = first == package and not (module and len(rest) == 1)
        if relative or whole or alias.name == "*":
            raise ValueError(
                f"{where}: write `from {package}.topic import name`"
            )
        if module == "__future__":
            raise ValueError(f"{where}: a program does without __future__")
        if first == package:
            yield name, Statement("borrow", "", node, (*rest, alias.name))
        else:
            text = f"import {ast.unparse(alias)}"
            text = f"from {module} {text}" if module else text
            yield name, Statement("import", text, node, line=node.lineno)


def _first(lines, node):
    """The line where a statement begins, the comments above it included."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return first


def _tables(table):
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _globals(text):
    """The names that text looks up outside itself, in order of name."""
    outer = symtable.symtable(text, "<snippet>", "exec")
    return sorted(
        symbol.get_name()
        for table in _tables(outer)
        for symbol in table.get_symbols()
        if symbol.is_referenced()
        and (table.get_type() in ("module", "class") or symbol.is_global())
    )


def _renamed(text, new):
    """text with its global names replaced after the mapping new."""
    if not new:
        return text
    _, *inner = _tables(symtable.symtable(text, "<snippet>", "exec"))
    for table in inner:
        for symbol in table.get_symbols():
            if symbol.get_name() in new and not symbol.is_global():
                raise ValueError(
                    f"{table.get_name()} uses {symbol.get_name()!r} as a "
                    "local name, which hides what two topics call so"
                )
    spots, lines = [], [line.encode() for line in text.split("\n")]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in new:
            place = node.lineno - 1, node.col_offset, node.end_col_offset
            spots.append((*place, new[node.id]))
    top = ast.parse(text).body[0]
    if getattr(top, "name", None) in new:
        row = top.lineno - 1
        head = re.match(rb"(?:def|class)\s+([^\s(:\[]+)", lines[row])
        spots.append((row, *head.span(1), new[top.name]))
    for row, start, end, name in sorted(set(spots), reverse=True):
        lines[row] = lines[row][:start] + name.encode() + lines[row][end:]
    return b"\n".join(lines).decode()


class _Builder:
    def __init__(self, folder):
        self.folder = folder
        self.owners = {}  # a name in the program: who put it there
        self.names = {}  # (topic, name): its name in the program
        self.imports, self.bodies = {}, []
        self.long, self.stamps = {}, {}

    def add(self, topic, name):
        """Add what topic calls name; returns its name in the program."""
        path = self.folder / f"{topic}.py"
        self.stamps.setdefault(path, _stamp(path))  # before it is read
        statement = statements(self.folder, topic).get(name)
        if statement is None:
            if hasattr(builtins, name):
                return self._builtin(name)
            raise LookupError(
                f"{self.folder.name}/{topic}.py uses {name!r}, which it does "
                "not define"
            )
        if statement.kind == "borrow":
            return self.add(*statement.source)
        if statement.kind == "import":
            return self._import(statement, name, path)
        if (topic, name) not in self.names:
            self._define(statement, topic)
        return self.names[topic, name]

    def _builtin(self, name):
        if self.owners.setdefault(name, "a builtin") != "a builtin":
            raise ValueError(f"one program needs {name!r} with two meanings")
        return name

    def _import(self, statement, name, path):
        text = statement.text
        if self.owners.setdefault(name, text) != text:
            raise ValueError(
                f"one program needs {name!r} with two meanings: `{text}` and "
                f"{self.owners[name]}"
            )
        self.imports.setdefault(text, (str(path), statement.line, text))
        return name

    def _define(self, statement, topic):
        bound = _bound(statement.node)
        for name in bound:
            helper = bool(self.bodies or self.owners)
            taken = name in self.owners or (helper and hasattr(builtins, name))
            new = f"{topic}_{name}" if taken else name
            owner = f"{topic}.{name}"
            if self.owners.setdefault(new, owner) != owner:
                raise ValueError(f"two definitions would be called {new!r}")
            self.names[topic, name] = new
        used = [n for n in _globals(statement.text) if n not in bound]
        new = {n: self.add(topic, n) for n in used}
        new |= {n: self.names[topic, n] for n in bound}
        changed = {old: now for old, now in new.items() if old != now}
        text = _renamed(statement.text, changed)
        place = str(self.folder / f"{topic}.py"), statement.line
        self.bodies.append((*place, text, statement.node))
        if isinstance(statement.node, ast.FunctionDef) and statement.limit:
            self.long[topic, statement.node.name] = statement.limit

    def program(self):
        """The Program that has come together."""
        imports = [self.imports[text] for text in sorted(self.imports)]
        parts = (*imports, *(body[:3] for body in self.bodies))
        text = self._text()
        return Program(text, self.names, parts, self.long, self.stamps)

    def _text(self):
        """The whole program, laid out after PEP 8."""
        own, groups = sys.stdlib_module_names, [[], []]
        for line in sorted(self.imports):
            groups[line.split()[1].split(".")[0] not in own].append(line)
        result = "\n\n".join("\n".join(group) for group in groups if group)
        before = ast.Import
        for *_, text, node in self.bodies:
            simple = isinstance(node, (ast.Assign, ast.AnnAssign))
            gap = {ast.Import: "\n\n", ast.Assign: "\n"}.get(before)
            result += (gap if simple and gap else "\n\n\n") + text
            before = ast.Assign if simple else ast.FunctionDef
        return result.lstrip("\n") + "\n"
