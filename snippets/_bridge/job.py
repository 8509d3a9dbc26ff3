"""What is computed for a page: jobs, and the pieces of HTML they make."""

import functools
import hashlib
import importlib.metadata
import os
import platform
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

# The seconds that a call may run if nothing in it is marked as long.
LIMIT = int(os.getenv("SNIPPETS_LIMIT") or 30)
_DRAWS = "numpy matplotlib sympy mpmath latex2mathml Pygments".split()
_IMPORT = re.compile(r"^(?:import|from) (\w+)", re.M)


class Failed(Exception):
    """A job that failed. Its text names the error and where it arose."""


@dataclass(frozen=True)
class Piece:
    """What a job makes of a page: HTML, the same on whichever page.

    ID stands in it for the id that only the page can give. glyphs are the
    outlines that the formulas in it refer to, by their ids, and tools what
    a click opens. What is wide may have to scroll sideways on a phone.
    """

    kind: str
    html: str
    tools: str = ""
    wide: bool = False
    glyphs: dict = field(default_factory=dict)

    ID = "\ue000"

    @property
    def stands_alone(self):
        """Whether it needs a paragraph of its own."""
        return self.kind not in ("math", "number", "text")

    @property
    def claims(self):
        """Whether it is a formula that says how it is known to be true."""
        return self.label != ""

    @property
    def label(self):
        """How a formula is known to be true: what its fold says, or ""."""
        if self.kind not in ("derivation", "formula"):
            return ""
        return self.tools.partition("<summary>")[2].partition("<")[0]


@dataclass(frozen=True)
class Job:
    """Something to compute. Its key is the hash of all that decides it.

    form is "tex" or "display" for a formula, "code" for a program, and
    for a call where it stands: "inline", "math" or "alone". parts are the
    statements of text with their file and line, long the functions in it
    that may run for long, with the hashes of their own programs.
    """

    form: str
    text: str
    expression: str = ""
    spec: str = ""
    origin: str = ""
    title: str = ""
    parts: tuple = ()
    long: tuple = ()
    limit: int = LIMIT

    @functools.cached_property
    def key(self):
        """The name of the result: equal just when the result must be."""
        ours = self.form, self.text, self.expression, self.spec, self.origin
        return digest(surroundings(self.text), *ours)

    @property
    def trusted(self):
        """Whether it runs no code of a snippet."""
        return not self.expression

    @property
    def modules(self):
        """The modules that the program imports first."""
        starts = (re.match(r"(?:from|import) (\S+)", p[2]) for p in self.parts)
        return [match[1] for match in starts if match]

    @property
    def late(self):
        """What is said of it when it runs for longer than its limit."""
        return (
            f"it ran for more than {self.limit} s; a comment `# long: 600 s` "
            "above the function that takes so long allows more"
        )

    def script(self, variable):
        """A program that runs by itself and leaves the result in variable."""
        return f"{self.text}\n\n{variable} = {self.expression}\n"


def digest(*texts):
    """A short hash of some texts."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:32]


def libraries(text):
    """The names of the libraries that a program imports, in order of name."""
    return sorted(set(_IMPORT.findall(text)) - sys.stdlib_module_names)


@functools.cache
def version(library):
    """The version of an installed library, by the name it is imported as."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        names = _projects().get(library)
        return importlib.metadata.version(names[0]) if names else ""


# Which project brings a library takes a while to find out.
_projects = functools.cache(importlib.metadata.packages_distributions)


def surroundings(text):
    """What decides a program's result besides its text: versions."""
    return _own(), *((name, version(name)) for name in libraries(text))


@functools.cache
def _own():
    """The machine, Python and the code that turns results into HTML."""
    files = sorted(Path(__file__).parent.glob("*.*"))
    sources = [p.read_bytes() for p in files if p.suffix != ".pyc"]
    machine = platform.python_implementation(), platform.machine()
    drawn = [version(name) for name in _DRAWS]
    return digest(sys.version, sys.platform, machine, drawn, sources)
