"""The pages of a PDF → what to tell a person where most of them hold no text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest.types import Document

LETTERS = 40
"""A page with fewer says nothing: its number, the head of a page, what is left of a broken font."""
_FEWEST_PAGES = 4


def warning(path: Path, documents: Iterable[Document], ocr: bool) -> str:
    """ "" unless most pages of a PDF came out empty: then how many, and what can be done.

    `ocr` says whether its pictures were read.
    """
    pages = [page for document in documents if path.suffix.lower() == ".pdf" for page in document.pages]
    bare = sum(sum(map(str.isalnum, page.text)) < LETTERS for page in pages)
    if len(pages) < _FEWEST_PAGES or 2 * bare <= len(pages):
        return ""
    if not ocr:
        return (
            f"{bare} of its {len(pages)} pages hold hardly any text, and no answer comes from those. Ingest it without "
            "--no-ocr to have its pictures read."
        )
    return (
        f"{bare} of its {len(pages)} pages hold hardly any text, and no answer comes from those. If a viewer shows "
        "text there, print or scan it to a new PDF and ingest that."
    )
