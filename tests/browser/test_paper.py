"""The cheat sheet on paper."""

import re
import shutil
import subprocess

import pytest

WORDS = [
    "Cheat sheet",
    "In words",
    "Definition and forms",
    "Derivative and integral",
    "Five numbers",
    "0.7311",
    "Limits of floats",
    "−745.133",
    "def sigmoid(x):",
    "def cross_entropy(x, y):",
    "When to use it",
    "Computed while this page was built",
]


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_the_sheet_fits_one_sheet(visit, tmp_path, size):
    """Chromium prints it on one sheet, all that it says, in two columns."""
    tab = visit("sheet/")
    path = tmp_path / "sheet.pdf"
    tab.pdf(path=path, format=size)
    assert len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) == 1
    tab.emulate_media(media="print")
    left, right = (
        tab.locator(f"#{name}").bounding_box()["x"]
        for name in ("takeaways", "code")
    )
    assert left < 100 < 300 < right
    said = tab.locator("article").inner_text()
    assert [words for words in WORDS if words not in said] == []
    if reader := shutil.which("pdftotext"):  # what the printer is told
        command = [reader, "-layout", path, "-"]
        text = subprocess.check_output(command, text=True)
        assert [words for words in WORDS if words not in text] == []


def test_another_page_is_printed_in_one_column(visit):
    """Only the sheet has columns."""
    tab = visit("function/", 703)
    tab.emulate_media(media="print")
    columns = "e => getComputedStyle(e).columnCount"
    assert tab.locator("article").evaluate(columns) == "auto"
