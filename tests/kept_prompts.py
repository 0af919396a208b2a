"""A long document and questions about it, for the tests of saved prompts."""

from __future__ import annotations

from rag.types import Keep, Message

KEEP = Keep({"doc": "digest"}, "Printer manual")
DOCUMENT = " ".join(f"Page {n}: the printer has paper {n * 7 % 91} and a red light {n * 3 % 17}." for n in range(90))


def prompt(question: str, document: str = DOCUMENT) -> list[Message]:
    """A question about the document."""
    return [Message("system", document), Message("user", question)]
