"""Words a PDF breaks at the end of a line → whole words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, pairwise

from ingest.readers.charset import clean

_MARK = re.compile("[\x02\ufffe]")
_BEFORE = re.compile(r"(\S*?)(\w+)\Z")
_AFTER = re.compile(r"(\w+)(\S?)")
_WORD = re.compile("(?<![\x02\ufffe\\w])\\w+(?:-\\w+)?(?![\x02\ufffe\\w])")
"""A word that is all there: the half of a broken one says nothing of what is a word."""
_BEFORE_FOLIO = re.compile("(?<=[a-zà-ÿ])[\x02\ufffe](\\d{1,4}\\s*)\\Z")
"""A word that goes on over the page: what pdfium joins it to is the page's number."""
_FOLDER = re.compile(r"(?:^|[^\w:/])(?:~|\.{1,2})?/(?:[\w.+-]+/)*\Z")
"""What stands before a name in a path; an address ("//") is broken at its own hyphens."""
_LONG = 5
"""Letters of a half from which on it is no syllable, if it is a word."""
_NEAR = 80
"""Characters on either side of a mark in which its word is looked for."""


def join_hyphens(pages: list[str]) -> list[str]:
    """The pages, cleaned, with every word whole that pdfium marks as broken at a line's end.

    pdfium joins the halves but leaves a mark (U+0002 or U+FFFE) for the hyphen: "rea\\x02lizar" is "realizar", while
    "apt\\x02pinning" is "apt-pinning". The document's own other words tell which.
    """
    if not any(_MARK.search(page) for page in pages):
        return [clean(page) for page in pages]
    words = _counted(pages)
    return [clean(_join(page, words)) for page in pages]


def _counted(pages: list[str]) -> Counter[str]:
    """How often each whole word stands there; "sub-" and "-level" for the halves of those with a hyphen.

    Two halves that are words, as in "reach-able", are a compound only if they are long or the document makes others
    with one of them.
    """
    words = Counter(chain.from_iterable(_WORD.findall(page.lower()) for page in pages))
    for word, count in list(words.items()):
        first, hyphen, last = word.partition("-")
        if hyphen:
            words[f"{first}-"] += count
            words[f"-{last}"] += count
    return words


def _join(page: str, words: Counter[str]) -> str:
    first, *others = _MARK.split(_BEFORE_FOLIO.sub(r"-\n\1", page))
    parts = [first]
    for left, right in pairwise((first, *others)):
        parts += ("-" if _keeps_its_hyphen(left[-_NEAR:], right[:_NEAR], words) else "", right)
    return "".join(parts)


def _keeps_its_hyphen(before: str, after: str, words: Counter[str]) -> bool:
    left, right = _BEFORE.search(before), _AFTER.match(after)
    if not left or not right:
        return True
    whole = words[(left.group(2) + right.group(1)).lower()]
    hyphened = words[f"{left.group(2)}-{right.group(1)}".lower()]
    if whole or hyphened:
        return hyphened > whole
    if _is_torn(left, right, words):
        return False
    is_name = len(left.group(2)) == 1 or left.group(1).endswith(("-", "_", "/", ".")) or right.group(2) in tuple("-_/")
    if is_name or re.search(r"\d", left.group(2) + right.group(1)):
        return True
    if len(left.group(2)) > 1 and left.group(2).isupper() and right.group(1).islower():
        return True  # "USB-connected"
    first, last = left.group(2).lower(), right.group(1).lower()
    made = words[f"{first}-"] > 0 or words[f"-{last}"] > 0 or min(len(first), len(last)) >= _LONG
    return made and words[first] > 1 and words[last] > 1


def _is_torn(left: re.Match[str], right: re.Match[str], words: Counter[str]) -> bool:
    """Whether the halves are syllables of a name in a path ("/etc/bind/na", "med.conf"), no words of the document."""
    first, last = left.group(2), right.group(1)
    letters = first.islower() and last.islower() and first.isalpha() and last.isalpha()
    known = (words[half] for half in (first, last, f"{first}-", f"-{last}"))
    return letters and len(first) > 1 and bool(_FOLDER.search(left.group(1))) and not any(known)
