"""Jira wiki markup or an Atlassian document → plain text, code as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_CODE = re.compile(r"\{(code|noformat)(?::[^}\n]*)?\}(.*?)\{\1\}", re.DOTALL)
_MARKED = re.compile(
    r"\{(?:code|noformat|quote|panel)[:}]|^h[1-6]\. |\[~[^\]\n]+\]|\[[^\[\]|\n]+\|[^\[\]\s]+\]", re.MULTILINE
)
_NUMBERED = re.compile(r"[ \t]*#[ \t]+(?=\S)")
_DEEPER = re.compile(r"[ \t]*[#*-]{2,}[ \t]+\S")
_CLEANINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{panel:(?:[^}\n]*\|)?title=([^}|\n]+)[^}\n]*\}[ \t]*\n?"), r"\1\n"),
    (re.compile(r"\{(?:code|noformat|quote|color|panel)(?::[^}\n]*)?\}"), ""),
    (re.compile(r"^[ \t]*h[1-6]\.[ \t]*", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*bq\. ", re.MULTILINE), "> "),
    (re.compile(r"\{\{(.+?)\}\}"), r"\1"),
    (re.compile(r"\[~([^\]\n]+)\]"), r"\1"),
    (re.compile(r"\[([^\[\]|\n]+)\|([^\[\]\s]+)\]"), r"\1 (\2)"),
    (re.compile(r"\[((?:https?://|mailto:)[^\[\]\s]+)\]"), r"\1"),
    (re.compile(r"!([^!\s|]+\.\w{2,4})(?:\|[^!\n]*)?!"), r"[\1]"),
    (re.compile(r"(?<![\w*/.])\*(\S(?:[^*\n]*\S)?)\*(?![\w*/.])"), r"\1"),
)


def is_wiki(text: str) -> bool:
    """Whether a text bears marks that only Jira writes; asterisks alone may be a file pattern."""
    return bool(_MARKED.search(text))


def clean(text: str) -> str:
    """Plain text of Jira wiki markup; what stands in {code} or {noformat} is kept to the letter."""
    parts = []
    end = 0
    for match in _CODE.finditer(text):
        parts += [_prose(text[end : match.start()]), "\n" + match[2].strip("\r\n") + "\n"]
        end = match.end()
    return "".join([*parts, _prose(text[end:])]).strip()


def _prose(text: str) -> str:
    text = _counted(text)
    for pattern, replacement in _CLEANINGS:
        text = pattern.sub(replacement, text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def _counted(text: str) -> str:
    """The items of numbered lists (`# one`) with their numbers; other lines end a list, one item alone is none."""
    lines = text.split("\n")
    items: list[int] = []
    for place, line in enumerate([*lines, ""]):
        if _NUMBERED.match(line):
            items.append(place)
        elif not _DEEPER.match(line):
            for number, item in enumerate(items if len(items) > 1 else (), 1):
                lines[item] = _NUMBERED.sub(f"{number}. ", lines[item], count=1)
            items = []
    return "\n".join(lines)


def is_document(value: object) -> bool:
    """Whether a JSON value is an Atlassian document (ADF)."""
    return isinstance(value, Mapping) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def flatten(node: object) -> str:
    """The text of an Atlassian document, a line a paragraph; a document nested too deeply is a RecursionError."""
    return re.sub(r"\n{3,}", "\n\n", _node(node)).strip()


def _node(node: object) -> str:
    if not isinstance(node, Mapping):
        return ""
    render = _NODES.get(str(node.get("type")), _children)
    return render(node)


def _children(node: Mapping[str, object], between: str = "") -> str:
    content = node.get("content")
    return between.join(_node(child) for child in content) if isinstance(content, list) else ""


def _attribute(node: Mapping[str, object], *names: str) -> str:
    attributes = node.get("attrs")
    found = (attributes.get(name) for name in names) if isinstance(attributes, Mapping) else iter(())
    return next((value for value in found if isinstance(value, str) and value), "")


def _text(node: Mapping[str, object]) -> str:
    text = node.get("text")
    text = text if isinstance(text, str) else ""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        if isinstance(mark, Mapping) and mark.get("type") == "link":
            link = _attribute(mark, "href")
            return f"{text} ({link})" if link and link != text else text
    return text


def _block(node: Mapping[str, object]) -> str:
    return _children(node) + "\n"


def _item(node: Mapping[str, object]) -> str:
    return "- " + _children(node).strip() + "\n"


def _numbered(node: Mapping[str, object]) -> str:
    content, attributes = node.get("content"), node.get("attrs")
    order = attributes.get("order") if isinstance(attributes, Mapping) else None
    first = order if isinstance(order, int) else 1
    items = content if isinstance(content, list) else []
    return "".join(f"{number}. {_node(item).removeprefix('- ')}" for number, item in enumerate(items, first)) + "\n"


def _row(node: Mapping[str, object]) -> str:
    content = node.get("content")
    return " | ".join(_node(cell).strip() for cell in content) + "\n" if isinstance(content, list) else ""


def _named(node: Mapping[str, object]) -> str:
    return _attribute(node, "text", "url", "shortName", "alt")


_NODES: dict[str, Callable[[Mapping[str, object]], str]] = {
    "text": _text,
    "hardBreak": lambda node: "\n",
    "rule": lambda node: "\n",
    **dict.fromkeys(("paragraph", "heading", "codeBlock", "table", "bulletList"), _block),
    "orderedList": _numbered,
    **dict.fromkeys(("listItem", "taskItem", "decisionItem"), _item),
    "tableRow": _row,
    **dict.fromkeys(("mention", "emoji", "inlineCard", "blockCard", "status", "media"), _named),
}
