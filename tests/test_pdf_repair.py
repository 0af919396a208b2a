"""The second reader of PDFs gives what the first does, and never dies on what neither can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ReadError
from ingest.readers import pdf as first
from ingest.readers import pdf_repair as second
from tests.make_files import pdf

PAGES = ["Preface\nWords of the preface.", "Chapter one\nHow to start.", "Chapter two\nHow to stop."]


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.pdf"
    pdf(path, PAGES, title="The guide", outline=[(1, "Chapter one", 2), (1, "Chapter two", 3)], roman=1)
    return path


def test_both_readers_agree(guide: Path) -> None:
    (one,), (two,) = first.read(guide), second.read(guide)
    assert [p.label for p in two.pages] == [p.label for p in one.pages] == ["i", "1", "2"]
    assert [p.text.split() for p in two.pages] == [p.text.split() for p in one.pages]
    assert [(s.title, s.level, s.page) for s in two.sections] == [(s.title, s.level, s.page) for s in one.sections]
    assert two.title == one.title == "The guide"


@pytest.mark.parametrize("cut", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_read_or_refused_with_advice(guide: Path, cut: float) -> None:
    content = guide.read_bytes()
    guide.write_bytes(content[: int(len(content) * cut)])
    try:
        (document,) = first.read(guide)
    except ReadError as error:
        refusal = str(error)
        assert "Get a new copy" in refusal or "no text" in refusal
        return
    assert document.text.strip()
