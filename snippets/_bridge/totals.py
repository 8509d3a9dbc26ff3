"""What all pages of a site show together, counted while it is built."""

import ast
import functools
import itertools
from collections import Counter

from snippets._bridge.call import jobs
from snippets._bridge.job import Failed, Job, libraries

_KINDS = "derivation", "figure", "explorer", "table", "program", "claim"


def totals(docs, package, engine):
    """(Job, libraries): a table of the results on all pages in a folder.

    Each counts as often as it is shown in its place: a list of formulas shows
    none anew. What fails is left for its own page to say.
    """
    pages = sorted(docs.glob("*.md"))
    calls = [
        (call, job)
        for page in pages
        for call, job in jobs(page.read_text("utf-8"), package, page.stem)
        if call
    ]
    for _, job in calls:
        engine.begin(job)
    counts, made = Counter({"page": len(pages)}), set()
    functions = {target for call, _ in calls for target in call.targets}
    counts["function"] = len(functions)
    for call, job in calls:
        try:
            kind, label = engine.kind(job)
        except Failed:
            continue
        counts["number" if job.form == "math" else kind] += 1
        counts[label] += kind == "formula"
        made |= set(libraries(call.program))
    files = engine.folder.glob("tests/**/test_*.py")
    counts["test"] = sum(_tests(path.read_text("utf-8")) for path in files)
    rows = {
        "pages": "page",
        "functions that they call or show": "function",
        "numbers in sentences and formulas": "number",
        "formulas": "formula",
        "– proved": "proved",
        "– checked numerically": "checked numerically",
        "– definitions": "definition",
        "– terms, which claim nothing": "",
        **{f"{kind}s": kind for kind in _KINDS},
        "tests": "test",
    }
    rows = {name: counts[kind] for name, kind in rows.items() if counts[kind]}
    columns = {"what": [*rows], "how many": [*rows.values()]}
    return Job("alone", "", repr(columns)), made


@functools.cache
def _tests(text):
    """How many functions of a test file test something."""
    nodes = ast.parse(text).body
    classes = [node.body for node in nodes if isinstance(node, ast.ClassDef)]
    return sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for node in itertools.chain(nodes, *classes)
    )
