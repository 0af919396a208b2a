"""Question → the codes it asks about: the 79 of "error 79", the E-26 of "the drive shows E-26", the 4.3 of "what is
new in 4.3"."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.lexical import fold
from rag.search.spellings import UNIT, pattern

NOUN = (
    r"(?:err(?:or(?:es|s)?)?|codigos?|codes?|faults?|fall[oa]s?|averias?|alarm(?:as?|s)?|avisos?|warnings?|mensajes?|"
    r"messages?|parametros?|parameters?|status|estados?|events?|eventos?|causas?|causes?)"
)
SHOWS = (
    r"(?:shows?|showing|displays?|displaying|says?|reads?|gives?|means?|muestra|sale|salta|aparece|indica|marca|pone|da|"
    r"dice|significa)"
)
_LETTERS = r"(?:0x[0-9a-f]{2,16}|[a-z]{1,3}-?\d{1,4}|[a-z]{2,8}[-_]\d{2,6})"
_LONG = r"0x[0-9a-f]{1,16}|[a-z]{1,8}[-_]?\d[\w-]{0,11}"
_COUNTED = r"\s(?:veces|times|days?|dias?|weeks?|semanas?|years?|anos?|pages?|paginas?|steps?|pasos?|lines?|lineas?)\b"
_AFTER = rf"(?![\w.,/:-]*\d|\s?%|{UNIT}|{_COUNTED})"
_SMALL = r"(?:en|al|de|el|la|lo|le|un|ya|mi|si|se|in|on|at|by|of|to|is|as|or|if|an|it|my|we|us|be|do|so|up)"
"""Words that are no letters of a code: an error in 3 printers."""
_NUMBER_SIGN = re.compile(r"\bn\.?\s?[º°]\.?", re.IGNORECASE)
_PATTERNS = tuple(
    re.compile(text)
    for text in (
        rf"\b{NOUN}(?![^\W\d_])(?:\s+(?:de\s+)?(?:{NOUN}|numero|number|num|nr|no|id|n)\b\.?)?\s*[#°:]*\s*"
        rf"((?!{_SMALL}\s)(?:[a-z]{{1,2}}[- ]?)?\d{{1,5}}){_AFTER}((?:\s*(?:,|y|e|o|and|or)\s*\d{{1,5}}\b)*)",
        rf"\b{NOUN}(?:\s+(?:de\s+)?{NOUN})?\s*:?\s*({_LONG})\b{_AFTER}()",
        rf"\b{SHOWS}\s+(?:(?:an?|the|el|la|un|una|only|solo)\s+)?({_LETTERS})\b{_AFTER}()",
        rf"\b({_LETTERS})\s+(?:means?|significa|quiere decir)\b()",
        rf"^\W*(0x[0-9a-f]{{2,16}}|[a-z]{{1,3}}-?\d{{2,4}}|[a-z]{{2,8}}[-_]\d{{2,6}})\b{_AFTER}()",
        rf"\b(?:what is|what's|que es)\s+({_LETTERS})\W*$()",
    )
)
VERSION = r"(?:versiones|version|releases?|firmware|v)"
_NEWS = re.compile(
    r"\b(?:new|news|changes?|changed|changelog|release notes?|fixed|added|removed|novedad(?:es)?|nuev[oa]s?|"
    r"cambi(?:os?|an?|o|aron|ado)|notas de (?:la )?version|corrig(?:e|io|ieron)|anad(?:e|io|ieron)|mejoras?)\b"
)
_NUMBERED = rf"(?:{VERSION}\s?(?P<named>\d{{1,4}}(?:\.\d{{1,5}}){{1,3}})|(?P<bare>\d{{1,4}}(?:\.\d{{1,4}}){{1,2}}))"
_NO_VERSION = (
    r"(?:sections?|seccion(?:es)?|apartados?|chapters?|capitulos?|figures?|figuras?|tables?|tablas?|see|ver|vea|page|"
    r"pagina|step|paso|of|de|to|a|in|en|is|es|and|y|or|o|the|la|el)"
)
_BEFORE = r"(?:in|of|between|and|from|en|de|del|entre|y|e|novedades|changelog|changes|notes)\s+(?:the|la|el)?|a\s+la"
_PRODUCT = rf"(?:(?!{_NO_VERSION}\b)[^\W\d_]\w+\s+)?"
_VERSION = re.compile(
    rf"(?<![\w.,])(?:(?:{_BEFORE})\s*{_PRODUCT}|(?={VERSION}\s?\d)){_NUMBERED}(?![\w.,-]*\d|\s?%|{UNIT}|{_COUNTED})"
)
NAMED = (
    rf"(?:\b{VERSION}[\s:]*|"
    rf"(?!{_NO_VERSION}\b)\b[^\W\d_]{{2,}}[ \t_/-]+v?)"
)
"""Before the number of a version: a word for one, or what has versions ("Python 3.12"), but no word for a section."""
ALONE = r"(?=[ \t]*[\t|]|[\W\d_]*$)"
"""After the number of a version that begins a line: the next cell of a row, a date in figures, nothing."""
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
MARKS = r"[\s#*_|>•●▪◦–([-]*"
"""What may stand before the first word of a line."""
_BEGINS = rf"^{MARKS}(?:{NOUN}\b[\s:#ºo°.-]*(?:de\s+)?){{0,2}}"
"""A line up to the code that it begins with, with or without a word for one."""
_TELLS = (
    rf"\b(?:{SHOWS}|(?:return|answer|respond|repl(?:y|ie)|fail|devuelv|contest|fall)(?:s|e[ns]?|a[ns]?)?(?:\s(?:with|con))?)"
    r"\s(?:(?:an?|the|el|la|un)\s)?[\"'“‘«(]*"
)
"""A display, a server or a program says a number: `if it shows 79`, `the server answers 429`."""
_SAID = (
    r"[\"'”’»)\]]*(?:\W*$|[,;:.!?)]|\s(?:and|or|but|if|when|while|until|instead|on|in|at|y|o|u|pero|si|cuando|mientras|"
    r"hasta|en|al)\b(?!\s?\d))"
)
"""What follows it where nothing is counted: `shows 79 and`, not `shows 79 pages`."""
_STANDS = (
    rf"(?:{_BEGINS}|\b{NOUN}\b\W*(?:\w+\W+){{0,2}}|(?<![^\W\d_])[a-z]{{1,3}}-?|"
    rf"\bhttp(?:/[\d.]+)?\s|{_TELLS}(?=\d+{_SAID}))"
    r"0{0,3}%s(?!\w|[.,]\d)"
)


def stands(name: str, text: str) -> bool:
    """Whether a text has this as a code: a bare number begins a line, follows letters or a word for a code, or is said
    by a display or a server.

    A version, or one that goes on from it (4.5.2), follows a word, or begins a row, or stands in a line of its own,
    perhaps with a date: 4.5 may be a section's number.
    """
    if _DOTTED.fullmatch(name):
        return _released(name).search(fold(text)) is not None
    if not name.isdigit():
        return pattern(name).search(text.casefold()) is not None
    return _standing(name.lstrip("0") or "0").search(fold(text)) is not None


def defines(name: str, text: str) -> bool:
    """Whether a line of a text begins with this code, as a row, an entry or a heading does that explains it.

    In any spelling: who asks for E-04 means the row of E04.
    """
    return stands(name, text) and _beginning(fold(name)).search(fold(text)) is not None


@lru_cache(maxsize=256)
def _beginning(name: str) -> re.Pattern[str]:
    if name.isdigit():
        number = rf"0{{0,3}}{re.escape(name.lstrip('0') or '0')}"
    else:
        number = re.escape(name) if _DOTTED.fullmatch(name) else pattern(name).pattern
    return re.compile(rf"{_BEGINS}{number}(?!\w|[.,]\d)", re.MULTILINE)


@lru_cache(maxsize=256)
def _released(version: str) -> re.Pattern[str]:
    number = rf"{re.escape(version)}(?!\d)"
    return re.compile(rf"(?:{NAMED}{number}|^{MARKS}{number}{ALONE})", re.MULTILINE)


@lru_cache(maxsize=256)
def _standing(number: str) -> re.Pattern[str]:
    return re.compile(_STANDS % number, re.MULTILINE)


def codes(text: str) -> tuple[str, ...]:
    """Each as it is written, in lower case, without accents; versions where it is asked what is new in them."""
    folded = fold(_NUMBER_SIGN.sub(" n ", text))  # folded, its º would be a letter as the O of OL2 is
    found = (match for pattern in _PATTERNS for match in pattern.finditer(folded))
    news = _VERSION.finditer(folded) if _NEWS.search(folded) else ()
    versions = (one["named"] or one["bare"] for one in news)
    return tuple(dict.fromkeys((*(code for one in found for code in (one[1], *re.findall(r"\d+", one[2]))), *versions)))
