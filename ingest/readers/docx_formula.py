"""Parts of a Word formula → the signs that Word draws between them."""

from __future__ import annotations

from lxml import etree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ROOT, _INTEGRAL = "√", "∫"


def around(part: etree._Element) -> tuple[str, str]:
    """What stands before and after the letters of a part of a formula; ("", "") for anything else.

    A fraction is 1/2, a root √(x), and what stands between brackets keeps them.
    """
    name = part.tag.removeprefix(MATH) if isinstance(part.tag, str) and part.tag.startswith(MATH) else ""
    if name in ("num", "den"):
        before, after = ("(", ")") if _is_long(part) else ("", "")
        return ("/" + before, after) if name == "den" else (before, after)
    if name == "f":
        return (" ", "") if _follows_digit(part) else ("", "")
    if name == "d":
        return _sign(part, "dPr/begChr", "("), _sign(part, "dPr/endChr", ")")
    if name == "nary":
        return _sign(part, "naryPr/chr", _INTEGRAL), ""
    if name == "e" and part.getparent() is not None:
        above = part.getparent()
        if above.tag == f"{MATH}rad":
            return f"{_ROOT}(", ")"
        if above.tag == f"{MATH}d" and part.getprevious() is not None and part.getprevious().tag == part.tag:
            return _sign(above, "dPr/sepChr", "|"), ""
    return "", ""


def _is_long(part: etree._Element) -> bool:
    return not "".join(piece.text or "" for piece in part.iter(f"{MATH}t")).strip().isalnum()


def _follows_digit(part: etree._Element) -> bool:
    """Whether a fraction stands behind a number, as in 2 1/2."""
    before = part.getprevious()
    text = "" if before is None else "".join(piece.text or "" for piece in before.iter(f"{MATH}t"))
    return text[-1:].isdigit()


def _sign(part: etree._Element, path: str, otherwise: str) -> str:
    found = part.find("/".join(f"{MATH}{name}" for name in path.split("/")))
    return otherwise if found is None else str(found.get(f"{MATH}val") or "")
