"""TeX to inline SVG by matplotlib's mathtext, and to MathML for the ear.

A glyph's outline stands once on a page; every formula refers to it.
"""

import functools
import re

SIZE = 100  # units of the drawing in one em
_PARENTHESES = re.compile(
    r"\\left\(((?:(?!\\left|\\right|\\d?frac).)*?)\s*\\right\)"
)
_FUNCTION = re.compile(
    r"(?<=[\w)}])\s*(?=\\(?:a?(?:cos|sin|tan)h?|exp|ln|log)\b)"
)
_FRACTION = re.compile(r"\\frac|[{}]")


def tidy(tex, display=False):
    """TeX that mathtext sets well: parentheses and fractions in their size."""
    tex = tex.replace(r"\int\limits", r"\int")
    while (plain := _PARENTHESES.sub(r"(\1)", tex)) != tex:
        tex = plain
    tex = re.sub(r"\}\s+(?=\\frac|\\left)", r"} \\, ", tex)
    tex = _FUNCTION.sub(r" \\, ", tex)
    if not display:
        return tex
    depth, parts, last = 0, [], 0
    for match in _FRACTION.finditer(tex):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if match[0] == r"\frac" and depth == 0:
            parts += [tex[last : match.start()], r"\dfrac"]
            last = match.end()
    return "".join([*parts, tex[last:]])


def svg(tex, glyphs):
    """The formula as an SVG that stands on the baseline of the text.

    Its glyphs' outlines are added to the mapping glyphs by id. Raises
    ValueError with mathtext's complaint when the TeX is bad.
    """
    width, height, depth, shapes, rules = _layout(tex)
    above, parts = height - depth, []
    names = [name for name, *_ in shapes]
    for i, (name, outline, scale, x, y) in enumerate(shapes):
        glyphs[name] = outline
        tone = _TONES.get(tuple(names[i : i + 2])) or _TONES.get((name,))
        tone = tone or (i and _TONES.get(tuple(names[i - 1 : i + 1])))
        place = f'x="{x:.0f}" y="{-y:.0f}"'
        if scale != 1:
            move = f"translate({x:.0f} {-y:.0f})"
            place = f'transform="{move}scale({scale:.3g})"'
        tone = f' class="{tone}"' if tone else ""
        parts.append(f'<use xlink:href="#{name}" {place}{tone}/>')
    for x, y, w, h in rules:
        parts.append(
            f'<path d="M{x:.0f} {-y:.1f}h{w:.0f}v{-h:.1f}h{-w:.0f}z"/>'
        )
    em = [f"{value / SIZE:.2f}em" for value in (width, height, -depth)]
    return (
        f'<svg aria-hidden="true" width="{em[0]}" height="{em[1]}" '
        f'style="vertical-align:{em[2]}" '
        f'viewBox="0 {-above:.0f} {width:.0f} {height:.0f}">'
        f"{''.join(parts)}</svg>"
    )


def width(tex):
    """The width of the formula in em."""
    return float(_layout(tex)[0]) / SIZE


def mathml(tex, display=False):
    """The formula as MathML, which a screen reader reads aloud."""
    from latex2mathml.converter import convert

    return convert(tex, display="block" if display else "inline")


def definitions(glyphs):
    """The outlines of a page's glyphs, for its formulas to refer to."""
    paths = "".join(
        f'<path id="{name}" d="{outline}"/>'
        for name, outline in sorted(glyphs.items())
    )
    drawing = f'<svg aria-hidden="true"><defs>{paths}</defs></svg>'
    return f'<div class="glyphs">{drawing}</div>'


# The sigmoid and its derivative have their colours: sigma, sigma with a prime.
_TONES = {
    ("Cmmi10-be",): "sigma",
    ("Cmmi10-be", "Cmsy10-30"): "sigma-prime",
}


@functools.cache
def _layout(tex):
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    font = FontProperties(size=SIZE, math_fontfamily="cm")
    try:
        parse = MathTextParser("path").parse(f"${tex}$", 72, font)
    except ValueError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ValueError(f"bad TeX {tex!r}: {reason}") from None
    shapes = [
        (
            f"{face.postscript_name}-{code:x}",
            _outline(face, index),
            size / SIZE,
            x,
            y,
        )
        for face, size, code, index, x, y in parse.glyphs
    ]
    return parse.width, parse.height, parse.depth, shapes, parse.rects


@functools.cache
def _outline(face, index):
    """A glyph's outline, each point by its way from the last: half as long."""
    from matplotlib.ft2font import LoadFlags

    face.clear()
    face.set_size(SIZE, 72)
    face.load_glyph(index, flags=LoadFlags.NO_HINTING)
    points, codes = face.get_path()
    tenths = [(round(10 * x), round(-10 * y)) for x, y in points]
    pieces, i, start, here = [], 0, (0, 0), (0, 0)
    letters = {1: ("m", 1), 2: ("l", 1), 3: ("q", 2), 4: ("c", 3)}
    while i < len(codes):
        letter, count = letters.get(int(codes[i]), ("z", 0))
        ways = [
            f"{(x - here[0]) / 10:g} {(y - here[1]) / 10:g}"
            for x, y in tenths[i : i + count]
        ]
        pieces.append(letter + " ".join(ways))
        i += max(count, 1)
        here = tenths[i - 1] if count else start
        start = here if letter == "m" else start
    return "".join(pieces)
