"""Text → where it names people by their logins: `maria.gomez` anywhere, `jlopez` where what stands around says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ingest.name_lists import GIVEN, GIVEN_OR_WORD, SURNAMES, SURNAMES_OR_WORDS
from ingest.pii_names import NO_NAMES, Found, plain

_LOGIN = r"[a-zà-ÿ]+(?:[._-][a-zà-ÿ]+){0,2}\d{0,4}"
_BEFORE = r"(?<![\w/\\@=.~$#%-])"
_AFTER = r"(?![\w/\\@=(]|\.\w|-\w)"
_ANYWHERE = re.compile(rf"{_BEFORE}@?(?P<name>[a-zà-ÿ]+[._][a-zà-ÿ]+\d{{0,4}}){_AFTER}")
_NAMED = re.compile(
    r"(?:(?<![\w/\\@=.~$#%-])(?i:user(?:[ ]?name| id)?|usuari[oa]|log[ -]?in|account|cuenta|agente?|assignee|reporter"
    r"|assigned to|asignad[oa] a|reported by|created by|cread[oa] por|closed by|cerrad[oa] por|informador|responsable"
    r"|t[eé]cnico|cc|ask|told|contact|spoke (?:to|with)|habl(?:é|ar) con|pregunt(?:a|ar|é) a|seg[uú]n|according to"
    rf"|from|by|por|de parte de)(?:[ ]?[:=][ ]?|[ ])[\"'«“]?|(?<![\w/.:])@)(?=(?P<name>{_LOGIN}){_AFTER})"
)
_SAYS = re.compile(
    rf"{_BEFORE}(?P<name>{_LOGIN})[\"'»”]?"
    r"(?=[ ](?:wrote|writes|said|says|replied|commented|confirmed|confirms|reported|reports|asked|answered|added"
    r"|escribió|escribe|dijo|dice|coment[óa]|respond(?:ió|e)|confirm[óa]|pregunt[óa]|report[óa]|indic[óa]|avis[óa]|añadió)"
    r"(?!\w))"
)
_LEAST = 4, 6
"""Letters of a surname that one initial may stand before, and two: what is shorter is too like a word."""
_WORDS = frozenset(
    "state estate restate cross across trial trees frees crees varias corta porta turbina vacuna asegura amontes "
    "acortes amares eramos tomorrow referrer sorta arial karcher smiles swells dwells sharding sharper gstate".split()
)
"""Words that are made like a login, folded."""
_NO_SURNAMES = frozenset("short fields sharp roman cross".split())
"""Surnames that stand behind a letter in programs and parts: csharp, ushort."""


@lru_cache(maxsize=1 << 14)
def is_login(word: str) -> bool:
    """Whether a word in lower case is made of a person's names: jlopez, j.lopez, maria.gomez, mariagomez, gomez_m."""
    parts = [plain(part) for part in re.split(r"[._-]", word.rstrip("0123456789")) if part]
    if not word.islower() or any(part in NO_NAMES for part in parts):
        return False
    if len(parts) == 1:
        return _is_glued(parts[0])
    sure = [part in GIVEN or part in SURNAMES for part in parts]
    return any(sure) and all(one or _is_likely(part) for one, part in zip(sure, parts, strict=True))


def _is_likely(part: str) -> bool:
    return len(part) == 1 or part in GIVEN_OR_WORD or part in SURNAMES_OR_WORDS


def _is_glued(word: str) -> bool:
    """An initial or two, or a given name, before a surname."""
    if any(word in listed for listed in (GIVEN, GIVEN_OR_WORD, SURNAMES, SURNAMES_OR_WORDS, _WORDS)):
        return False
    if any(len(word) - cut >= least and word[cut:] in SURNAMES for cut, least in enumerate(_LEAST, 1)):
        return True
    if len(word) > 5 and word[1:] in SURNAMES_OR_WORDS - _NO_SURNAMES:
        return True
    return any(word[:cut] in GIVEN and word[cut:] in SURNAMES for cut in range(3, len(word) - 2))


def is_of(login: str, names: Iterable[str]) -> bool:
    """Whether a login is made of the names (folded) of a person: mgomez, magomez and maria.gomez of Maria Gomez."""
    word = "".join(re.findall(r"[a-z]+", plain(login)))
    held = set(names)
    return any(
        word == first[:some] + last
        for last in held
        if word.endswith(last)
        for first in held - {last}
        for some in (1, 2, 99)
    )


def logins(text: str) -> Iterator[Found]:
    """Logins of people, not in order; they may overlap."""
    for pattern in (_ANYWHERE, _NAMED, _SAYS):
        for match in pattern.finditer(text):
            name = match["name"]
            if is_login(name) and (pattern is not _ANYWHERE or min(map(len, re.findall(r"[^\W\d_]+", name))) > 2):
                yield Found(match.start("name"), match.end("name"), match["name"])
