"""A call in a page: what stands between the braces, read and run."""

import ast
import contextlib
import copy
import functools
import importlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from snippets._bridge import work
from snippets._bridge.job import LIMIT, Job, Piece, digest, surroundings
from snippets._bridge.program import definition, program, statements

CALL = r"\{\{(?P<call>(?:\x1a\d+\x1a)?\s(?:(?!\{\{[\s\x1a]).)+?)\s\}\}"
MARK = re.compile(r"\x1a(\d+)\x1a")  # the line of a call, put behind its {{
_CODE = (
    r"(?P<code>(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)"
    r"|^[ >]*(?P<fence>~{3,}).*?^[ >]*(?P=fence))"
)
_CODE_OR_CALL = re.compile(rf"{_CODE}|{CALL}", re.S | re.M)
_CODE_OR_OPEN = re.compile(rf"{_CODE}|\{{\{{(?=\s)", re.S | re.M)
_CODE_OR_MATH = re.compile(
    rf"{_CODE}|(?<!\\)(?P<sign>\$\$?)(?P<math>[^$]+)(?P=sign)", re.S | re.M
)
_EDGE = re.compile(r"[ >]*(?:$|[!?]{3}|<)")  # no line of a paragraph
_ALLOWED = (
    *(ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Subscript),
    *(
        ast.Slice,
        ast.Constant,
        ast.List,
        ast.Tuple,
        ast.Dict,
        ast.UnaryOp,
        ast.USub,
    ),
    ast.Load,
)


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

    @property
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
        found = found[self.shows_code :]
        if not found:
            raise LookupError("a call names a function; this one names none")
        for target in found:
            definition(self.folder, *target)
        return found

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
        return self._is("code")

    @property
    def listed(self):
        """The page that formulas(page) lists the formulas of, or None."""
        if not self._is("formulas"):
            return None
        if [type(part) for part in self.node.args] != [ast.Name]:
            raise ValueError("formulas(page) needs the name of one page")
        return self.node.args[0].id

    @property
    def counts(self):
        """Whether this is totals(), which counts what all pages show."""
        if self._is("totals") and (self.node.args or self.node.keywords):
            raise ValueError("totals() takes no arguments")
        return self._is("totals")

    @property
    def sought(self):
        """The words that mentions("words") seeks on other pages, or None."""
        if not self._is("mentions"):
            return None
        (words,) = map(ast.literal_eval, self.node.args)
        return words

    @property
    def ours(self):
        """Whether the bridge itself answers it, and no snippet."""
        return any(map(self._is, ("formulas", "totals", "mentions")))

    def _is(self, name):
        """Whether it calls a function that the bridge itself has."""
        function = getattr(self.node, "func", None)
        return isinstance(function, ast.Name) and function.id == name

    @property
    def title(self):
        """The first line of the docstring of the function that is called."""
        node = definition(self.folder, *self.targets[0]).node
        told = hasattr(node, "body") and ast.get_docstring(node)
        return (told or "").split("\n")[0].rstrip(".")

    @property
    def program(self):
        """The text of the program of the function that is called."""
        return program(self.folder, self.targets[0]).text

    def job(self, form):
        """What has to be computed for the call where it stands.

        form is "inline", "math" or "alone".
        """
        if self.shows_code:
            return Job("code", self.program)
        targets = tuple(self.targets)
        made = program(self.folder, *targets)
        known, job = self._jobs.get(form, (None, None))
        if known is made:
            return job
        flat = _Flat(self.page, made.names)
        long = [
            (made.names[target], _made_by(program(self.folder, target).text))
            for target in made.long
        ]
        job = Job(
            form,
            made.text,
            ast.unparse(flat.visit(copy.deepcopy(self.node))),
            self.spec,
            f"{self.package}/{targets[0][0]}.py: {self.text}",
            self.title,
            made.parts,
            tuple(long),
            made.limit or LIMIT,
        )
        self._jobs[form] = made, job
        return job

    @functools.cached_property
    def _jobs(self):
        return {}  # a form: the program that the job was made of, and the job

    def run(self):
        """What the call returns; any warning is raised as an error."""
        return work.evaluate(self.job("alone"))

    def script(self, variable):
        """A program that runs by itself and leaves the result in variable."""
        return self.job("alone").script(variable)

    @property
    def line(self):
        """The line of the program that code(function, "part") shows, or None.

        Raises ValueError when not one line of the program holds the part.
        """
        if not (self.shows_code and self.node.args[1:]):
            return None
        part = ast.literal_eval(self.node.args[1])
        lines = [line for line in self.program.splitlines() if part in line]
        if len(lines) != 1:
            raise ValueError(
                f"{len(lines)} lines of the program hold {part!r}, not one"
            )
        return Piece("text", f"<code>{escape(lines[0].strip())}</code>")


def jobs(markdown, package, page):
    """(Call or None, Job) of all that a page needs, read without Markdown.

    What is wrong with a call is left for its place in the page to say.
    """
    formulas = []
    for match in _CODE_OR_MATH.finditer(markdown):
        if match["math"]:
            formulas.append(match.span())
            form = "display" if match["sign"] == "$$" else "tex"
            if not re.search(CALL, match["math"], re.S):
                yield None, Job(form, " ".join(match["math"].split()))
    for match in _CODE_OR_CALL.finditer(markdown):
        if not match["call"]:
            continue
        within = any(a < match.start() < b for a, b in formulas)
        alone = _stands_alone(markdown, *match.span())
        form = "math" if within else "alone" if alone else "inline"
        with contextlib.suppress(Exception):
            call = parse(match["call"].strip(), package, page)
            if not call.line:
                yield call, call.job(form)


def _stands_alone(markdown, start, end):
    """Whether a call is a paragraph, as far as the lines next to it tell."""
    *before, indent = markdown[:start].rsplit("\n", 2)[-2:]
    rest, *after = markdown[end:].split("\n", 2)[:2]
    if after and after[0].strip(" >").startswith(":"):
        after = []  # a caption
    beside = all(map(_EDGE.match, before + after))
    return beside and not indent.strip(" >") and not rest.strip()


def _made_by(text):
    return digest(surroundings(text), text)


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


# A site has fewer calls: a cache that is too small for one round finds none.
@functools.lru_cache(10_000)
def parse(text, package, page):
    """The Call that text means, read as the inside of an f-string.

    Raises SyntaxError when it is not Python and ValueError when it is more
    than calls, literals, attributes and items of public names.
    """
    text = re.sub(r"\s*\n\s*", " ", text.strip())
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
            line = markdown.count("\n", 0, match.start()) + 1
            yield line, match["call"].strip()


def marked(markdown):
    """A page's Markdown with its line behind each brace that opens a call."""

    def mark(match):
        line = markdown.count("\n", 0, match.start()) + 1
        return match[0] if match["code"] else f"{{{{\x1a{line}\x1a"

    return _CODE_OR_OPEN.sub(mark, markdown)


def maths(markdown):
    """(line, TeX) of every formula in a page's Markdown, code left alone."""
    for match in _CODE_OR_MATH.finditer(markdown):
        if match["math"]:
            line = markdown.count("\n", 0, match.start()) + 1
            yield line, match["math"].strip()
