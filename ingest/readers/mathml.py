"""A formula of an HTML page or an e-book (MathML) → a line of text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from ingest.readers.charset import clean
from ingest.readers.raised import END, START, written

_LEAVES = frozenset("mi mn mo ms mtext".split())
_UNREAD = frozenset("annotation annotation-xml mphantom maligngroup malignmark none mprescripts".split())
_RELATIONS = frozenset("= ≠ < > ≤ ≥ ≈ ≡ ∼ ≅ ∝ → ⇒ ⇔ ←".split())
_INVISIBLE = re.compile("[\u2061-\u2064]")
_POWER = re.compile(r"[+\-−–]?\s?\d+|[+\-−–]")
_DEEPEST = 60


def formula(math: LexborNode) -> str:
    """The formula as it is typed: 1/2 mv², √(x), x^(n+1); what its page says of it where it has no parts."""
    text = written(" ".join(_read(math, 0).split()))
    return text or clean(math.attributes.get("alttext") or "").strip()


def is_formula(tag: str) -> bool:
    return tag.rpartition(":")[2] == "math"


def _read(node: LexborNode, depth: int) -> str:
    """A part of a formula. A part that is too deep is its letters."""
    name = (node.tag or "").rpartition(":")[2]
    if name == "-text":
        return clean(node.text_content or "").strip()
    if name in _UNREAD or name.startswith("-"):
        return ""
    if name in _LEAVES or depth > _DEEPEST:
        return _leaf(name, _INVISIBLE.sub("", clean(node.text())).strip())
    if name == "mspace":
        return " "
    children = [child for child in node.iter(include_text=True) if (child.tag or "") != "-text" or child.text().strip()]
    parts = [_read(child, depth + 1) for child in children]
    if name == "mtd" or len(parts) < 2:
        return _around(name, _joined(parts))
    if name == "mfrac":
        return f"{_whole(parts[0])}/{_whole(parts[1])} "
    if name in ("msup", "msub", "msubsup", "mover", "munder", "munderover", "mroot"):
        return _scripts(name, parts)
    if name == "mtable":
        return "; ".join(parts)
    if name in ("mtr", "mfenced"):
        return _around(name, ", ".join(part.strip() for part in parts))
    return _around(name, _joined(parts))


def _leaf(name: str, text: str) -> str:
    if name == "mo" and text in _RELATIONS:
        return f" {text} "
    return f" {text} " if name == "mtext" else text


def _joined(parts: list[str]) -> str:
    """Parts side by side; a number does not run into the one after it, as in 2 1/2."""
    text = ""
    for part in parts:
        text += " " * (text[-1:].isdigit() and part[:1].isdigit()) + part
    return text


def _around(name: str, text: str) -> str:
    if name == "msqrt":
        return f"√({text.strip()})"
    return f"({text.strip()})" if name == "mfenced" else text


def _scripts(name: str, parts: list[str]) -> str:
    """A base with what stands below and above it."""
    base, first = parts[0], parts[1].strip()
    if name == "mroot":
        return f"{_whole(first)}√({base.strip()})"
    if name in ("msup", "mover"):
        return base + _above(first)
    low = ("_" if base[-1:].isdigit() or name.startswith("mu") else "") + (_whole(first) if first else "")
    return base + low + (_above(parts[2].strip()) if len(parts) > 2 else "")


def _above(text: str) -> str:
    if _POWER.fullmatch(text):
        return START + text + END
    return text if len(text) < 2 and not text.isalnum() else f"^{_whole(text)}"


def _whole(text: str) -> str:
    """A part that is more than one name or number, in brackets."""
    text = text.strip()
    return text if re.fullmatch(r"\w+(?:[.,]\d+)?", text) else f"({text})"
