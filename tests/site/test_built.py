"""The built site: what its files hold, refer to and load."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import test_drawings

VOID = set("area base br col embed hr img input link meta source wbr".split())
REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)")
OUTSIDE = re.compile(
    r"@import\s|url\(\s*['\"]?\s*(?:https?:)?//|image-set\(\s*['\"]?http", re.I
)


@dataclass
class Element:
    """An element of a page: its tag, its attributes, what is in it."""

    tag: str
    attributes: dict
    parts: list = field(default_factory=list)

    def __iter__(self):
        """The element, then all that are in it, in order."""
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part

    def all(self, tag, kind=""):
        """The elements of a tag and a class, in order, this one included."""
        for element in self:
            kinds = element["class"].split()
            if element.tag == tag and (not kind or kind in kinds):
                yield element

    def text(self, *without):
        """The text, without that of elements of some tags."""
        return "".join(
            part if isinstance(part, str) else part.text(*without)
            for part in self.parts
            if isinstance(part, str) or part.tag not in without
        )

    def __getitem__(self, name):
        """An attribute, or "" if there is none."""
        return self.attributes.get(name) or ""


class Reader(HTMLParser):
    """Reads HTML into Elements."""

    def __init__(self):
        """Begin with an element for all the others."""
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag, attrs):
        """Open an element."""
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        """Add an element with nothing in it."""
        self.open[-1].parts.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close an element, and those left open in it."""
        tags = [element.tag for element in self.open]
        if tag in tags:
            del self.open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data):
        """Add text."""
        self.open[-1].parts.append(data)


def read(html):
    """The elements of a page, in one that holds them all."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


def repeated(page):
    """The ids that stand more than once on a page."""
    counts = Counter(element["id"] for element in page if element["id"])
    return sorted(name for name, count in counts.items() if count > 1)


def dangling(page):
    """The references in a page's attributes to ids that it has not."""
    ids = {element["id"] for element in page}
    wanted = set()
    for element in page:
        if element.tag == "use":
            wanted.add((element["xlink:href"] or element["href"])[1:])
        for name, value in element.attributes.items():
            wanted |= set(REFERENCE.findall(value or ""))
            if name in ("aria-labelledby", "aria-describedby"):
                wanted |= set(value.split())
    return sorted(wanted - ids)


def outside(page, host):
    """What a page loads from another host than its own."""
    found = []
    for element in page:
        if element.tag not in ("a", "area"):
            loads = [element[n] for n in ("src", "href", "xlink:href", "data")]
            loads += re.split(r"[\s,]+", element["srcset"])
            hosts = {urlsplit(load).netloc for load in loads}
            found += sorted(hosts - {"", host})
        style = element.text() if element.tag == "style" else element["style"]
        found += OUTSIDE.findall(style)
    return found


def drawings(page):
    """The boxes of figures, still and movable, on a page."""
    kinds = "figure", "explorer"
    return [box for kind in kinds for box in page.all("div", kind)]


def unlabelled(page):
    """The ids of figures that do not say what they are and show."""
    found = []
    for box in drawings(page):
        images = [svg for svg in box.all("svg") if svg["role"] == "img"]
        names = [name for svg in images for name in svg.parts[:2]]
        captions = [c for f in box.all("figure") for c in f.all("figcaption")]
        if not (
            len(images) == len(captions) == 1
            and [name.tag for name in names] == ["title", "desc"]
            and images[0]["aria-labelledby"]
            == " ".join(name["id"] for name in names)
            and all(part.text().strip() for part in names + captions)
        ):
            found.append(box["id"])
    return found


def misnamed(page):
    """Links within a page, whose text is not that of the heading they name.

    They are those of the table of contents; the sign that links a heading to
    itself stands within it.
    """
    headings = {
        heading["id"]: "".join(
            part if isinstance(part, str) else part.text()
            for part in heading.parts
            if isinstance(part, str) or part["class"] != "headerlink"
        )
        for level in "123456"
        for heading in page.all(f"h{level}")
        if heading["id"]
    }
    found = []
    for link in page.all("a", "md-nav__link"):
        place, said = link["href"], " ".join(link.text().split())
        if place[:1] == "#" and headings.get(place[1:]) != said:
            found.append(said)
    return found


def unrun(page):
    """The calls that a page shows as they were written, code aside."""
    return re.findall(r"\{\{\s.*", page.text("code", "pre", "script"))


@pytest.fixture(scope="module")
def built(site):
    """{path: its elements} of every page of the built site."""
    return {
        path.relative_to(site).as_posix(): read(path.read_text("utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def source(path):
    """The Markdown file that a built page is made from."""
    return (path.removesuffix("index.html").strip("/") or "index") + ".md"


def draws(call):
    """Whether a call makes a figure, still or movable."""
    return f"{call.page}: {call.text}" in test_drawings.drawings


def programs(page):
    """The texts of the programs that a page's calls show."""
    return [
        code.text()
        for box in page.all("div", "result")
        for block in box.all("div", "language-python")
        for code in block.all("code")
    ]


def last_name(program):
    """The name that a program's last line assigns its result to, or None."""
    last = re.search(r"\n\n(\w+) = .*\n\Z", program)
    return last and last[1]


def found(check, built):
    """{path: what check finds}, pages without a finding left out."""
    seen = {path: check(page) for path, page in built.items()}
    return {path: flaws for path, flaws in seen.items() if flaws}


def test_every_page_is_built(built, pages, root):
    """Each Markdown file, and each lab, has become a page."""
    names = [p.stem.replace("index", "") for p in pages]
    names += [f"labs/{p.stem}" for p in (root / "docs" / "labs").iterdir()]
    assert {f"{n}/index.html".lstrip("/") for n in names} <= set(built)


def test_every_id_is_unique(built):
    """An id stands once on its page, or a link could lead elsewhere."""
    assert found(repeated, built) == {}


def test_every_reference_resolves_on_its_page(built):
    """Glyphs, clip paths and labels that are referred to are there."""
    assert found(dangling, built) == {}


def test_glyphs_and_clip_paths_are_referred_to(built):
    """There are such references, of each kind, so the test above can fail."""
    page = built["function/index.html"]
    assert any(element["xlink:href"] for element in page.all("use"))
    assert any("url(#" in element["clip-path"] for element in page)
    assert any(element["aria-labelledby"] for element in page.all("svg"))


def test_no_drawing_styles_the_page(built):
    """A style in an inline SVG would hold for the whole page."""
    styles = {
        path: [svg for svg in page.all("svg") if [*svg.all("style")]]
        for path, page in built.items()
    }
    assert styles == dict.fromkeys(built, [])


def test_every_stroke_has_a_width(site):
    """A line of no or negative width would be drawn as anything but that."""
    widths = [
        float(width)
        for path in site.rglob("*.html")
        for width in re.findall(r"stroke-width: ([-\d.]+)", path.read_text())
    ]
    assert len(widths) > 50 and min(widths) > 0


def test_every_figure_says_what_it_shows(built):
    """A figure is an image with a title, a description and a caption."""
    assert found(unlabelled, built) == {}


def test_every_figure_called_is_on_its_page(built, calls):
    """No figure gets lost, and none stands without its box."""
    called = {f"{call.page}: {call.text}" for _, call in calls}
    assert set(test_drawings.drawings) <= called
    for path, page in built.items():
        made = [call for name, call in calls if name == source(path)]
        wanted = [*map(draws, made)].count(True)
        if path.startswith("labs/"):
            codes = page.all("div", "language-python")
            wanted = sum("plt.show()" in code.text() for code in codes)
        images = [svg for svg in page.all("svg") if svg["role"] == "img"]
        assert len(images) == len(drawings(page)), path
        assert len(images) == wanted, path


def test_the_contents_name_the_headings(built):
    """The table of contents says what the headings say, and no more."""
    links = [a for p in built.values() for a in p.all("a", "md-nav__link")]
    assert any(link["href"].startswith("#") for link in links)
    assert found(misnamed, built) == {}


def test_no_id_is_longer_than_an_address_may_be(built):
    """An anchor is a few words, as it stands in a reader's address bar."""
    ids = [element["id"] for page in built.values() for element in page]
    assert [name for name in ids if len(name) > 60] == []


def test_every_value_tells_its_call(built):
    """A number carries all its digits, and the call that made it."""
    values = [data for page in built.values() for data in page.all("data")]
    assert values
    for data in values:
        assert data["value"] and data["title"] and data.text(), data


def test_no_call_is_left_as_it_was_written(built):
    """No page shows braces with a call in them, code aside."""
    assert found(unrun, built) == {}


def test_no_page_has_a_failure(built):
    """The box that tells of a failure is for the one who writes."""
    boxes = [b for p in built.values() for b in p.all("samp", "failure")]
    assert boxes == []


def test_no_page_loads_from_another_host(built, address):
    """No script, style, image or font of a page leaves the site."""
    host = urlsplit(address).netloc
    assert found(lambda page: outside(page, host), built) == {}


def test_no_style_sheet_loads_from_another_host(site):
    """Nor does any that a style sheet asks for."""
    sheets = sorted(site.rglob("*.css"))
    assert len(sheets) > 1
    for path in sheets:
        assert OUTSIDE.findall(path.read_text("utf-8")) == [], path


def test_every_program_shown_is_the_program_of_its_call(built, calls):
    """What a reader copies is, to the byte, what the other tests run."""
    for path, page in built.items():
        here = [call for name, call in calls if name == source(path)]
        texts = programs(page)
        names = {last_name(text) for text in texts}
        known = {call.program for call in here if call.shows_code}
        for call in here:
            if not call.shows_code:
                known |= {call.script(name) for name in names - {None}}
        assert set(texts) <= known, path
        whole = [c for c in here if c.shows_code and len(c.node.args) == 1]
        assert {call.program for call in whole} <= set(texts), path
        for call in filter(draws, here):
            assert {call.script(n) for n in names - {None}} & set(texts), path


def claims(page):
    """(name, id) of each formula of a page that says how it is known."""
    found = []
    for kind in ("formula", "derivation"):
        for box in page.all("div", kind):
            folds = [fold for fold in box.all("details") if box["id"]]
            found += [(fold.parts[1], box["id"]) for fold in folds]
    return found


def test_the_index_lists_every_formula_with_its_place(built, pages):
    """Each formula of each page is in it, once, with a link that leads to it.

    The front page shows only formulas that are at home on others.
    """
    index = built["formulas/index.html"]
    entries = [*zip(index.all("dt"), index.all("dd"), strict=True)]
    listed = {}
    for name, shown in entries:
        (link,) = name.all("a")
        path, _, place = link["href"].partition("#")
        listed[f"{path.removeprefix('../')}index.html", place] = link.text()
        assert [*shown.all("details")] and [*shown.all("svg")]
    assert len(listed) == len(entries) > 50
    known = {}
    for path, page in built.items():
        for text, name in claims(page):
            topic = source(path).removesuffix(".md")
            again = name.rstrip("0123456789").removesuffix("-") != name
            if name.startswith(f"{topic}-") and not again:
                known[path, name] = text.text().rstrip(".")
            elif not again:
                home = name.partition("-")[0]
                assert (f"{home}/index.html", name) in listed, (path, name)
    assert listed == known


def test_every_program_shown_is_at_most_79_columns_wide(built):
    """It can be read on a phone, with what the bridge has put into it."""
    texts = [text for page in built.values() for text in programs(page)]
    assert texts
    lines = [line for text in texts for line in text.split("\n")]
    assert [line for line in lines if len(line) > 79] == []


@pytest.mark.parametrize(
    "check, good, bad",
    [
        (repeated, '<p id="a"><b id="b">', '<p id="a"><b id="a">'),
        (
            dangling,
            '<svg><path id="a"/><use xlink:href="#a"/></svg>',
            '<svg><path id="b"/><use xlink:href="#a"/></svg>',
        ),
        (
            dangling,
            '<clipPath id="a"></clipPath><g clip-path="url(#a)">',
            '<p id="aa"></p><g clip-path="url(#a)">',
        ),
        (
            dangling,
            '<svg aria-labelledby="a b"><title id="a"/><desc id="b"/></svg>',
            '<svg aria-labelledby="a b"><title id="a"/></svg>',
        ),
        (unrun, "<p><code>{{ f() }}</code>", "<p>a <b>{{ f() }}</b>"),
        (
            misnamed,
            '<h2 id="a">A <b>b</b><a class="headerlink">¶</a></h2>'
            '<a class="md-nav__link" href="#a"> <b>A b</b> </a>'
            '<a class="md-nav__link" href="a/">C</a>',
            '<h2 id="a">A</h2><a class="md-nav__link" href="#a">A b</a>',
        ),
    ],
)
def test_a_flaw_in_a_page_is_found(check, good, bad):
    """Each check finds its flaw, and nothing in what is right."""
    assert check(read(good)) == []
    assert len(check(read(bad))) == 1


FIGURE = (
    '<div class="result figure" id="f"><figure><div><svg role="img" '
    'aria-labelledby="f-title f-desc"><title id="f-title">T</title>'
    '<desc id="f-desc">D</desc></svg></div>'
    "<figcaption>C</figcaption></figure><details>more</details></div>"
)


@pytest.mark.parametrize(
    "part, flaw",
    [
        ('role="img"', ""),
        ("f-title f-desc", "f-title"),
        ('<title id="f-title">T</title>', ""),
        (">T<", "> <"),
        (">D<", "><"),
        (">C<", "> <"),
        ("<figcaption>C</figcaption>", ""),
        ("svg", "b"),
        ("figure>", "div>"),
    ],
)
def test_an_unlabelled_figure_is_found(part, flaw):
    """A figure that lacks one of its labels is found by its id."""
    assert part in FIGURE and unlabelled(read(FIGURE)) == []
    assert unlabelled(read(FIGURE.replace(part, flaw))) == ["f"]


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.org/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.org/x.css">',
        '<img src="http://a.org/x.png">',
        '<img srcset="x.png 1x, https://a.org/x.png 2x">',
        '<iframe src="https://a.org"></iframe>',
        '<object data="https://a.org/x.svg"></object>',
        '<image xlink:href="https://a.org/x.svg"/>',
        '<style>p {background: url("https://a.org/x.png")}</style>',
        "<style>@import 'x.css';</style>",
        '<p style="background: url(//a.org/x.png)">',
    ],
)
def test_a_load_from_another_host_is_found(html):
    """Whatever leaves the site while a page is shown is found."""
    assert len(outside(read(html), "here.org")) == 1


def test_what_stays_on_the_site_is_not_a_load_from_another_host():
    """Links for readers, own addresses and inline data are left alone."""
    html = (
        '<a href="https://a.org">a</a><img src="https://here.org/x.png">'
        '<link href="../x.css"><script>"https://a.org"</script>'
        '<img src="data:image/png;base64,aa//"><img src="x.png">'
        "<p style='background: url(x.png)'>@import is a word</p>"
    )
    assert outside(read(html), "here.org") == []
