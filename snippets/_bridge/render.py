"""What a call returned, as HTML: its type decides what it looks like."""

import numbers
import re
import sys
from dataclasses import dataclass, field
from html import escape

from snippets._bridge import figure, proof, tex
from snippets._bridge.call import Code

_SCIENTIFIC = re.compile(r"(-?[\d.,_]+)e([+-]\d+)")


@dataclass
class Page:
    """What the results on one page share: glyph outlines and identities."""

    glyphs: dict = field(default_factory=dict)
    identities: dict = field(default_factory=dict)

    def identity(self, call):
        """A permanent id: topic-function, with a number if it is taken."""
        name = "-".join(call.targets[0]).replace("_", "-")
        count = self.identities[name] = self.identities.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"

    def math(self, source, display=False):
        """TeX as HTML: drawn for the eye, MathML for the ear."""
        source = tex.tidy(source, display)
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
    return (
        f'<data value="{escape(str(value))}" title="{escape(call.text)}">'
        f"{_superscript(text)}</data>"
    )


def within_math(call, value):
    """value as TeX, for a call between dollar signs."""
    if _is("sympy.Basic", value) and not call.spec:
        return latex(value)
    text = _text(value, call.spec)
    if text is None:
        raise TypeError(f"a {type(value).__name__} cannot stand in a formula")
    return _SCIENTIFIC.sub(lambda m: rf"{m[1]}\times 10^{{{int(m[2])}}}", text)


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
    """A result that stands by itself: HTML before and after its caption."""

    kind: str
    body: str
    after: str = ""


def block(call, value, page, identity):
    """value as a Block; ValueError or TypeError when it cannot be shown."""
    if isinstance(value, Code):
        return Block("program", program(value.text))
    if _is("matplotlib.figure.Figure", value):
        source = program(call.script("figure"))
        return Block(
            "figure",
            figure.svg(value, identity, call.title),
            _details("source", "Program", source),
        )
    if isinstance(value, dict):
        return Block("table", _table(value, call.spec, page))
    if isinstance(value, (list, tuple)):
        return _derivation(value, page)
    proved = ""
    if _is("sympy.logic.boolalg.Boolean", value):
        label, how = proof.prove(value)
        proved = _details("proof", label, f"<p>{escape(how)}</p>")
    return Block("formula", page.math(latex(value), display=True), proved)


def latex(expression):
    """The TeX of a SymPy expression, in the order in which it was written."""
    import sympy

    if isinstance(expression, sympy.And) and len(expression.args) == 2:
        for low, high in (expression.args, expression.args[::-1]):
            if low.gts == high.lts:
                middle = latex(sympy.StrictLessThan(low.lts, low.gts))
                return f"{middle} < {latex(high.gts)}"
    return sympy.latex(expression, order="none")


def program(text):
    """A program as highlighted HTML."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    form = HtmlFormatter(cssclass="language-python highlight", wrapcode=True)
    return highlight(text, PythonLexer(), form)


def _derivation(steps, page):
    rows = []
    (_, start), *rest = steps
    before = start
    for number, (reason, step) in enumerate(rest, start=1):
        if not proof.follows(before, step):
            raise ValueError(
                f"line {number} ({reason}) does not follow: {before} is not "
                f"{step}"
            )
        left = page.math(latex(start), display=True) if number == 1 else ""
        right = page.math(f"= {latex(step)}", display=True)
        rows.append(
            f"<li><span>{left}</span>{right}"
            f'<span class="reason">{escape(reason)}</span></li>'
        )
        before = step
    how = (
        f"Each of the {len(rest)} lines, minus the line before it and written "
        "in exponentials, cancels to 0."
    )
    return Block(
        "derivation",
        f"<ol>{''.join(rows)}</ol>",
        _details("proof", "proved", f"<p>{how}</p>"),
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


def _details(name, summary, body):
    return (
        f'<details class="{name}"><summary>{summary}</summary>{body}</details>'
    )


def _is(kind, value):
    """Whether value is of a library's class; a library not loaded stays so."""
    module, _, name = kind.rpartition(".")
    return module in sys.modules and isinstance(
        value, getattr(sys.modules[module], name)
    )
