"""A call in a page: what stands between the braces, read and run."""

import ast
import copy
import functools
import importlib
import importlib.util
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from snippets._bridge.figure import style
from snippets._bridge.program import definition, program, statements

CALL = r"\{\{\s(?P<call>(?:(?!\{\{\s).)+?)\s\}\}"
_CODE_OR_CALL = re.compile(
    rf"(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)|{CALL}", re.S
)
_ALLOWED = (
    *(ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Subscript),
    *(ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub),
    ast.Load,
)
_stamps = {}  # a topic's module: what its file was when it was imported


@dataclass(frozen=True)
class Code:
    """A program to show: all of it, or the one line that holds a text."""

    text: str
    line: bool = False


@dataclass(frozen=True)
class Call:
    """A call as written, with its format and the page it stands on."""

    text: str
    spec: str
    node: ast.expr
    package: str
    page: str

    @property
    def folder(self):
        """The folder of the topics."""
        (folder,) = importlib.import_module(self.package).__path__
        return folder

    @functools.cached_property
    def targets(self):
        """(topic, name) of each function named in the call, outermost first.

        Raises LookupError when there is no such topic or public name.
        """
        found, topics = [], set()
        for node in ast.walk(self.node):
            if isinstance(node, ast.Attribute) and self._is_topic(node.value):
                topics.add(node.value)
                found.append((node.value.id, node.attr))
            elif isinstance(node, ast.Name) and node not in topics:
                found.append((self.page, node.id))
        for target in found[self.shows_code :]:
            definition(self.folder, *target)
        return found[self.shows_code :]

    def _is_topic(self, node):
        return (
            isinstance(node, ast.Name)
            and Path(self.folder, f"{node.id}.py").is_file()
            and not (
                Path(self.folder, f"{self.page}.py").is_file()
                and node.id in statements(self.folder, self.page)
            )
        )

    @property
    def shows_code(self):
        """Whether this is code(function), which shows and does not run it."""
        function = getattr(self.node, "func", None)
        return isinstance(function, ast.Name) and function.id == "code"

    @property
    def title(self):
        """The first line of the docstring of the function that is called."""
        node = definition(self.folder, *self.targets[0]).node
        return (ast.get_docstring(node) or "").split("\n")[0].rstrip(".")

    @property
    def program(self):
        """The program of the function that is called."""
        return program(self.folder, self.targets[0])[0]

    def script(self, variable):
        """A program that runs by itself and leaves the result in variable."""
        text, names = program(self.folder, *self.targets)
        expression = ast.unparse(
            _Flat(self.page, names).visit(copy.deepcopy(self.node))
        )
        return f"{text}\n\n{variable} = {expression}\n"

    def run(self):
        """What the call returns; any warning is raised as an error."""
        if self.shows_code:
            return self._code(*map(ast.literal_eval, self.node.args[1:]))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            names = {}
            for topic, name in self.targets:
                module = fresh(self.package, topic)
                local = topic == self.page
                names[name if local else topic] = (
                    getattr(module, name) if local else module
                )
            expression = compile(ast.Expression(self.node), "<page>", "eval")
            with style():
                return eval(expression, {"__builtins__": {}}, names)

    def _code(self, part=None):
        if part is None:
            return Code(self.program)
        lines = [line for line in self.program.splitlines() if part in line]
        if len(lines) != 1:
            raise ValueError(
                f"{len(lines)} lines of the program hold {part!r}, not one"
            )
        return Code(lines[0].strip(), line=True)


class _Flat(ast.NodeTransformer):
    """Turns the names of a page into those of the program."""

    def __init__(self, page, names):
        self.page, self.names = page, names

    def visit_Name(self, node):
        node.id = self.names.get((self.page, node.id), node.id)
        return node

    def visit_Attribute(self, node):
        topic = getattr(node.value, "id", None)
        if (topic, node.attr) in self.names:
            return ast.Name(self.names[topic, node.attr])
        return self.generic_visit(node)


def parse(text, package, page):
    """The Call that text means, read as the inside of an f-string.

    Raises SyntaxError when it is not Python and ValueError when it is more
    than calls, literals, attributes and items of public names.
    """
    text = " ".join(text.split())
    colons = [match.start() for match in re.finditer(":", text)]
    for end in [len(text), *colons]:
        try:
            node = ast.parse(text[:end], mode="eval").body
            break
        except SyntaxError as error:
            failure = error
    else:
        raise failure
    for part in ast.walk(node):
        if not isinstance(part, _ALLOWED):
            raise ValueError(f"{type(part).__name__} is not allowed in a call")
        name = getattr(part, "id", getattr(part, "attr", ""))
        if name.startswith("_"):
            raise ValueError(f"{name!r} is private")
    return Call(text[:end], text[end + 1 :], node, package, page)


def find(markdown):
    """(line, text) of every call in a page's Markdown, code left alone."""
    for match in _CODE_OR_CALL.finditer(markdown):
        if match["call"]:
            yield markdown.count("\n", 0, match.start()) + 1, match["call"]


def fresh(package, topic):
    """The module of a topic, imported anew if a topic's file has changed."""
    if any(_stamp(sys.modules[n]) != s for n, s in list(_stamps.items())):
        for name in _stamps:
            source = sys.modules.pop(name).__file__
            # Python trusts compiled files within one second of an edit.
            cached = importlib.util.cache_from_source(source)
            Path(cached).unlink(missing_ok=True)
        _stamps.clear()
        importlib.invalidate_caches()
    module = importlib.import_module(f"{package}.{topic}")
    for name in [n for n in sys.modules if n.startswith(f"{package}.")]:
        if "._" not in name:
            _stamps.setdefault(name, _stamp(sys.modules[name]))
    return module


def _stamp(module):
    path = Path(module.__file__)
    return path.is_file() and (path.stat().st_mtime_ns, path.stat().st_size)
