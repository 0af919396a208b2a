"""Programs and help pages that are translated → the same texts in Spanish and English, side by side.

FOLDER is that of `help_pages`, with wheels below it: Home Assistant and its frontend (Apache-2.0), pgAdmin (PostgreSQL
licence), Wagtail, Django and django-oscar (BSD), Indico, Kolibri and Spyder (MIT). Only which word stands for which is
learnt from them.
"""

from __future__ import annotations

import gettext
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.help_pages import sections

Pair = tuple[str, str]
"""A text in Spanish and in English."""

_CATALOGUE = re.compile(r"/es(_ES)?/LC_MESSAGES/[^/]+\.mo$")
_MESSAGES = re.compile(r"(?:^|/)es(-[0-9a-f]{32})?\.json$")
_MARKS = re.compile(r"\{[^}]*\}|%\(\w+\)\w|\[%.*?%\]|<[^>]+>|`[^`]*`|https?://\S+")
"""What a program fills in, and markup."""


def pairs(folder: Path) -> list[Pair]:
    """All that is found below `folder`, each once."""
    found: dict[Pair, None] = {}
    for section in sections(folder):
        for said in (section.title, section.heading, *(one.said for one in section.sentences)):
            found[said["es"], said["en"]] = None
    for wheel in sorted(folder.rglob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            found |= dict.fromkeys((_plain(a), _plain(b)) for a, b in _of_wheel(packed) if a != b)
    return [(spanish, english) for spanish, english in found if spanish and english]


def _of_wheel(packed: zipfile.ZipFile) -> Iterator[Pair]:
    names = packed.namelist()
    for name in names:
        if _CATALOGUE.search(name):
            yield from _catalogue(packed.read(name))
        elif _MESSAGES.search(name):
            english = re.compile(re.escape(name.rpartition("/")[0]) + r"/en(-[0-9a-f]{32})?\.json$")
            other = next(filter(english.fullmatch, names), None)
            if other is not None:
                here, there = (dict(_messages(json.loads(packed.read(one)))) for one in (name, other))
                yield from ((text, there[key]) for key, text in here.items() if key in there)


def _catalogue(content: bytes) -> Iterator[Pair]:
    """A gettext catalogue: its keys are the English texts, after the context if there is one."""
    known: Mapping[str | tuple[str, int], str] = gettext.GNUTranslations(io.BytesIO(content))._catalog  # type: ignore[attr-defined]
    for key, text in known.items():
        english = key[0] if isinstance(key, tuple) else key
        yield text, english.rpartition("\x04")[2]


def _messages(tree: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Where in a file of messages each text stands, and the text."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _messages(value, f"{path}/{key}")
    elif isinstance(tree, str):
        yield path, tree


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _MARKS.sub(" ", text)).strip()
