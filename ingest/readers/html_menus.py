"""An element of an HTML page → what it is for: the text, a note in it, or a menu, a control, a notice of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

_DROPPED = frozenset(
    "script style noscript template head nav footer select option input textarea datalist dialog iframe "
    "object embed svg canvas video audio map area applet frame frameset link meta base title".split()
)
_DROPPED_ROLES = frozenset("navigation search banner contentinfo complementary menu menubar toolbar dialog".split())
_DROPPED_CLASSES = frozenset(
    "navheader navfooter sphinxsidebar related headerlink breadcrumb breadcrumbs skip-link skiplink navbar "
    "visually-hidden sr-only toc-backref anchor-link hash-link rst-versions wy-nav-side md-sidebar "
    "footer page-footer site-footer docnav navigation longdesc-link".split()
)
_BANNERS = frozenset("banner masthead topbar top-bar site-banner site-header page-header".split())
_FOOT = re.compile(r"(?:page|site|main)?[-_]?footer")
_COOKIES = re.compile(
    r"(?:^|[-_])(?:cookies?|gdpr|consent)[-_]?(?:banner|bar|consent|dialog|law|message|modal|notice|overlay|popup)"
    r"|^cc-(?:window|banner)$|^onetrust-|^cybotcookiebot",
)
_PARTING = re.compile(r"[\s|>»›·•/–—-]*")
_SIGNS = re.compile(r"[|>»›·•]")
_FEWEST = 3
"""Links that a line of a menu has at least."""
_NOTICE = re.compile(
    r"(?<![a-z])(?:(?:foot|end)?notes?|cautions?|warn(?:ing)?s?|dangers?|tips?|hints?|important|notas?|aviso|peligro|"
    r"precauci[oó]n|advertencia|atenci[oó]n|consejo|importante)(?![a-z])",
    re.IGNORECASE,
)
_CALLS = frozenset("admonition alert attention callout caution danger hint important note tip warning".split())
_INLINE = frozenset("a b code em i kbd span strong u".split())
_SUBTITLE, _MENU = "h2, h3, h4, h5, h6", "nav, form, input, [role=navigation], [role=search], ul, ol"
_SENTENCES = ("p", "li", "td", "dd")
_SAYING = ("class", "aria-label", "role", "epub:type")
_DEEPEST_INLINE = 4
_HEADINGS, _LISTS = ("h1", "h2", "h3", "h4", "h5", "h6"), ("ul", "ol", "menu", "dir")
_LETTER = re.compile(r"[^\W_]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_dropped(node: LexborNode, tag: str) -> bool:
    """Whether an element is not what the page is about: menus, controls, and what is not shown."""
    attributes = node.attributes
    if _is_hidden(attributes):
        return not is_alternative(node)
    if tag == "aside":
        return not any(_NOTICE.search(attributes.get(name) or "") for name in _SAYING)
    if tag == "button":
        return not _is_named(node)
    if tag in _DROPPED:
        return True
    if tag == "label":
        return _is_paragraph_number(node)
    if tag == "header":
        return node.css_first("h1") is None and (node.css_first(_SUBTITLE) is None or node.css_first(_MENU) is not None)
    if tag == "form":
        return node.css_first("p, table, h1, h2, h3") is None
    return attributes.get("role") in _DROPPED_ROLES or _is_named_menu(node) or _is_menu_line(node, tag)


def is_alternative(node: LexborNode) -> bool:
    """Whether an element is one of several words of a sentence, all of them hidden, of which a script shows one.

    So are told apart what is pressed on one system and on another.
    """
    parent = node.parent
    if node.tag != "span" or parent is None or parent.tag != "span":
        return False
    choices = list(parent.iter(include_text=True))
    spans = [one for one in choices if one.tag == "span"]
    beside = [one for one in choices if one.tag != "span" and _LETTER.search(one.text_content or one.text())]
    return len(spans) > 1 and not beside and all("hidden" in one.attributes for one in spans)


def is_call(node: LexborNode | None) -> bool:
    """Whether an element is a note or a warning within the text: what is above it goes on after it."""
    return node is not None and not _CALLS.isdisjoint((node.attributes.get("class") or "").lower().split())


def _is_named_menu(node: LexborNode) -> bool:
    """Whether an element is called a menu, a footer or a cookie notice, and is no chapter about one."""
    names = (node.attributes.get("class") or "").lower().split()
    if not _DROPPED_CLASSES.isdisjoint(names):
        return True
    called = (node.attributes.get("id") or "").lower()
    if not _BANNERS.isdisjoint((called, *names)) and _is_all_links(node):
        return True
    is_one = _FOOT.fullmatch(called) or any(map(_COOKIES.search, [called, *names]))
    return bool(is_one) and node.tag not in _HEADINGS and node.css_first("h1, h2") is None


def _is_all_links(node: LexborNode) -> bool:
    """Whether an element of a page's top says nothing but what its links say, and holds no title."""
    if node.css_first("h1, h2, h3") is not None:
        return False
    linked = sum(len(_LETTER.findall(link.text())) for link in node.css("a"))
    return linked > 0 and linked >= len(_LETTER.findall(node.text()))


def _is_menu_line(node: LexborNode, tag: str) -> bool:
    """Whether a line is nothing but links with signs between them, or an item within a link and in no list."""
    if tag == "li":
        link = node.parent
        return bool(link and link.tag == "a" and (link.parent is None or link.parent.tag not in _LISTS))
    if tag not in ("p", "div", "center"):
        return False
    links, signs = 0, False
    for child in node.iter(include_text=True):
        if child.tag == "a":
            links += bool(child.text(strip=True))
        elif child.tag != "-text" or not _PARTING.fullmatch(child.text_content or ""):
            return False
        else:
            signs = signs or bool(_SIGNS.search(child.text_content or ""))
    return signs and links >= _FEWEST


def _is_paragraph_number(label: LexborNode) -> bool:
    """Whether a label in the margin is only a number that links to the paragraph of that number."""
    number, link = label.text(strip=True), label.css_first("a[href]")
    return link is not None and number.isdecimal() and link.attributes.get("href") == f"#{number}"


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is never shown; a tab's panel is, once its tab is chosen."""
    return (
        ("hidden" in attributes and attributes.get("role") != "tabpanel")
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(attributes.get("style") or ""))
    )


def _is_named(button: LexborNode) -> bool:
    """Whether a button stands inside a sentence, which names what to press."""
    node = button
    for _ in range(_DEEPEST_INLINE):
        if node.parent is None or node.parent.tag not in _INLINE:
            break
        node = node.parent
    if node.parent is None or node.parent.tag not in _SENTENCES:
        return False
    return any(
        beside and beside.tag == "-text" and _LETTER.search(beside.text_content or "")
        for beside in (node.prev, node.next)
    )
