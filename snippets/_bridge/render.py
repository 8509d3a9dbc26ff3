"""What a call returned, as HTML: its type decides what it looks like."""

import functools
import json
import numbers
import re
import sys
from html import escape

from snippets._bridge import figure, proof, tex
from snippets._bridge.job import Piece

# Names, operators and blanks need no colour: two elements in three are saved.
_PLAIN = re.compile(r'<span class="(?:n|nn|o|p|w|bp)">([^<]*)</span>')
_PHONE = 14  # em of formula that the narrowest phone shows
_BESIDE = 22  # em of formula that leave room for a reason beside them
_SCIENTIFIC = re.compile(r"(-?[\d.,_]+)e([+-]\d+)")


def render(job, value):
    """value as the Piece that stands where the job's call stands.

    Raises TypeError or ValueError when it cannot be shown there.
    """
    relation, sets = _split(value)
    if job.form == "math":
        return Piece("math", _within_math(relation, job.spec))
    if job.form == "alone" and _formula(job, relation):
        return _alone(job, relation, sets)
    if job.form == "alone" and _is_block(relation):
        return _block(job, value)
    return _inline(job, relation)


def typeset(source, display):
    """TeX as a Piece: drawn for the eye, MathML for the ear."""
    glyphs = {}
    html = _math(source, glyphs, display)
    return Piece("math", html, glyphs=glyphs)


def program(text):
    """A program as highlighted HTML, σ and σ′ in their colours."""
    html = _highlighted(text, "python")
    html = html.replace("σ′", '<span class="sigma-prime">σ′</span>')
    return re.sub("σ(?!′)", '<span class="sigma">σ</span>', html)


def _math(source, glyphs, display=False):
    source = tex.tidy(" ".join(source.split()), display)
    drawn = tex.svg(source, glyphs)
    return (
        f'<span class="math">{drawn}<span class="spoken">'
        f"{tex.mathml(source, display)}</span></span>"
    )


def _split(value):
    """(relation, sets of its symbols), or (value, {}) if it is no formula."""
    found = proof.split(value) if "sympy" in sys.modules else None
    return found or (value, {})


def _inline(job, value):
    if _formula(job, value):
        return typeset(latex(value), display=False)
    text = _text(value, job.spec)
    if text is None:
        what = type(value).__name__
        if _is_block(value):
            raise TypeError(f"a {what} must stand in a paragraph of its own")
        raise TypeError(f"a {what} cannot be shown on a page")
    if isinstance(value, str):
        return Piece("text", escape(text))
    return Piece(
        "number",
        f'<data value="{escape(str(value))}" title="{escape(job.origin)}">'
        f"{_superscript(text)}</data>",
    )


def _within_math(value, spec):
    """value as TeX, for a call between dollar signs."""
    if _is("sympy.Basic", value) and not spec:
        return latex(value)
    text = _text(value, spec)
    if text is None:
        raise TypeError(f"a {type(value).__name__} cannot stand in a formula")
    text = _SCIENTIFIC.sub(lambda m: rf"{m[1]}\times 10^{{{int(m[2])}}}", text)
    return f"{{{text}}}"


def _is_block(value):
    """Whether value needs a paragraph of its own."""
    kinds = dict, list, tuple
    return isinstance(value, kinds) or _is("matplotlib.figure.Figure", value)


def _formula(job, value):
    return _is("sympy.Basic", value) and not job.spec


def _block(job, value):
    if _is("matplotlib.figure.Figure", value):
        drawn = figure.svg(value, Piece.ID, job.title)
        shown = program(job.script("figure"))
        return Piece("figure", drawn, folded("Program", shown))
    if isinstance(value, dict) and "figure" in value:
        return _explorer(job, value)
    if isinstance(value, dict) and value and all(map(_truth, value.values())):
        return _claim(job, value)
    if isinstance(value, dict):
        return _table(value, job.spec)
    return _derivation(job, value)


def _alone(job, value, sets):
    """A formula with its proof; the sets of symbols that are not any real."""
    source, tools, glyphs = latex(value), "", {}
    if not _is("sympy.Expr", value):
        tools = _proof(job, *proof.prove((value, sets)), source)
    wide = tex.width(tex.tidy(source, display=True)) > _PHONE
    html = _math(source, glyphs, display=True)
    if words := proof.restricted(sets):
        html += f' <span class="domain">for {escape(words)}</span>'
    return Piece("formula", html, tools, wide, glyphs)


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
    return sympy.latex(expression, order="none", ln_notation=True)


def _highlighted(text, language):
    """Source text as highlighted HTML."""
    from pygments import highlight

    return _PLAIN.sub(r"\1", highlight(text, *_highlighter(language)))


@functools.cache
def _highlighter(language):
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    name = f"language-{language} highlight"
    form = HtmlFormatter(cssclass=name, wrapcode=True)
    return get_lexer_by_name(language), form


def _derivation(job, steps):
    rows, source, widest, glyphs = [], [], 0, {}
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
        line = f"= {latex(step)}"
        widest = max(widest, tex.width(tex.tidy(line, display=True)))
        before, head = step, _math(left, glyphs, True) if left else ""
        rows.append(
            f"<li><span>{head}</span>"
            f"{_math(line, glyphs, display=True)}"
            f'<span class="reason">{escape(reason)}</span></li>'
        )
        left = ""
    how = (
        f"Each of the {len(rest)} lines, minus the line before it and written "
        "in exponentials, cancels to 0."
    )
    lines = " \\\\\n".join(source)
    aligned = f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"
    tools = _proof(job, "proved", how, aligned)
    first = tex.tidy(latex(start), display=True)
    width = widest + tex.width(first)
    stacked = ' class="stacked"' if width > _BESIDE else ""
    html = f"<ol{stacked}>{''.join(rows)}</ol>"
    return Piece("derivation", html, tools, width > _PHONE, glyphs)


def _explorer(job, parts):
    """A figure whose curves, points and tangent follow sliders."""
    drawn = figure.svg(parts["figure"], Piece.ID, job.title)
    corners = " ".join(f"{c:.2f}" for c in figure.corners(parts["figure"]))
    math = {name: _code(parts[name]) for name in ("value", "slope")}
    if "said" in parts:
        said = {word: _code(what) for word, what in parts["said"].items()}
        math["said"] = json.dumps(said, ensure_ascii=False)
    data = "".join(
        f' data-{name}="{escape(code)}"' for name, code in math.items()
    )
    controls = "".join(_control(*slider) for slider in parts["sliders"])
    return Piece(
        "explorer",
        f'<div class="live" data-corners="{corners}"{data}>{drawn}'
        f'<form class="controls">{controls}'
        '<p><output class="said"></output></p></form></div>',
        folded("Program", program(job.script("parts"))),
    )


def _claim(job, readings):
    """A claim, its verdict, and the readings with what came of each.

    The page states the verdict, too: words and program cannot part.
    """
    held = [bool(truth) for truth in readings.values()]
    verdict = "true" if all(held) else "imprecise" if any(held) else "false"
    if job.spec != verdict:
        raise ValueError(
            f"the page calls it {job.spec!r}, its program {verdict!r}"
        )
    rows = "".join(
        f"<li>“{escape(reading)}”: <b>{'true' if truth else 'false'}</b></li>"
        for reading, truth in zip(readings, held, strict=True)
    )
    return Piece(
        "claim",
        f'<p class="verdict {verdict}">{verdict}</p>'
        f"<h3>{escape(job.title)}.</h3><ul>{rows}</ul>",
        folded("Program", program(job.script("readings"))),
    )


def _truth(value):
    return isinstance(value, bool) or _is("numpy.bool", value)


def _control(symbol, meaning, *reach):
    """A slider with its reach and step, or a list of words to choose from."""
    place = f'id="{Piece.ID}-{symbol}"'
    label = f'<label for="{Piece.ID}-{symbol}">'
    if len(reach) == 2:
        words, start = reach
        options = "".join(
            f'<option value="{number}"{" selected" * (number == start)}>'
            f"{escape(word)}</option>"
            for number, word in enumerate(words)
        )
        return (
            f"{label}{escape(meaning)}</label>"
            f'<select {place} name="{symbol}">{options}</select>'
        )
    low, high, step, start = reach
    return (
        f"{label}<var>{_subscript(symbol)}</var> {escape(meaning)}</label>"
        f'<input {place} type="range" name="{symbol}" min="{low}" '
        f'max="{high}" step="{step}" value="{start}"><output>{start}</output>'
    )


def _code(expression):
    """An expression in JavaScript, in one line."""
    from sympy import jscode

    return " ".join(jscode(expression).split())


def _subscript(symbol):
    return re.sub(r"(\d+)$", r"<sub>\1</sub>", str(symbol))


def _proof(job, label, how, source):
    copied = _highlighted(source, "latex")
    shown = program(job.script("formula"))
    return folded(
        label,
        f"<p>{escape(how)}</p><p>LaTeX</p>{copied}<p>SymPy</p>{shown}",
        f"<p>{escape(job.title)}.</p>",
    )


def _table(columns, spec):
    glyphs = {}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"a table has columns of {sorted(lengths)} rows")
    heads = "".join(
        f'<th scope="col"{_numeric(column[0])}>{escape(name)}</th>'
        for name, column in columns.items()
    )
    rows = "".join(
        "<tr>" + "".join(_cell(value, spec, glyphs) for value in row) + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    html = (
        f'<table class="numbers"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    wide = len(columns) > 3 or sum(map(_longest, columns.items())) > 30
    return Piece("table", html, wide=wide, glyphs=glyphs)


def _longest(named):
    """The letters of the longest word in a column, its name included."""
    name, column = named
    texts = [cell if isinstance(cell, str) else "0.123456" for cell in column]
    words = " ".join([name, *texts]).split()
    return max(map(len, words), default=0)


def _cell(value, spec, glyphs):
    if _is("sympy.Basic", value):
        return f"<td>{_math(latex(value), glyphs)}</td>"
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


def folded(summary, body, title=""):
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
