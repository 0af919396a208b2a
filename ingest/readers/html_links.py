"""An element of an HTML page → whether all that it says is a link that leads elsewhere in the documentation."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

_WORD = re.compile(r"[^\W_]")
_LABEL = re.compile(r"\W*(?:\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})*|[IVX]{1,5})?\W*")
"""What may stand before the name of a chapter: its number."""
_PASSED = frozenset("b code em i p small span strong tt u".split())
_LISTS = frozenset(("ul", "ol"))
_DEEPEST = 5
_LONGEST = 150
"""Characters of a link that names something; a longer one says something."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SAYS = re.compile(r"@|://|^www\.", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;,]$")
_SEE = re.compile(
    r"\b(?:see|related|read|learn|further|more|contents|links|topics|in this|on this|v[eé]an?se|ver|relacionad[oa]s?|"
    r"relativ[oa]s?|m[aá]s|contenidos?|enlaces|v[ií]nculos|temas|en est[ea]|lea|consulte)\b",
    re.IGNORECASE,
)


def is_pointer(node: LexborNode) -> bool:
    """Whether a paragraph or an item of a list is one link to another page of the same documentation, or on its own.

    An item may have a list below it, and so may an entry of a table of contents that is made as a list of terms. A link
    to another site, an address, a whole sentence, or an item of what a line ending in a colon counts up ("You need:";
    not "See also:") says something itself.
    """
    link = _only_link(node)
    if link is None or _ADDRESS.match(link.attributes.get("href") or ""):
        return False
    said = " ".join(link.text().split())
    if len(said) > _LONGEST or _SAYS.search(said):
        return False
    if node.tag == "dt":  # of a table of contents, where nothing is explained
        return not _is_explained(node)
    return not _ENDS.search(said) and not (node.tag == "li" and _is_counted(node))


def _only_link(node: LexborNode) -> LexborNode | None:
    """The link that is all that an element says."""
    below = _LISTS if node.tag == "li" else frozenset[str]()
    for _ in range(_DEEPEST):
        only: LexborNode | None = None
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                if not _LABEL.fullmatch(child.text_content or ""):
                    return None
            elif not tag.startswith("-") and tag not in below and not _is_nothing(child, tag):
                if only is not None:
                    return None
                only = child
        if only is None or only.tag == "a":
            linked = only is not None and "href" in only.attributes and _WORD.search(only.text())
            return only if linked else None
        if only.tag not in _PASSED:
            return None
        node, below = only, frozenset()
    return None


def _is_nothing(node: LexborNode, tag: str) -> bool:
    """Whether an element only marks a place or sets things apart."""
    return tag == "br" or (tag in ("a", "span") and not _WORD.search(node.text()))


def _is_counted(item: LexborNode) -> bool:
    """Whether the line before an item's list, ending in a colon, has the list as what it speaks of."""
    before = item.parent.prev if item.parent is not None else None
    while before is not None and before.tag in ("-text", "-comment", "a", "br") and not _WORD.search(_text(before)):
        before = before.prev
    said = _text(before).rstrip() if before is not None and before.tag in ("-text", "p", "div", "dt") else ""
    return said.endswith(":") and not _SEE.search(said)


def _is_explained(term: LexborNode) -> bool:
    """Whether what comes after a term says something, and is no list of more terms."""
    after = term.next
    while after is not None and after.tag in ("-text", "-comment"):
        after = after.next
    if after is None or after.tag != "dd":
        return False
    return any(
        child.tag not in ("dl", "ul", "-comment") and _WORD.search(_text(child))
        for child in after.iter(include_text=True)
    )


def _text(node: LexborNode) -> str:
    return (node.text_content if node.tag == "-text" else node.text()) or ""
