"""A picture of an HTML page → what stands for it in the text: an icon within a sentence, the number of a callout."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

_INLINE = frozenset("a abbr b big code em font i kbd small span strong tt u".split())
_PASSED = _INLINE | {"-text", "img"}
_TITLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre"))
_DEEPEST, _FARTHEST = 4, 8
"""Elements that a picture's line is looked for in, and neighbours that words beside it are looked for behind."""
_LONGEST = 80
_DOT, _LARGEST = 4, 100
"""Pixels up to which a picture only keeps things apart, and above which it is no icon."""
_LETTER = re.compile(r"[^\W\d_]")
_PARTS = re.compile(r"[^\W_]+")
_SAYS_NOTHING = frozenset(
    "arrow btn button dialog dialogs gif gtk ic icon icono icons ico image imagen images img jpeg jpg pic picture png "
    "screenshot small stock svg symbol thumb".split()
)
_MOST_WORDS = 4
_FORMULA = re.compile(r"(?:^|[-_\s])(?:math|tex|latex|emoji|emoticon|smiley)(?:$|[-_\s])", re.IGNORECASE)


def spoken(node: LexborNode, word: str) -> str:
    """What is read where a picture stands; "" where the text loses nothing without it.

    The mark of a line of a listing is "(1)", both there and where it is explained. An icon that a sentence goes around
    is "[its alternative text]", else "[`word`: the name of its file]" where that says something, else "[`word`]".
    """
    attributes = node.attributes
    said = " ".join((attributes.get("alt") or "").split())
    kind, source = attributes.get("class") or "", attributes.get("src") or ""
    if "callout" in kind.split() or "/callouts/" in source:
        number = said.strip("()") or _stem(source)
        return f"({number})" if number.isalnum() else ""
    if ("alt" in attributes and not said) or len(said) > _LONGEST or not _is_icon(node) or not _in_sentence(node):
        return ""
    if said:
        return said if _FORMULA.search(kind) or re.fullmatch(r"\[.*\]|\W+", said) else f"[{said}]"
    if source.startswith(("cid:", "data:")):
        return ""
    name = _readable(_stem(source))
    return f"[{word}: {name}]" if name else f"[{word}]"


def _is_icon(node: LexborNode) -> bool:
    """Whether a picture may be an icon, as far as it says how large it is."""
    sizes = [node.attributes.get(name) or "" for name in ("width", "height")]
    known = [int(size) for size in (size.removesuffix("px") for size in sizes) if size.isdecimal() and len(size) < 7]
    return all(_DOT < size <= _LARGEST for size in known)


def _in_sentence(node: LexborNode) -> bool:
    """Whether words stand before a picture on its line, and on one side some that are not those of another link."""
    before, after = _beside(node, back=True), _beside(node, back=False)
    return before is not None and any(found is not None and found.tag == "-text" for found in (before, after))


def _beside(node: LexborNode, back: bool) -> LexborNode | None:
    """The nearest text on a node's line, or inline element, that holds letters; None if there is none."""
    for _ in range(_DEEPEST):
        if node.parent is not None and node.parent.tag in _TITLES:
            return None
        found = node.prev if back else node.next
        for _ in range(_FARTHEST):
            if found is None or found.tag not in _PASSED or _LETTER.search(_text(found)):
                break
            found = found.prev if back else found.next
        if found is not None:
            return found if found.tag in _PASSED and _LETTER.search(_text(found)) else None
        if node.parent is None or node.parent.tag not in _INLINE:
            return None
        node = node.parent
    return None


def _text(node: LexborNode) -> str:
    return (node.text_content if node.tag == "-text" else node.text()) or ""


def _stem(source: str) -> str:
    """The name of a file without its folder and its ending."""
    return source.partition("?")[0].rpartition("/")[2].rpartition(".")[0]


def _readable(stem: str) -> str:
    """A file's name as words; "" if it is not one that somebody gave to say what is on it."""
    words = [part.lower() for part in _PARTS.findall(stem)]
    words = [word for word in words if word not in _SAYS_NOTHING and not re.search(r"\d", word)]
    said = " ".join(words)
    return said if len(words) <= _MOST_WORDS and len(said) > 2 and re.search("[aeiouyáéíóú]", said) else ""
