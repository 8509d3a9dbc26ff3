"""What a call returned, as HTML: its type decides what it looks like."""

import importlib
import itertools
import numbers
import platform
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from html import escape

from snippets._bridge import figure, proof, tex
from snippets._bridge.call import Code

# Names, operators and blanks need no colour: two elements in three are saved.
_PLAIN = re.compile(r'<span class="(?:n|nn|o|p|w|bp)">([^<]*)</span>')
_PHONE = 14  # em of formula that the narrowest phone shows
_SCIENTIFIC = re.compile(r"(-?[\d.,_]+)e([+-]\d+)")


@dataclass
class Page:
    """What the results on one page share, and what they are."""

    glyphs: dict = field(default_factory=dict)
    identities: set = field(default_factory=set)
    counts: Counter = field(default_factory=Counter)
    libraries: set = field(default_factory=set)

    def count(self, kind, call):
        """Note a result for the census, and the libraries that made it."""
        self.counts[kind] += 1
        for line in call.program.splitlines():
            if match := re.match(r"(?:import|from) (\w+)", line):
                self.libraries.add(match[1])

    def census(self):
        """What was computed for this page, and with what, as HTML."""
        if not self.counts:
            return ""
        things = ", ".join(
            f"{number} {kind}" + "s" * (number > 1)
            for kind, number in sorted(self.counts.items())
        )
        versions = [f"Python {platform.python_version()}"] + [
            f"{name} {module.__version__}"
            for name in sorted(self.libraries)
            if hasattr(module := importlib.import_module(name), "__version__")
        ]
        return (
            f'<p class="census">Computed while this page was built: {things}. '
            f"Made with {', '.join(versions)}.</p>"
        )

    def identity(self, call):
        """A permanent id: topic-function, with a number if it is taken."""
        name = "-".join(call.targets[0]).replace("_", "-")
        numbered = (f"{name}-{n}" for n in itertools.count(2))
        taken = self.identities
        new = next(
            n for n in itertools.chain([name], numbered) if n not in taken
        )
        taken.add(new)
        return new

    def math(self, source, display=False):
        """TeX as HTML: drawn for the eye, MathML for the ear."""
        source = tex.tidy(" ".join(source.split()), display)
        drawn = tex.svg(source, self.glyphs)
        return (
            f'<span class="math">{drawn}<span class="spoken">'
            f"{tex.mathml(source, display)}</span></span>"
        )


def inline(call, value, page):
    """value as HTML within a sentence; TypeError when it has no such form."""
    if isinstance(value, Code) and value.line:
        return f"<code>{escape(value.text)}</code>"
    if _is("sympy.Basic", value) and not call.spec:
        return page.math(latex(value))
    text = _text(value, call.spec)
    if text is None:
        what = type(value).__name__
        if is_block(value):
            raise TypeError(f"a {what} must stand in a paragraph of its own")
        raise TypeError(f"a {what} cannot be shown on a page")
    if isinstance(value, str):
        return escape(text)
    page.count("number", call)
    origin = f"{call.package}/{call.targets[0][0]}.py: {call.text}"
    return (
        f'<data value="{escape(str(value))}" title="{escape(origin)}">'
        f"{_superscript(text)}</data>"
    )


def within_math(call, value):
    """value as TeX, for a call between dollar signs."""
    if _is("sympy.Basic", value) and not call.spec:
        return latex(value)
    text = _text(value, call.spec)
    if text is None:
        raise TypeError(f"a {type(value).__name__} cannot stand in a formula")
    text = _SCIENTIFIC.sub(lambda m: rf"{m[1]}\times 10^{{{int(m[2])}}}", text)
    return f"{{{text}}}"


def is_block(value):
    """Whether value needs a paragraph of its own."""
    return (
        isinstance(value, (dict, list, tuple))
        or (isinstance(value, Code) and not value.line)
        or _is("matplotlib.figure.Figure", value)
    )


def may_stand_alone(call, value):
    """Whether value, alone in a paragraph, is more than a word."""
    return is_block(value) or (_is("sympy.Basic", value) and not call.spec)


@dataclass(frozen=True)
class Block:
    """A result that stands by itself: its HTML, and what a click opens."""

    kind: str
    body: str
    tools: str = ""
    wide: bool = False  # may need to scroll sideways on a phone


def block(call, value, page, identity):
    """value as a Block; ValueError or TypeError when it cannot be shown."""
    made = _block(call, value, page, identity)
    page.count(made.kind, call)
    return made


def _block(call, value, page, identity):
    if isinstance(value, Code):
        return Block("program", program(value.text))
    if _is("matplotlib.figure.Figure", value):
        drawn = figure.svg(value, identity, call.title)
        shown = program(call.script("figure"))
        return Block("figure", drawn, _details("Program", shown))
    if isinstance(value, dict) and "figure" in value:
        return _explorer(call, value, identity)
    if isinstance(value, dict):
        wide = len(value) > 3
        return Block("table", _table(value, call.spec, page), wide=wide)
    if isinstance(value, (list, tuple)):
        return _derivation(call, value, page)
    source, tools = latex(value), ""
    if not _is("sympy.Expr", value):
        tools = _proof(call, *proof.prove(value), source)
    wide = tex.width(tex.tidy(source, display=True)) > _PHONE
    return Block("formula", page.math(source, display=True), tools, wide)


def latex(expression):
    """The TeX of a SymPy expression, in the order in which it was written."""
    import sympy

    if isinstance(expression, sympy.And) and len(expression.args) == 2:
        for low, high in (expression.args, expression.args[::-1]):
            if getattr(low, "gts", low) == getattr(high, "lts", high):
                signs = [
                    "<" if part.rel_op in "<>" else r"\leq"
                    for part in (low, high)
                ]
                start, middle, end = map(latex, (low.lts, low.gts, high.gts))
                return f"{start} {signs[0]} {middle} {signs[1]} {end}"
    return sympy.latex(expression, order="none")


def program(text):
    """A program as highlighted HTML, σ and σ′ in their colours."""
    html = highlighted(text, "python")
    html = html.replace("σ′", '<span class="sigma-prime">σ′</span>')
    return re.sub("σ(?!′)", '<span class="sigma">σ</span>', html)


def highlighted(text, language):
    """Source text as highlighted HTML."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    name = f"language-{language} highlight"
    form = HtmlFormatter(cssclass=name, wrapcode=True)
    html = highlight(text, get_lexer_by_name(language), form)
    return _PLAIN.sub(r"\1", html)


def _derivation(call, steps, page):
    rows, source, widest = [], [], 0
    (_, start), *rest = steps
    if not rest:
        raise ValueError("a derivation has at least two lines")
    before, left = start, latex(start)
    for number, (reason, step) in enumerate(rest, start=1):
        if not proof.follows(before, step):
            raise ValueError(
                f"line {number} ({reason}) does not follow: {before} is not "
                f"{step}"
            )
        source.append(rf"{left} &= {latex(step)} && \text{{{reason}}}")
        widest = max(widest, tex.width(tex.tidy(latex(step), display=True)))
        before, head = step, page.math(left, display=True) if left else ""
        rows.append(
            f"<li><span>{head}</span>"
            f"{page.math(f'= {latex(step)}', display=True)}"
            f'<span class="reason">{escape(reason)}</span></li>'
        )
        left = ""
    how = (
        f"Each of the {len(rest)} lines, minus the line before it and written "
        "in exponentials, cancels to 0."
    )
    lines = " \\\\\n".join(source)
    aligned = f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"
    tools = _proof(call, "proved", how, aligned)
    wide = widest + tex.width(latex(start)) > _PHONE
    return Block("derivation", f"<ol>{''.join(rows)}</ol>", tools, wide)


def _explorer(call, parts, identity):
    """A figure whose curve, point and tangent follow sliders."""
    from sympy import jscode

    drawn = figure.svg(parts["figure"], identity, call.title)
    corners = " ".join(f"{c:.2f}" for c in figure.corners(parts["figure"]))
    math = {"value": parts["value"], "slope": parts["slope"]}
    data = "".join(
        f' data-{name}="{escape(" ".join(jscode(expression).split()))}"'
        for name, expression in math.items()
    )
    controls = "".join(
        f'<label for="{identity}-{symbol}"><var>{_subscript(symbol)}</var> '
        f'{escape(meaning)}</label><input id="{identity}-{symbol}" '
        f'type="range" name="{symbol}" min="{low}" max="{high}" '
        f'step="{step}" value="{start}"><output>{start}</output>'
        for symbol, meaning, low, high, step, start in parts["sliders"]
    )
    return Block(
        "explorer",
        f'<div class="live" data-corners="{corners}"{data}>{drawn}'
        f'<form class="controls">{controls}'
        '<p><output class="said"></output></p></form></div>',
        _details("Program", program(call.script("parts"))),
    )


def _subscript(symbol):
    return re.sub(r"(\d+)$", r"<sub>\1</sub>", str(symbol))


def _proof(call, label, how, source):
    copied = highlighted(source, "latex")
    shown = program(call.script("formula"))
    return _details(
        label,
        f"<p>{escape(how)}</p><p>LaTeX</p>{copied}<p>SymPy</p>{shown}",
        f"<p>{escape(call.title)}.</p>",
    )


def _table(columns, spec, page):
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"a table has columns of {sorted(lengths)} rows")
    heads = "".join(
        f'<th scope="col"{_numeric(column[0])}>{escape(name)}</th>'
        for name, column in columns.items()
    )
    rows = "".join(
        "<tr>" + "".join(_cell(value, spec, page) for value in row) + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return (
        f'<table class="numbers"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _cell(value, spec, page):
    if _is("sympy.Basic", value):
        return f"<td>{page.math(latex(value))}</td>"
    exact = isinstance(value, (str, numbers.Integral))
    text = _text(value, "" if exact else spec)
    if text is None:
        raise TypeError(f"a {type(value).__name__} cannot stand in a table")
    shown = escape(text) if isinstance(value, str) else _superscript(text)
    return f"<td{_numeric(value)}>{shown}</td>"


def _numeric(value):
    return ' class="number"' if isinstance(value, numbers.Number) else ""


def _text(value, spec):
    if _is("numpy.generic", value):
        value = value.item()
    if isinstance(value, (numbers.Number, str)) or _is("sympy.Basic", value):
        return format(value, spec)
    return None


def _superscript(text):
    text = _SCIENTIFIC.sub(
        lambda m: f"{m[1]} × 10<sup>{int(m[2])}</sup>", escape(text)
    )
    return text.replace("-", "−")


def _details(summary, body, title=""):
    """What a click opens; the search finds its title, and no code.

    The theme measures and decorates each `pre > code` while a page loads. In
    a fold that is wasted time, so there a span stands between the two.
    """
    body = body.replace("<pre><span></span><code>", "<pre><span><code>")
    body = body.replace("</code></pre>", "</code></span></pre>")
    return (
        f"<details><summary>{summary}</summary>{title}"
        f"<section data-search-exclude>{body}</section></details>"
    )


def _is(kind, value):
    """Whether value is of a library's class; a library not loaded stays so."""
    module, _, name = kind.rpartition(".")
    return module in sys.modules and isinstance(
        value, getattr(sys.modules[module], name)
    )
