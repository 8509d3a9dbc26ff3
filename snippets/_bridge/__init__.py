"""How a call in a page becomes HTML: a Python-Markdown extension.

In a page, `{{ sigmoid(1):.4f }}` calls the sigmoid of its topic and shows
0.7311. A call that fails is shown in its place with its page and line, and
the build collects these places and stops.
"""

import importlib
import os
import re
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from snippets._bridge import tex, zensical
from snippets._bridge.call import CALL, MARK, jobs, marked, maths, parse
from snippets._bridge.engine import Pending, engine
from snippets._bridge.index import formulas
from snippets._bridge.job import Failed, Job, Piece
from snippets._bridge.mentions import mentions
from snippets._bridge.page import Page
from snippets._bridge.totals import totals

_ALONE = re.compile(rf"{CALL}[ ]*(?:\n:[ ](?P<caption>.+))?\s*", re.S)
_MATH = r"(?<![\\$])\$(?P<math>[^\s$](?:[^$]*[^\s$])?)\$(?P<after>[.,;:!?)]*)"
_DISPLAY = re.compile(r"\$\$(?P<math>[^$]+)\$\$\s*", re.S)
_LEFT_OVER = re.compile(
    r"<(code|pre)\b.*?</\1>"
    r"|\{\{(?P<call>(?:\x1a\d+\x1a)?\s.*?)(?:\}\}|(?=</)|$)",
    re.S | re.M,
)


class Bridge(Extension):
    """The extension. Its option package names the package of the topics."""

    def __init__(self, **kwargs):
        self.config = {"package": ["snippets", "the package of the topics"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md):
        """Register the parts, which share one Conversion, with md."""
        page = Conversion(md, self.getConfig("package"))
        md.ESCAPED_CHARS.append("$")
        md.preprocessors.register(_Start(page), "bridge", 40)
        md.parser.blockprocessors.register(_Block(page), "bridge", 75)
        md.inlinePatterns.register(_Math(page), "bridge-math", 186)
        md.inlinePatterns.register(_Call(page), "bridge-call", 185)
        md.treeprocessors.register(_Frame(page), "bridge", 15)
        md.postprocessors.register(_LeftOver(page), "bridge", 25)
        zensical.stop(md)


class Conversion:
    """One page on its way from Markdown to HTML."""

    def __init__(self, md, package):
        self.md, self.package = md, package
        (folder,) = importlib.import_module(package).__path__
        self.engine = engine(Path(folder).parent)
        self.start([])

    def start(self, lines):
        """Begin with the lines of a page."""
        self.source = "\n".join(lines)
        self.shared = Page()
        self.pieces = {}
        self.lines = {}
        for line, formula in maths(self.source):
            self.lines.setdefault(" ".join(formula.split()), []).append(line)

    @property
    def path(self):
        """The page's file, if the site generator tells it."""
        links = self.md.treeprocessors
        if "relpath" in links:  # MkDocs
            file = links["relpath"].file.abs_src_path
        else:
            file = zensical.file(self.md)
        return Path(os.path.relpath(file)) if file else Path("page.md")

    def begin(self):
        """Have all begun that this page needs."""
        for _, job in jobs(self.source, self.package, self.path.stem):
            self.engine.begin(job)

    def piece(self, text, form):
        """(call, Piece) of the text between braces, made once a page."""
        text = MARK.sub("", text).strip()
        for known in ((text, "alone"), (text, form)):
            if known in self.pieces and (
                form == known[1]
                or not self.pieces[known][1].stands_alone
                and form == "inline"
            ):
                return self.pieces[known]
        call = parse(text, self.package, self.path.stem)
        piece = call.line or self.engine.result(call.job(form))
        self.pieces[text, form] = call, piece
        return call, piece

    def listed(self, text):
        """(Call, address, Piece) of what formulas(page) lists, or None."""
        call = parse(MARK.sub("", text), self.package, self.path.stem)
        name = call.listed
        if not name:
            return None
        path = self.path.with_name(f"{name}.md")
        if not path.is_file():
            raise LookupError(f"there is no page {path.name!r}")
        page = path.read_text(encoding="utf-8")
        found = formulas(page, self.package, name, self.engine)
        return [(c, f"{path.name}#{key}", piece) for c, key, piece in found]

    def counted(self, text):
        """The Piece of what totals() counts, or None."""
        call = parse(MARK.sub("", text), self.package, self.path.stem)
        if not call.counts:
            return None
        job, made = totals(self.path.parent, self.package, self.engine)
        self.shared.libraries |= made
        return self.engine.result(job)

    def mentioned(self, text):
        """(title, address) of each page that mentions(words) finds, or None.

        None stands for another call.
        """
        words = parse(MARK.sub("", text), self.package, self.path.stem).sought
        return None if words is None else mentions(self.path, words)

    def math(self, source, display):
        """TeX as HTML."""
        form = "display" if display else "tex"
        job = Job(form, " ".join(source.split()))
        return self.use(self.engine.result(job))

    def use(self, piece):
        """The HTML of a Piece, whose outlines the page is to have."""
        self.shared.glyphs |= piece.glyphs
        return piece.html

    def stash(self, html):
        """A stand-in for html that Markdown leaves as it is."""
        return self.md.htmlStash.store(html)

    def attempt(self, text, make):
        """What make returns, or else a box that tells why it failed."""
        try:
            return make()
        except Pending:
            kind, said = "pending", "running"
        except Failed as error:
            kind, said = "failure", str(error)
        except Exception as error:
            kind = "failure"
            said = f"{type(error).__name__}: {error}" + self._origin(error)
        said = escape(f"{self._place(text)}: {' '.join(said.split())}")
        for brace, code in ("{", "&#123;"), ("}", "&#125;"):
            said = said.replace(brace, code)
        return f'<samp class="{kind}">{said}</samp>'

    def _place(self, text):
        name = " ".join(MARK.sub("", text).split())
        mark, lines = MARK.search(text), self.lines.get(name, [0])
        line = int(mark[1]) if mark else lines[0]
        if len(lines) > 1 and not mark:
            del lines[0]
        if MARK.match(text):
            name = f"{{{{ {name} }}}}"
        # Lines of front matter, cut off before; a lab keeps all its lines.
        if self.path.suffix == ".md" and self.path.is_file():
            whole = self.path.read_text(encoding="utf-8").rstrip("\n")
            line += whole.count("\n") - self.source.rstrip("\n").count("\n")
        return f"{self.path}:{line}: {name}"

    def _origin(self, error):
        """Where in a topic Python could not read it."""
        file = Path(getattr(error, "filename", None) or "")
        if file.parent.name != self.package.rsplit(".")[-1]:
            return ""
        return f" ({self.package}/{file.name}:{error.lineno})"


class _Start(Preprocessor):
    def __init__(self, page):
        super().__init__(page.md)
        self.page = page

    def run(self, lines):
        self.page.start(lines)
        self.page.begin()
        return marked("\n".join(lines)).split("\n")


class _Call(InlineProcessor):
    def __init__(self, page):
        super().__init__(CALL, page.md)
        self.page = page

    def handleMatch(self, match, data):
        made = self.page.attempt(match["call"], lambda: self._made(match))
        if isinstance(made, str):
            made = self.page.stash(made)
        return made, match.start(), match.end()

    def _made(self, match):
        if (found := self.page.mentioned(match["call"])) is not None:
            return _links(found)
        call, piece = self.page.piece(match["call"], "inline")
        if piece.stands_alone:
            raise TypeError("a program must stand in a paragraph of its own")
        if piece.kind == "number":
            self.page.shared.count("number", call)
        return self.page.use(piece)


class _Math(InlineProcessor):
    def __init__(self, page):
        super().__init__(_MATH, page.md)
        self.page = page

    def handleMatch(self, match, data):
        html = _set(self.page, match["math"], display=False)
        if match["after"]:
            html = f'<span class="nowrap">{html}{match["after"]}</span>'
        return self.page.stash(html), match.start(), match.end()


class _Block(BlockProcessor):
    def __init__(self, page):
        super().__init__(page.md.parser)
        self.page = page

    def test(self, parent, block):
        match = _ALONE.fullmatch(block)
        if not match:
            return bool(_DISPLAY.fullmatch(block))
        try:
            _, piece = self.page.piece(match["call"], "alone")
        except Exception:
            return True  # to tell why
        return piece.stands_alone

    def run(self, parent, blocks):
        source, page = blocks.pop(0), self.page
        if match := _DISPLAY.fullmatch(source):
            formula = SubElement(parent, "div", {"class": "formula"})
            html = _set(page, match["math"].strip(), display=True)
            formula.text = AtomicString(page.stash(html))
            return
        match = _ALONE.fullmatch(source)
        text, caption = match["call"], match["caption"]
        made = page.attempt(text, lambda: self._make(text, caption))
        if isinstance(made, str):
            SubElement(parent, "p").text = AtomicString(page.stash(made))
            return
        if isinstance(made, list):
            self._list(parent, made)
            return
        identity, piece = made
        html = page.use(piece).replace(Piece.ID, identity)
        outer = SubElement(parent, "div", {"id": identity})
        outer.set("class", f"result {piece.kind}")
        inner = SubElement(outer, "figure") if caption else outer
        inner.text = AtomicString(page.stash(_framed(piece, html)))
        if caption:
            SubElement(inner, "figcaption").text = caption
        if piece.kind != "program":
            link = f'<a href="#{identity}" aria-label="Link to this">#</a>'
            tools = SubElement(outer, "div", {"class": "tools"})
            tools.text = AtomicString(page.stash(piece.tools + link))

    def _list(self, parent, entries):
        outer = SubElement(parent, "dl", {"class": "entries"})
        hidden = {"data-search-exclude": ""}  # each is found at home
        for call, address, piece in entries:
            self.page.shared.count(piece.kind, call)
            name = SubElement(outer, "dt", hidden)
            link = SubElement(name, "a", {"href": address})
            link.text = AtomicString(call.title)
            shown = SubElement(outer, "dd", hidden)
            html = _framed(piece, self.page.use(piece))
            html += f'<div class="tools">{piece.tools}</div>'
            shown = SubElement(shown, "div", {"class": piece.kind})
            shown.text = AtomicString(self.page.stash(html))

    def _make(self, text, caption):
        if (listed := self.page.listed(text)) is not None:
            return listed
        if counted := self.page.counted(text):
            return "totals", counted
        call, piece = self.page.piece(text, "alone")
        if piece.kind in ("figure", "explorer", "claim") and not caption:
            what = "claim" if piece.kind == "claim" else "figure"
            raise ValueError(
                f"a {what} needs a caption: `: text` on a new line"
            )
        self.page.shared.count(piece.kind, call)
        return self.page.shared.identity(call), piece


class _Frame(Treeprocessor):
    """Puts the glyphs before the formulas and the census behind them.

    Only what comes first, and is a heading, is a page's title to MkDocs.
    """

    def __init__(self, page):
        super().__init__(page.md)
        self.page = page

    def run(self, root):
        shared = self.page.shared
        titled = len(root) > 0 and root[0].tag == "h1"
        for place, html in (
            (titled, shared.glyphs and tex.definitions(shared.glyphs)),
            (len(root) + 1, shared.census()),
        ):
            if html:
                part = Element("p")
                part.text = AtomicString(self.page.stash(html))
                root.insert(place, part)


class _LeftOver(Postprocessor):
    """Finds the calls that nothing has run, behind raw HTML or misspelt."""

    def __init__(self, page):
        super().__init__(page.md)
        self.page = page

    def run(self, text):
        return MARK.sub("", _LEFT_OVER.sub(self._left_over, text))

    def _left_over(self, match):
        if not match["call"]:
            return match[0]

        def fail():
            raise ValueError(
                "this call was not run: it needs a space inside both pairs of "
                'braces, and markdown="1" on raw HTML around it'
            )

        return self.page.attempt(match["call"], fail)


def _links(pages):
    """A span of links, one for each (title, address); it may be empty."""
    span = Element("span")
    span.text = "Cited in " if pages else ""
    for title, address in pages:
        link = SubElement(span, "a", {"href": address})
        link.text, link.tail = AtomicString(title), ", "
    for link in span[-1:]:
        link.tail = "."
    return span


def _framed(piece, html):
    """The HTML of a Piece in a box, which keys scroll if it is wide."""
    reach = ' tabindex="0"' if piece.wide else ""
    return f"<div{reach}>{html}</div>"


def _set(page, source, display):
    """TeX as HTML, its calls run first."""

    def make():
        parts, last = [], 0
        for match in re.finditer(CALL, source, re.S):
            call, piece = page.piece(match["call"], "math")
            page.shared.count("number", call)
            parts.append(source[last : match.start()])
            parts.append(piece.html)
            last = match.end()
        made = "".join([*parts, source[last:]])
        if MARK.search(made):
            raise ValueError("a call in this formula lacks its last space")
        return page.math(made, display)

    return page.attempt(source, make)
