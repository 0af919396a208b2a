"""A name as a question writes it → what finds it as manuals write it: hyphens, spaces and line ends come and go."""

from __future__ import annotations

import re
from functools import lru_cache

_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
"""What a typesetter makes of a hyphen; two of them before an option often become one dash."""
_DASH = f"[{_DASHES}]"
_BETWEEN = rf"[{_DASHES}_+\s]"
"""What may part the pieces of a name: BR-77, BR 77, Ctrl+R."""
_WRAPS = "/.:=@"
"""Signs after which a long name goes on in the next line."""
_PIECE = re.compile(r"\d+|[^\W\d_]+|\s+|[\W_]")
_MEASURE = re.compile(r"\d+(?:[.,]\d+)+")
_PARTED = re.compile(rf"(?<=\w){_BETWEEN}(?=\w)")
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@lru_cache(maxsize=1024)
def pattern(name: str) -> re.Pattern[str]:
    """Finds a name in text in lower case: as it stands, not as a part of a longer word (E-4 is not in E-47).

    Letters and digits may be parted by a hyphen, an underscore, a space or nothing, and a long name may run over a
    line's end. A measure may go on with its unit, and have its comma where English has a point.
    """
    pieces = _PIECE.findall(name.casefold())
    parts = []
    for at, piece in enumerate(pieces):
        before, after = pieces[at - 1] if at else "", pieces[at + 1] if at + 1 < len(pieces) else ""
        inside = before.isalnum() and after.isalnum()
        if piece.isalnum():
            mixed = before.isalnum() and before.isdigit() != piece.isdigit()
            parts.append((f"{_BETWEEN}?" if mixed else "") + re.escape(piece))
        elif piece in _DASHES or piece in "_+" or piece.isspace():
            parts.append(_parting(piece, inside, before.isdigit() != after.isdigit()))
        elif piece in ".," and before.isdigit() and after.isdigit():
            parts.append("[.,]")
        else:
            parts.append(re.escape(piece) + (r"\s?" if piece in _WRAPS and after else ""))
    text = "".join(parts).replace(_DASH * 2, f"{_DASH}{{1,2}}")
    start = r"(?<!\w)" if pieces and pieces[0].isalnum() else ""
    end = r"(?!\w)" if pieces and pieces[-1].isalnum() else ""
    if _MEASURE.fullmatch(name):
        start, end = r"(?<![\w.,])v?", r"(?![.,]?\d)"
    return re.compile(start + text + end)


def _parting(piece: str, inside: bool, mixed: bool) -> str:
    """A hyphen, underscore, plus or space: inside a name any of them, and nothing between a letter and a digit."""
    if inside:
        return f"{_BETWEEN}?" if mixed else rf"{_BETWEEN}\s?"
    return _DASH if piece in _DASHES else r"\s+" if piece.isspace() else re.escape(piece)


def spellings(name: str) -> tuple[str, ...]:
    """The name, and where letters meet digits the same with a gap there and without: BR-77 is BR77 too."""
    parted = _BORDER.sub(" ", _PARTED.sub(" ", name))
    joined = re.sub(r"(?<=[^\W\d_]) (?=\d)|(?<=\d) (?=[^\W\d_])", "", parted)
    return tuple(dict.fromkeys((name, parted, joined))) if _BORDER.search(joined) else (name,)
