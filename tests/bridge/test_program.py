"""The program of a function: all that it needs, and nothing else."""

import os
import sys

import pytest

from snippets._bridge.program import definition, program, statements

from .conftest import alone


def test_a_program_runs_where_the_project_cannot_be_imported(tmp_path):
    """The interpreter of these tests does not know the project."""
    text = "import importlib.util as u\nprint(u.find_spec('snippets'))\n"
    assert alone(tmp_path, text) == "None\n"


def test_a_function_that_needs_nothing_is_its_own_program(topics, agree):
    """The program is the source of the function, to the letter."""
    source = 'def double(n):\n    """Twice n."""\n    return 2 * n\n'
    topics.write("page", f'"""A topic."""\n\n\n{source}')
    assert agree("double(4)") == source


def test_a_helper_of_another_topic_comes_first(topics, agree):
    """What a function borrows from another topic stands above it."""
    topics.write("other", "def half(n):\n    return n / 2\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import half


        def quarter(n):
            return half(half(n))
        """,
    )
    assert agree("quarter(2)") == (
        "def half(n):\n    return n / 2\n\n\n"
        "def quarter(n):\n    return half(half(n))\n"
    )


def test_a_helper_three_topics_away_is_found(topics, agree):
    """Borrowed functions bring what they borrow themselves."""
    topics.write("first", "import math\n\nTURN = 2 * math.pi\n")
    topics.write("second", "from PACKAGE.first import TURN\n")
    topics.write(
        "third",
        """
        from PACKAGE.second import TURN


        def circle(r):
            return TURN * r
        """,
    )
    topics.write(
        "page",
        """
        from PACKAGE.third import circle


        def ring(r):
            return circle(r) - circle(r / 2)
        """,
    )
    assert agree("ring(1)").startswith("import math\n\nTURN = ")


def test_constants_stand_above_what_uses_them(topics, agree):
    """A constant brings the constants that it is computed from."""
    topics.write(
        "page",
        """
        def area(r):
            return SCALE * r**2


        BASE = 2
        SCALE = BASE + 1
        """,
    )
    assert agree("area(3)").startswith("BASE = 2\nSCALE = BASE + 1\n\n\ndef")


def test_a_constant_with_two_names_keeps_both(topics, agree):
    """A chained assignment is one statement of the program."""
    topics.write(
        "page", "low = high = 3\n\n\ndef f():\n    return low, high\n"
    )
    assert agree("f()").count("low = high = 3") == 1


def test_constants_may_be_unpacked(topics, agree):
    """Names on the left of one assignment are all bound by it."""
    topics.write(
        "page",
        "low, (mid, *high) = 1, (2, 3)\n\n\ndef f():\n    return high\n",
    )
    assert agree("f()").startswith("low, (mid, *high) = 1, (2, 3)\n")


def test_a_constant_with_an_annotation_is_a_constant(topics, agree):
    """An annotated constant brings what its annotation names."""
    topics.write(
        "page",
        """
        from collections.abc import Sequence

        Row = Sequence[float]
        weights: Row = [1.5, 2.5]


        def total() -> float:
            return sum(weights)
        """,
    )
    text = agree("total()")
    assert "Row = Sequence[float]\nweights: Row = [1.5, 2.5]\n\n\n" in text


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("import os.path as files", "files.basename"),
        ("import os.path", "os.path.basename"),
        ("from os import path", "path.basename"),
        ("from os import path as files", "files.basename"),
        ("from os.path import basename as last", "last"),
    ],
)
def test_an_import_from_a_library_is_kept(topics, agree, statement, use):
    """Every way to import from a library gives its line in the program."""
    body = f"def last_part(path_):\n    return {use}(path_)\n"
    topics.write("page", f"{statement}\n\n\n{body}")
    assert agree("last_part('a/b')") == f"{statement}\n\n\n{body}"


def test_only_the_imports_in_use_are_kept_the_librarys_last(topics, agree):
    """Imports are those in use, sorted, the standard library first."""
    topics.write(
        "other", "import json\nimport numpy as np\n\nTWO = np.float64(2)\n"
    )
    topics.write(
        "page",
        """
        import sys
        import re
        import math
        from functools import reduce
        import numpy as np
        import mpmath

        from PACKAGE.other import TWO


        def f(n):
            return math.pi * np.abs(n) * TWO + reduce(max, [mpmath.mpf(n)])
        """,
    )
    head = "from functools import reduce\nimport math\n\n"
    head += "import mpmath\nimport numpy as np\n\nTWO"
    assert agree("f(-1.0)").startswith(head)


def test_a_decorator_is_kept_with_what_it_names(topics, agree):
    """Decorators from a library and from a topic are part of a program."""
    topics.write(
        "other",
        """
        import functools


        def twice(f):
            @functools.wraps(f)
            def wrapped(n):
                return f(f(n))

            return wrapped
        """,
    )
    topics.write(
        "page",
        """
        from functools import lru_cache

        from PACKAGE.other import twice


        # Remembered, since it is asked often.
        @lru_cache(maxsize=None)
        @twice
        def raised(n):
            return n + 1
        """,
    )
    text = agree("raised(3)")
    assert "\n\n\n# Remembered, since it is asked often.\n@lru_cache" in text


def test_a_default_argument_may_name_a_function(topics, agree):
    """A function that is only a default argument is part of the program."""
    topics.write(
        "page",
        """
        def square(n):
            return n * n


        def apply(n, f=square, *, g=abs):
            return g(f(n))
        """,
    )
    assert agree("apply(-3)").startswith("def square(n):")


def test_a_dataclass_brings_its_imports_and_types(topics, agree):
    """A dataclass has its decorator, its fields and its methods."""
    topics.write(
        "page",
        """
        from dataclasses import dataclass, field

        Weight = float


        def _start():
            return [0.5]


        @dataclass(frozen=True)
        class Neuron:
            bias: Weight
            weights: list[Weight] = field(default_factory=_start)

            def fires(self):
                return threshold < self.bias


        threshold = 0.25


        def neuron(bias):
            return Neuron(bias), Neuron(bias).fires()
        """,
    )
    assert "@dataclass(frozen=True)\nclass Neuron:" in agree("neuron(0.5)")


def test_a_class_brings_its_base_from_another_topic(topics, agree):
    """A base class of another topic stands above the class."""
    topics.write("other", "class Base:\n    size = 2\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import Base as Root


        class Leaf(Root):
            def area(self):
                return self.size**2


        def area():
            return Leaf().area()
        """,
    )
    assert "class Leaf(Base):" in agree("area()")


def test_a_class_attribute_may_take_its_value_from_a_constant(topics, agree):
    """The names in the body of a class are looked up in the topic."""
    topics.write(
        "page",
        """
        LIMIT = 3


        class Gate:
            limit = LIMIT

            def open(self, n):
                return n < self.limit < WALL


        WALL = 9


        def opens(n):
            return Gate().open(n)
        """,
    )
    assert agree("opens(2)").startswith("LIMIT = 3\n")


def test_a_class_attribute_may_bear_the_name_of_its_constant(topics, agree):
    """In `limit = limit` the right side is the constant of the topic."""
    topics.write(
        "page",
        """
        limit = 3


        class Gate:
            limit = limit


        def width():
            return Gate.limit
        """,
    )
    assert agree("width()").startswith("limit = 3\n")


def test_a_name_shadowed_in_a_function_is_not_brought(topics, agree):
    """A parameter or local name is not the constant of that name."""
    topics.write(
        "page",
        """
        import math as other

        scale = 100
        part = 5


        def f(scale):
            part = scale * 2
            return [other for other in (part, scale)]
        """,
    )
    text = agree("f(3)")
    assert text.startswith("def f(scale):")


def test_names_in_nested_functions_are_found(topics, agree):
    """Lambdas, comprehensions and inner functions name what they need."""
    topics.write(
        "page",
        """
        import math

        ONE = 1
        TWO = 2
        TEN = 10


        def f(rows):
            def inner(n):
                return (lambda m: m + ONE)(n)

            class Local:
                ten = TEN

            pairs = {n: inner(n) for n in rows if n < TWO}
            return pairs, Local.ten, list(math.sqrt(r) for r in rows)
        """,
    )
    assert agree("f([0, 1, 4])").startswith(
        "import math\n\nONE = 1\nTEN = 10\nTWO = 2\n\n\ndef f(rows):"
    )


def test_annotations_bring_what_they_name(topics, agree):
    """Annotations of parameters and results are part of a program."""
    topics.write("other", "Number = float\n")
    topics.write(
        "page",
        """
        from typing import Any

        from PACKAGE.other import Number

        Row = list[Number]


        def total(row: Row, *rest: Any) -> Number:
            return sum(row)
        """,
    )
    text = agree("total([1.0, 2.5])")
    assert text.startswith(
        "from typing import Any\n\nNumber = float\nRow = list[Number]\n"
    )


def test_a_function_may_call_itself(topics, agree):
    """A recursive function stands in its program once."""
    topics.write(
        "page",
        """
        def factorial(n):
            return n * factorial(n - 1) if n else 1
        """,
    )
    assert agree("factorial(5)").count("def ") == 1


def test_two_functions_may_call_each_other(topics, agree):
    """Functions that need each other both stand in the program, once."""
    topics.write(
        "page",
        """
        def even(n):
            return n == 0 or odd(n - 1)


        def odd(n):
            return n > 0 and even(n - 1)
        """,
    )
    assert agree("even(7)").count("def ") == 2


def test_comments_directly_above_a_definition_are_kept(topics, agree):
    """A comment that touches a definition belongs to it, others do not."""
    topics.write(
        "page",
        """
        # About the file.

        # The base, which is
        # even.
        BASE = 2
        # Above the function.
        def f():
            # Inside.
            return BASE  # At the end.
        """,
    )
    assert agree("f()") == (
        "# The base, which is\n# even.\nBASE = 2\n\n\n"
        "# Above the function.\ndef f():\n"
        "    # Inside.\n    return BASE  # At the end.\n"
    )


def test_a_class_may_call_its_base(topics, agree):
    """super() and the name of the class itself need nothing."""
    topics.write(
        "page",
        """
        class Base:
            def size(self):
                return 2


        class Leaf(Base):
            def size(self):
                return super().size() + len(Leaf.__name__)


        def size():
            return Leaf().size()
        """,
    )
    assert agree("size()").count("class ") == 2


def test_a_generator_is_a_function(topics, agree):
    """What yields is brought like what returns."""
    topics.write(
        "page",
        """
        def powers(n):
            for k in range(n):
                yield 2**k


        def total(n):
            return sum(powers(n))
        """,
    )
    assert agree("total(5)").count("def ") == 2


def test_a_constant_may_be_a_function(topics, agree):
    """A lambda that bears a name brings what it needs."""
    topics.write(
        "page",
        """
        TWO = 2
        twice = lambda n: TWO * n  # noqa: E731, a lambda is what is tested


        def f(n):
            return twice(n)
        """,
    )
    assert agree("f(3)").startswith("TWO = 2\ntwice = lambda n:")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_ends_of_lines_mean_nothing(topics, end, mark):
    """A file of another system gives the same program."""
    source = '# Of 1.\ndef f():\n    return """σ\n"""\n'
    path = topics.write("page", "")
    path.write_bytes((mark + source.replace("\n", end)).encode())
    assert topics.program("f") == source


@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_only_python_decides_where_a_line_ends(topics, agree, odd):
    """Letters at which other programs end a line stand within one."""
    source = f'def f():\n    return "{odd}", 1\n'
    topics.write("page", f'A = "{odd}{odd}"\n\n\n{source}')
    assert agree("f()") == source


# Where a statement stands.


def test_each_statement_keeps_its_file_and_line(topics):
    """Imports and definitions are told with the place that they come from."""
    other = topics.write("other", "import math\n\nTURN = 2 * math.pi\n")
    page = topics.write(
        "page",
        """
        from PACKAGE.other import TURN

        # The circle,
        # which is round.
        def f(r):
            return TURN * r
        """,
    )
    made = program(topics.folder, ("page", "f"))
    assert [(file, line) for file, line, _ in made.parts] == [
        (str(other), 1),
        (str(other), 3),
        (str(page), 3),
    ]
    texts = [text for *_, text in made.parts]
    assert made.text == f"{texts[0]}\n\n{texts[1]}\n\n\n{texts[2]}\n"


def test_a_comment_on_the_first_line_is_kept(topics, agree):
    """A definition at the top of its file has its comment."""
    text = "# First.\ndef f():\n    return 1\n"
    topics.write("page", text)
    assert agree("f()") == text


# Two topics that define one name.


@pytest.fixture
def rivals(topics):
    """A topic `other` whose scale, Box, step and LIMIT `page` has as well."""
    topics.write(
        "other",
        '''
        LIMIT = 7


        def scale(n):
            """The scale of n."""
            return 0 if n < 1 else n * LIMIT + scale(n - 1)


        class Box:
            size = LIMIT

            def grown(self):
                return Box().size + self.size


        def identity(f):
            return f


        @identity
        def step(n):
            return n + LIMIT
        ''',
    )
    return topics


def test_a_helper_with_a_name_in_use_gets_its_topic_as_prefix(rivals, agree):
    """The helper is renamed, and every reference to it, itself included."""
    rivals.write(
        "page",
        """
        from PACKAGE.other import scale as foreign

        LIMIT = 1


        def scale(n):
            return foreign(n) - foreign(LIMIT)
        """,
    )
    text = agree("scale(3)")
    assert "def other_scale(n):" in text
    assert "n * other_LIMIT + other_scale(n - 1)\n" in text
    assert "return other_scale(n) - other_scale(LIMIT)\n" in text


@pytest.mark.parametrize("name", ["scale", "step", "Box", "LIMIT"])
def test_a_helper_of_every_kind_can_be_renamed(rivals, agree, name):
    """Functions, decorated ones, classes and constants take the prefix."""
    use = {"Box": "foreign().grown()", "LIMIT": "foreign"}
    rivals.write(
        "page",
        f"""
        from PACKAGE.other import {name} as foreign


        def {name}():
            return {use.get(name, "foreign(3)")}
        """,
    )
    assert f"other_{name}" in agree(f"{name}()")


def test_a_reference_behind_other_letters_is_rewritten(rivals, agree):
    """Letters beyond ASCII on a line do not shift what is rewritten."""
    rivals.write(
        "page",
        """
        from PACKAGE.other import scale as größe


        def scale(σ):
            return "σ′ → “ß” 🙂", größe(σ), σ, größe(größe(σ)), "−"
        """,
    )
    line = '"σ′ → “ß” 🙂", other_scale(σ), σ, other_scale(other_scale(σ)), "−"'
    assert f"    return {line}\n" in agree("scale(2)")


def test_only_the_name_is_rewritten_not_what_looks_like_it(rivals, agree):
    """Strings, attributes, keywords and comments keep their words."""
    rivals.write(
        "page",
        """
        from PACKAGE.other import scale as foreign


        class Point:
            foreign = 3


        def scale(n):
            # foreign is a comment
            named = dict(foreign=foreign(n))
            return named["foreign"], Point.foreign, "foreign"
        """,
    )
    text = agree("scale(2)")
    assert "dict(foreign=other_scale(n))" in text
    assert 'named["foreign"], Point.foreign, "foreign"' in text
    assert "# foreign is a comment" in text


@pytest.mark.parametrize(
    "line",
    [
        'f"{foreign(n)} and {foreign(n):.1f} of {foreign}"[:20]',
        'f"σ {foreign(n)!r:>5}" + f\'{f"{foreign(n)}"}\'',
        'f"""{n}\n    {foreign(n)}"""',
        "[foreign(m) for m in range(n) if foreign(m)]",
        "(lambda m=foreign(n): foreign(m))()",
        "sum(map(foreign, [1, n])) if foreign(1) else foreign",
    ],
)
def test_a_reference_is_rewritten_wherever_it_stands(rivals, agree, line):
    """Names in f-strings, comprehensions and lambdas are rewritten."""
    rivals.write(
        "page",
        "from PACKAGE.other import scale as foreign\n\n\n"
        f"def scale(n):\n    return {line}\n",
    )
    assert agree("scale(2)").count("foreign") == 0


def test_an_alias_takes_the_name_of_its_topic(topics, agree):
    """`from … import f as g` brings f, and g is rewritten to f."""
    topics.write("other", "def f(n):\n    return n + 1\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import f as g


        def h(n):
            return g(g(n))
        """,
    )
    assert agree("h(1)").endswith("def h(n):\n    return f(f(n))\n")


def test_a_builtin_keeps_its_meaning(topics, agree):
    """A helper named like a builtin does not replace it for others."""
    topics.write("other", "def round(n):\n    return 'other'\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import round as foreign


        def f(n):
            return round(n), foreign(n)
        """,
    )
    agree("f(1.6)")


def test_a_builtin_that_the_target_replaces_is_refused(topics):
    """A helper cannot call a builtin whose name the target has taken."""
    topics.write("other", "def near(n):\n    return round(n)\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import near


        def round(n):
            return near(n) + 1
        """,
    )
    with pytest.raises(ValueError, match="'round' with two meanings"):
        topics.program("round")


def test_several_functions_make_one_program(topics):
    """Two targets share their helpers, and each learns its name."""
    topics.write("other", "def f():\n    return 1\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import f as base


        def f():
            return base() + 1


        def g():
            return base() + 2
        """,
    )
    targets = ("page", "f"), ("page", "g"), ("other", "f")
    made = program(topics.folder, *targets)
    assert made.names == dict(zip(targets, ["f", "g", "other_f"], strict=True))
    counts = [made.text.count(f"def {n}():") for n in made.names.values()]
    assert counts == [1] * 3


@pytest.mark.parametrize(
    ("name", "plain"), [("ℓ", "l"), ("ﬁt", "fit"), ("ſ", "s"), ("𝛔", "σ")]
)
def test_a_name_that_python_spells_otherwise_is_rewritten(
    topics, agree, name, plain
):
    """Python takes some letters for others, of other lengths: ℓ for l."""
    topics.write(
        "other", f"def  {name} (n):\n    return n and {name}(n - 1) + 1\n"
    )
    topics.write(
        "page",
        f"from PACKAGE.other import {name} as g\n\n\n"
        f"def {name}(n):\n    return g(n), g(n)\n",
    )
    text = agree(f"{plain}(3)")
    assert f"def  other_{plain} (n)" in text
    assert f"n and other_{plain}(n - 1)" in text
    assert f"return other_{plain}(n), other_{plain}(n)\n" in text


# What cannot be a program.


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("from . import other", 1),
        ("from .other import f", 1),
        ("import os\nfrom .. import other", 2),
        ("import os\nfrom os import *", 2),
        ("from PACKAGE.other import *", 1),
        ("from PACKAGE import other", 1),
        ("from PACKAGE.other.deep import f", 1),
        ("import PACKAGE", 1),
        ("import PACKAGE.other", 1),
        ("import PACKAGE.other as o", 1),
    ],
)
def test_a_topic_is_imported_by_one_form_only(topics, source, line):
    """Whole topics, relative and star imports fail with their line."""
    topics.write("page", source)
    with pytest.raises(ValueError, match=f"/page.py:{line}: write `from "):
        statements(topics.folder, "page")


@pytest.mark.parametrize(
    "statement",
    [
        "print(1)",
        "if True:\n    f = 1",
        "for f in range(3):\n    pass",
        "while False:\n    f = 1",
        "with open('f') as f:\n    pass",
        "try:\n    f = 1\nexcept OSError:\n    pass",
        "async def f():\n    pass",
        "table['f'] = 1",
        "table['f'] += 1",
        "table.f = 'f'",
        "f = table['f'] = 1",
        "del table",
        "table += [1]",
        "assert table",
        "(f := 1)",
        "pass",
    ],
)
def test_a_topic_does_nothing_but_define(topics, statement):
    """A statement that does more than define a name fails with its line."""
    topics.write("page", f'"""A topic."""\ntable = []\n{statement}\n')
    with pytest.raises(ValueError, match="/page.py:3: "):
        statements(topics.folder, "page")


@pytest.mark.parametrize(
    "statement",
    [
        "def f():\n    import math",
        "def f():\n    from PACKAGE.other import g",
        "def f():\n    def g():\n        from math import pi",
        "class F:\n    import math",
    ],
)
def test_an_import_stands_where_it_is_seen(topics, statement):
    """An import in a function would hide what decides a result."""
    topics.write("page", f"A = 1\n\n\n{statement}\n")
    with pytest.raises(ValueError, match="/page.py:4: an import stands out"):
        statements(topics.folder, "page")


def test_no_program_changes_python(topics):
    """An import from the future would be lost on the way to a program."""
    topics.write("page", "from __future__ import annotations\n\nA = 1\n")
    with pytest.raises(ValueError, match="/page.py:1: a program does without"):
        statements(topics.folder, "page")


@pytest.mark.parametrize(
    "source",
    [
        "f = 1\nf = 2",
        "import os\n\ndef os():\n    pass",
        "import os\nimport os",
        "import os as f\nimport sys as f",
        "def f():\n    pass\n\nclass f:\n    pass",
        "from PACKAGE.other import f\nf = 1",
    ],
)
def test_a_topic_binds_a_name_once(topics, source):
    """A name that is bound twice fails, since it has two meanings."""
    topics.write("page", source)
    with pytest.raises(ValueError, match="page.py:.: '(f|os)' is bound twice"):
        statements(topics.folder, "page")


def test_a_topic_that_does_not_exist_is_named(topics):
    """An unknown topic fails with the name of its file."""
    with pytest.raises(LookupError, match="topics_.*/lost.py does not exist"):
        topics.program("f", "lost")


@pytest.mark.parametrize("name", ["lost", "_hidden", "math", "borrowed"])
def test_a_page_names_only_what_its_topic_defines_for_it(topics, name):
    """Unknown, private and imported names are not a topic's own."""
    topics.write("other", "def borrowed():\n    return 1\n")
    topics.write(
        "page",
        """
        import math

        from PACKAGE.other import borrowed


        def _hidden():
            return math.pi + borrowed()
        """,
    )
    reason = f"/page.py defines no public name '{name}'"
    with pytest.raises(LookupError, match=reason):
        definition(topics.folder, "page", name)


def test_a_name_that_is_defined_nowhere_fails(topics):
    """A name that is no builtin, import or definition is named."""
    topics.write("page", "def f():\n    return lost + len([])\n")
    with pytest.raises(LookupError, match="page.py uses 'lost', which it"):
        topics.program("f")


def test_a_borrowed_name_that_its_topic_lacks_fails(topics):
    """Borrowing what the other topic does not define names that topic."""
    topics.write("other", "")
    topics.write(
        "page", "from PACKAGE.other import f\n\n\ndef g():\n    return f()\n"
    )
    with pytest.raises(LookupError, match="other.py uses 'f'"):
        topics.program("g")


def test_a_local_name_that_hides_a_renamed_one_fails(topics):
    """A rename that a local name would undo is refused."""
    topics.write("other", "def f():\n    return 1\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import f as g


        def f():
            def inner(g):
                return g

            return inner(g())
        """,
    )
    with pytest.raises(ValueError, match="inner uses 'g' as a local name"):
        topics.program("f")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from math import floor", "from numpy import floor"),
        ("import math as floor", "import numpy as floor"),
        ("floor = 1", "import math as floor"),
    ],
)
def test_one_name_with_two_meanings_fails(topics, first, second):
    """One program cannot hold two imports of one name that differ."""
    topics.write("other", f"{first}\n\n\ndef f():\n    return floor\n")
    topics.write(
        "page",
        f"""
        {second}
        from PACKAGE.other import f


        def g():
            return f(), floor
        """,
    )
    with pytest.raises(ValueError, match="needs 'floor' with two meanings"):
        topics.program("g")


def test_a_prefix_that_is_taken_fails(topics):
    """A helper whose prefixed name is in use as well is refused."""
    topics.write("other", "def f():\n    return 1\n")
    topics.write(
        "page",
        """
        from PACKAGE.other import f as g


        def other_f():
            return 2


        def f():
            return other_f() + zeta()


        def zeta():
            return g()
        """,
    )
    with pytest.raises(ValueError, match="would be called 'other_f'"):
        topics.program("f")


@pytest.mark.parametrize(
    "source",
    [
        "g = = 2",
        "def g(a, a): pass",
        "class G:\n    x = 1; return x",
        "g = [await x for x in []]",
        "def g():\n    'ß'",
    ],
)
def test_a_topic_that_is_not_python_fails_with_its_line(topics, source):
    """An error, of letters or of syntax, carries the file and the line."""
    path = topics.write("page", "")
    path.write_bytes(f"f = 1\n\n{source}\n".encode("latin-1"))
    with pytest.raises(SyntaxError) as caught:
        statements(topics.folder, "page")
    assert caught.value.filename == str(path)
    assert caught.value.lineno == 3 + source.count("\n")


def test_a_changed_topic_is_read_again(topics):
    """A file with a new time or size is not remembered as it was."""
    path = topics.write("page", "def f():\n    return 1\n")
    assert "return 1" in topics.program("f")
    stat = path.stat()
    topics.write("page", "def f():\n    return 2\n")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1000))
    assert "return 2" in topics.program("f")


def test_reading_a_program_runs_nothing(topics):
    """A program is found without running its topic."""
    topics.write("page", "LIMIT = 1 / 0\n\n\ndef f():\n    return LIMIT\n")
    assert "LIMIT = 1 / 0" in topics.program("f")
    assert f"{topics.package}.page" not in sys.modules
