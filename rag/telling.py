"""What Tomo says of a file or an error, in English → in the language of the page (templates: see ingest.spanish)."""

from __future__ import annotations

from functools import cache

from ingest.spanish import Spanish
from ingest.spanish_files import FILES, WORDS
from ingest.spanish_library import LIBRARY, MODELS, PARTS, SETTINGS
from ingest.types import Language
from rag.spanish_asking import ASKING, CHATS, MEASURING, PAGE, PIECES
from rag.spanish_engine import ENGINE, MEASURED

SENTENCES = (FILES, LIBRARY, MODELS, SETTINGS, ENGINE, ASKING, MEASURING, CHATS, PAGE, MEASURED)
"""English → Spanish of whatever Tomo says of a file or an error."""
INNER = (WORDS, PARTS, PIECES)
"""What stands within those."""


def told(said: object, language: Language) -> str:
    """What an error, a reason or a warning says: in Spanish, or for any other language as it was written."""
    return _spanish().of(str(said)) if language == "es" else str(said)


@cache
def _spanish() -> Spanish:
    return Spanish(SENTENCES, INNER)
