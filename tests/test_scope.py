"""Where to look, told from what is chosen beside the question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.filters import Filters
from ingest.records import DocumentRow
from ingest.types import Fields
from rag.page.scope import facets, titles_of
from rag.page.strings import Say


def row(product: str = "", version: str = "") -> DocumentRow:
    fields = replace(Fields(), product=product, version=version)
    return DocumentRow("d", "ticket", "T", "en", "t.csv", "/t.csv", 1, 1, 9, fields)


def test_products_and_versions_are_those_of_the_documents() -> None:
    rows = [row("Faro", "2"), row("Brisa", "1"), row("Faro", "3"), row()]
    assert facets(rows).products == ("Brisa", "Faro")
    assert facets(rows).versions == ("1", "2", "3")
    assert facets(rows, "Faro").versions == ("2", "3")
    assert facets(rows, "Faro").products == ("Brisa", "Faro")
    assert facets([]) == facets([row()])


@pytest.mark.parametrize(
    ("filters", "documents", "titles"),
    [
        (Filters(), (), ()),
        (Filters(), ("a", "gone"), ("Guide A",)),
        (Filters(kind="ticket", product="Faro", version="2.1", status="open"), ("a",),
         ("Guide A", "tickets", "Faro", "version 2.1", "open")),
    ],
    ids=["everything", "a-removed-document-has-no-title", "all-at-once"],
)  # fmt: skip
def test_a_scope_is_named_as_it_was_chosen(
    filters: Filters, documents: tuple[str, ...], titles: tuple[str, ...]
) -> None:
    assert titles_of(filters, documents, {"a": "Guide A", "b": "Guide B"}, Say("en")) == titles
