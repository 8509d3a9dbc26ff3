"""What only Zensical can tell: which file a page is, and that it is built.

Zensical runs no hooks, so a page with a failure stops its build by itself.
"""

import sys
from pathlib import Path

from snippets._bridge.page import failures


def file(md):
    """The file of the page that md converts, or None without Zensical."""
    if "rendering_context" not in md.preprocessors:
        return None
    told = md.preprocessors["rendering_context"]
    root, docs = told.config["root_dir"], told.config["docs_dir"]
    return Path(root, docs, told.page.path)


def stop(md):
    """Make md stop a build at a page with failures; serving shows them.

    The page is whole only here: postprocessors see each heading by itself.
    """
    convert = md.convert

    def convert_or_stop(source):
        html = convert(source)
        said = failures(html)
        if said and file(md) and sys.argv[1:2] != ["serve"]:
            # Zensical tells of one page only.
            print(*said, sep="\n", file=sys.stderr)
            raise RuntimeError(f"failures, told above: {len(said)}")
        return html

    md.convert = convert_or_stop
