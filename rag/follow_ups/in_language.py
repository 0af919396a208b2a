"""A wish for the same in Spanish or in English → that language. By rule."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.errors import SettingsError
from ingest.filters import Filters
from ingest.library import Library
from ingest.types import Language
from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import STRIP
from rag.phrases import say
from rag.types import Question, Style

# Written for folded text: no accents, lower case.
_WISH = re.compile(
    r"(?:(?:y|pero|and|but|ok|vale)[ ,]+)*"
    r"(?:(?:me )?(?:lo |la )?(?:(?:lo )?puedes |podrias |(?:can|could) you )?(?:me )?(?:lo )?"
    r"(?:di(?:me)?(?:lo)?|dices?|decir(?:me)?(?:lo)?|pon(?:me)?(?:lo)?|pones|poner(?:me)?(?:lo)?|da(?:me)?(?:lo)?|"
    r"muestra(?:me)?(?:lo)?|repite(?:lo)?|repetir(?:lo)?|traduce(?:me)?(?:lo)?|traducir(?:me)?(?:lo)?|responde|contesta|"
    r"say|show|repeat|give|translate|answer|put|tell)(?: (?:it|this|that|me|us|lo|eso|esto))*[ ,]*)?"
    r"(?:(?:lo (?:tienes|hay|quiero)|(?:is it|do you have it|what about|how about) ?(?:there)?)[ ,]*)?"
    r"(?:en|al|in|into|to) (?P<named>ingles|english|espanol|castellano|spanish)"
    r"(?:,? (?:por favor|please|mejor|tambien|too))?"
)
_SPANISH = ("espanol", "castellano", "spanish")


def in_wished(
    asked: Question, sought: Question, filters: Filters, library: Library, style: Style
) -> tuple[Question, Filters]:
    """A message that is completed to `sought`, and its filters, as its wish for a language has them.

    They stay without a wish, or where it stands alone. What is quoted can only be shown as it is said there: then only
    documents in that language are read. SettingsError where there are none.
    """
    wish = wished_language(asked.text) if sought is not asked else None
    if wish is None:
        return asked, filters
    if style == "quote":
        filters = replace(filters, language=wish)
        if not library.holds(filters):
            raise SettingsError(say("es" if sought.language == "es" else "en", f"language.none.{wish}"))
    return replace(asked, language=wish), filters


def wished_language(text: str) -> Language | None:
    """The language that is wished for, when that is all that a message says."""
    wish = _WISH.fullmatch(" ".join(plain(text).split()).strip(STRIP))
    if wish is None:
        return None
    return "es" if wish["named"] in _SPANISH else "en"
