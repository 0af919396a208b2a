"""A question that asks for a summary → the manual that it names by words of its title or file. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.lexical import content_words, fold
from ingest.records import DocumentRow

_ASKING = re.compile(
    r"(?:resum|sumari|sintesis|sintetiz|summar|overview|outline)\w*|trata|va|about|dame|dime|haz(?:me)?|quiero|necesito|"
    r"puedes?|podrias?|give|make|write|want|need|can|could|tell|show|por|favor|please|breve(?:mente)?|cort[oa]|"
    r"brief(?:ly)?|short|enter[oa]|complet[oa]|whole|entire|full|tod[oa]|all|lineas?|lines?|puntos?|points?|frases?|"
    r"sentences?|parrafos?|paragraphs?|palabras?|words?|\d+|un|dos|tres|cuatro|cinco|diez|one|two|three|four|five|ten"
)
"""Words that ask for it and say what it should be like."""
_SORTS = re.compile(
    r"manual(?:es|s)?|guias?|guides?|documentos?|documents?|docs?|archivos?|ficheros?|files?|libros?|books?|handbooks?|"
    r"usuarios?|users?|pdf|docx?|html?|md|txt|odt|epub|pptx?"
)
"""What a document is called by as well: `the router manual`."""


def summed_up(question: str, rows: Sequence[DocumentRow]) -> str:
    """The id of the one manual that bears every word of the question that does not ask; "" when none or several do."""
    asked = {word for word in _words(question) if not _ASKING.fullmatch(word) and not _SORTS.fullmatch(word)}
    if not asked:
        return ""
    named = [row for row in rows if row.kind == "manual" and asked <= set(_words(f"{row.title} {row.file}"))]
    return named[0].id if len(named) == 1 else ""


def _words(text: str) -> list[str]:
    return [part for word in content_words(fold(text)) for part in re.split(r"[\W_]+", word) if part]
