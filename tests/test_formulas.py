"""docs/formulas.md: every page with formulas is listed, in order."""

from pathlib import Path

from snippets._bridge.call import find, jobs, parse

DOCS = Path(__file__).parents[1] / "docs"


def test_every_page_with_formulas_has_its_list():
    """A page whose snippets use SymPy in a result of its own is listed."""
    text = (DOCS / "formulas.md").read_text(encoding="utf-8")
    calls = [parse(call, "snippets", "formulas") for _, call in find(text)]
    listed = [call.listed for call in calls]
    assert len(listed) == len(set(listed)) > 5
    wanted = set()
    for path in DOCS.glob("*.md"):
        page = path.read_text(encoding="utf-8")
        for call, job in jobs(page, "snippets", path.stem):
            if call and job.form == "alone" and "sympy" in call.program:
                own = call.targets[0][0] == path.stem
                if own and not call.spec:  # a claim has a verdict there
                    wanted.add(path.stem)
    assert wanted == set(listed)


def test_the_headings_are_the_titles_of_the_pages():
    """Each list stands under its page's title, with its name for an id."""
    text = (DOCS / "formulas.md").read_text(encoding="utf-8")
    for part in text.split("\n## ")[1:]:
        title, _, rest = part.partition(" {#")
        name = rest.partition("}")[0]
        assert f"{{{{ formulas({name}) }}}}" in part
        page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        assert f"\n# {title}\n" in page
