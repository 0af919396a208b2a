"""Help pages of Debian's packages, in Spanish and English → sections, sentence by sentence.

`apt-get download` libreoffice-help-es, libreoffice-help-en-us and gnome-user-docs, and `dpkg -x` each into one folder.
Their pages are the same in both languages, paragraph by paragraph.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree, html

from ingest.sentences import sentences
from ingest.types import Language

LANGUAGES: tuple[Language, Language] = ("en", "es")
WORDS = 18
"""Words in English, of a section that has something to say."""
_HEADINGS = ("h1", "h2", "h3", "h4")
_PAIRS = {"es": "eng-spa", "en": "spa-eng"}
Said = dict[Language, str]


@dataclass(slots=True)
class Sentence:
    """What is said, in both languages, and the same as a machine translates it from the other."""

    said: Said
    translated: Said = field(default_factory=dict)


@dataclass(slots=True)
class Section:
    """The title of its page, its heading and index words, and its sentences."""

    title: Said
    heading: Said
    index_words: dict[Language, list[str]]
    sentences: list[Sentence] = field(default_factory=list)


Block = tuple[str, str, str]
"""What tells it from others of its page, whether it is a heading (`h1`, `h2`) or not (`p`), and its text."""


def sections(folder: Path) -> list[Section]:
    """Of all pages below `folder`, in the order of the files."""
    share = folder / "usr" / "share"
    found = [*_libreoffice(share / "libreoffice" / "help"), *_gnome(share / "help")]
    return [s for s in found if sum(len(one.said["en"].split()) for one in s.sentences) >= WORDS]


def translate(found: Sequence[Section]) -> None:
    """Fill in what Apertium (packages apertium and apertium-eng-spa) makes of every sentence in both languages."""
    both = [sentence for section in found for sentence in section.sentences]
    for to, other in zip(LANGUAGES, LANGUAGES[::-1], strict=True):
        lines = "".join(s.said[other].replace("¶", " ") + " ¶\n" for s in both)
        made = subprocess.run(["apertium", "-u", _PAIRS[to]], input=lines, capture_output=True, text=True, check=True)
        for sentence, line in zip(both, made.stdout.replace("*", "").split("¶"), strict=False):
            sentence.translated[to] = _plain(line)


def _libreoffice(folder: Path) -> Iterator[Section]:
    for page in sorted((folder / "en-US" / "text").rglob("*.html")):
        other = folder / "es" / page.relative_to(folder / "en-US")
        if other.exists():
            here, there = _identified(page), {key: text for key, _, text in _identified(other)}
            index_words = {"en": _index_words(page), "es": _index_words(other)}
            yield from _parted([(k, {"en": t, "es": there[i]}) for i, k, t in here if i in there], index_words)


def _gnome(folder: Path) -> Iterator[Section]:
    for page in sorted((folder / "C").rglob("*.page")):
        other = folder / "es" / page.relative_to(folder / "C")
        here, there = _mallard(page), _mallard(other) if other.exists() else []
        if [kind for _, kind, _ in here] == [kind for _, kind, _ in there]:
            yield from _parted([(k, {"en": a, "es": b}) for (_, k, a), (_, _, b) in zip(here, there, strict=True)], {})


def _parted(blocks: Sequence[tuple[str, Said]], index_words: dict[Language, list[str]]) -> Iterator[Section]:
    title: Said = {}
    section: Section | None = None
    for kind, said in blocks:
        if kind in _HEADINGS:
            if section is not None:
                yield section
            section = Section(title or said, said, {} if title else index_words)
            title = title or said
        elif section is not None:
            section.sentences += _sentences(said)
    if section is not None:
        yield section


def _sentences(said: Said) -> Iterator[Sentence]:
    """Side by side; a paragraph of other sentences in one language than in the other stays whole."""
    parts = {language: [text[a:b].strip() for a, b in sentences(text)] for language, text in said.items()}
    if len({len(some) for some in parts.values()}) > 1:
        parts = {language: [text] for language, text in said.items()}
    for row in zip(*parts.values(), strict=True):
        yield Sentence(dict(zip(parts, row, strict=True)))


def _identified(page: Path) -> list[Block]:
    tree = html.fromstring(page.read_bytes())
    for hidden in tree.xpath('//*[@hidden="true" and contains(@class, "MAC")]'):
        hidden.drop_tree()
    nodes: list[Any] = tree.xpath(
        '//div[@id="DisplayArea"]//*[self::h1 or self::h2 or self::h3 or self::h4 or self::p]'
    )
    blocks = [(n.get("id"), n.tag if n.tag in _HEADINGS else "p", _plain(n.text_content())) for n in nodes]
    return [block for block in blocks if block[0] and block[2]]


def _index_words(page: Path) -> list[str]:
    return re.findall(r'itemprop="keywords" content="([^"]*)"', page.read_text("utf-8"))


def _mallard(page: Path) -> list[Block]:
    found = []
    for node in etree.fromstring(page.read_bytes(), etree.XMLParser(recover=True)).iter("{*}title", "{*}p"):
        name, inside = etree.QName(node).localname, etree.QName(node.getparent()).localname
        if name == "title" and inside in ("page", "section"):
            found.append(("", "h1" if inside == "page" else "h2", _plain("".join(node.itertext()))))
        elif name == "p" and inside not in ("credit", "comment"):
            found.append(("", "p", _plain("".join(node.itertext()))))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
