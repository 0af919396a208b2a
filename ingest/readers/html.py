"""Read an HTML page into a Document: what it is about, without menus, headers and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.language import detect
from ingest.pointers import POINTER
from ingest.readers.assemble import Heading, from_text, one_line
from ingest.readers.blocks import Blocks
from ingest.readers.charset import clean, decode
from ingest.readers.html_images import spoken
from ingest.readers.html_links import is_pointer
from ingest.readers.html_menus import is_alternative, is_call, is_dropped
from ingest.readers.mathml import formula, is_formula
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.ordinals import ordinal
from ingest.readers.spans import Spans
from ingest.types import Document

_META_CHARSET = re.compile(rb"<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_LINES = frozenset(
    "address article body br caption center dd details dir div dt fieldset figcaption form header html legend li main "
    "menu section summary tbody tfoot thead tr".split()
)
_PARAGRAPHS = frozenset("blockquote dl figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split())
_CELLS = ("td", "th")
_ROW_GROUPS = ("thead", "tbody", "tfoot")
_SAMPLE = 20_000
_ALL_ROWS = 10_000  # what a rowspan of 0 means
_IN_BOOKS = frozenset(("aside", "footer", "header"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOT_IN_ROWS = "td table, th table, pre, h1, h2, h3, h4"
_PARAGRAPHS_IN_CELL = "p ~ p, p ~ ul, p ~ ol, br ~ br, div ~ div"


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document: headings become sections, table rows one line each. Raises ReadError."""
    data = path.read_bytes()
    declared = _META_CHARSET.search(data[:4096])
    title, text, headings = convert(decode(data, declared.group(1).decode("ascii") if declared else ""))
    first = next((heading.title for heading in headings if heading.level == 1), "")
    yield from_text(path, title or first, text, headings)


def convert(html: str, book: bool = False) -> tuple[str, str, list[Heading]]:
    """The title, the text and the headings of an HTML page; also for HTML found inside mails and e-books.

    What stands aside or at the foot of a page is no menu in a `book`.
    """
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    blocks = Blocks()
    root = _main(tree)
    if root is not None:
        _walk(root, _State(blocks, _IN_BOOKS if book else frozenset(), _icon(tree)))
    text, headings = blocks.finish()
    return one_line(title.text()) if title else "", text, headings


def _icon(tree: LexborHTMLParser) -> str:
    """What an icon without a name is called, in the page's language."""
    root = tree.root
    if root is None or tree.css_first("img:not([alt])") is None:
        return "icon"
    language = root.attributes.get("lang") or root.attributes.get("xml:lang") or detect(root.text()[:_SAMPLE])
    return "icono" if language.lower().startswith("es") else "icon"


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    """The one element that says it is the main content, if it holds most of a page; else the body."""
    for selector in ("main", "[role=main]"):
        found = tree.css(selector)
        if len(found) == 1 and found[0].text(strip=True):
            return found[0]
    return tree.body


def _walk(root: LexborNode, state: _State) -> None:
    """Visit the tree in document order without recursion: a page may be nested a hundred thousand deep."""
    node = root
    while True:
        if state.enter(node):
            if child := node.child:
                node = child
                continue
            state.leave(node)
        while node.mem_id != root.mem_id and node.next is None and node.parent is not None:
            node = node.parent
            state.leave(node)
        if node.mem_id == root.mem_id or node.next is None:
            return
        node = node.next


class _State:
    """What the open lists and tables mean for the text inside them."""

    def __init__(self, blocks: Blocks, kept: frozenset[str] = frozenset(), icon: str = "icon") -> None:
        self.blocks = blocks
        self.icon = icon  # what one without a name is called
        self.kept = kept  # elements that are taken in here though other pages use them for menus
        self.lists: list[int | None] = []  # the next number of each open list; None for bullets
        self.styles: list[str] = []  # how the numbers of each open list are written
        self.rows: list[bool] = []  # of each open table: whether its rows are lines (else it arranges the page)
        self.spans: list[Spans] = []  # of each open table
        self.blank: set[int] = set()  # the cells of columns that hold nothing in any row
        self.first_cell = True

    def enter(self, node: LexborNode) -> bool:
        """Take a node in; whether to go on to its children."""
        tag = node.tag or ""
        if tag == "-text":
            self.blocks.text(clean(node.text_content or ""))
        if is_formula(tag):
            self.blocks.text(formula(node))
            return False
        if tag.startswith("-") or (tag not in self.kept and is_dropped(node, tag)):
            return False
        if tag == "span" and "hidden" in node.attributes and node.prev is not None and is_alternative(node):
            self.blocks.text(" / ")
        if tag in _CELLS and node.mem_id in self.blank:
            return False
        if tag == "img":
            self.blocks.text(spoken(node, self.icon))
            return False
        kinds = _kinds(node) if self.kept else []
        if "pagebreak" in kinds:  # the number of a printed page is none of the text's
            return False
        if tag == "sup" or (tag == "a" and "noteref" in kinds):
            self.blocks.raised(clean(node.text()))
            return False
        self._break(tag)
        if tag in ("ul", "ol"):
            self.lists.append(_number(node, "start", 1) if tag == "ol" else None)
            self.styles.append(node.attributes.get("type") or "1")
        elif tag == "li":
            self._item(node)
        elif tag in ("p", "div", "dt") and not self.lists and is_pointer(node):
            self.blocks.item(POINTER)
        elif tag == "pre":
            self.blocks.verbatim(True)
        elif tag == "table":
            self.rows.append(_has_rows(node, bool(self.rows)))
            self.spans.append(Spans())
            if self.rows[-1]:
                self.blank |= _blank_columns(node)
        elif tag == "tr":
            self.first_cell = True
            if self.spans:
                self.spans[-1].row()
        elif tag in _CELLS:
            self._cell(node, True)
        return True

    def leave(self, node: LexborNode) -> None:
        """The node's children have all been taken in."""
        tag = node.tag or ""
        if tag in _HEADINGS and not is_call(node.parent):
            self.blocks.heading(int(tag[1]))
        elif tag in ("ul", "ol"):
            self.lists.pop()
            self.styles.pop()
        elif tag == "pre":
            self.blocks.verbatim(False)
        elif tag == "table":
            self.rows.pop()
            self.spans.pop()
        elif tag == "tr":
            self._end_row()
        elif tag in _ROW_GROUPS and self.spans:
            self.spans[-1].end()
        elif tag in _CELLS:
            self._cell(node, False)
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not (self.lists and tag in ("p", "ul", "ol")):
            self.blocks.paragraph()
        elif tag in _LINES or tag in _PARAGRAPHS:
            self.blocks.line()

    def _item(self, node: LexborNode) -> None:
        depth = max(len(self.lists), 1)
        number = self.lists[-1] if self.lists else None
        if number is not None:
            number = _number(node, "value", number)
            self.lists[-1] = number + 1
        mark = (POINTER if is_pointer(node) else "- ") if number is None else f"{ordinal(number, self.styles[-1])}. "
        self.blocks.item("  " * min(depth - 1, 8) + mark)

    def _cell(self, node: LexborNode, on: bool) -> None:
        if not self.rows or not self.rows[-1]:
            self.blocks.line()
        elif on:
            first = self.blocks.filled(self.spans[-1].above(), self.first_cell)
            self.blocks.cell(True, first)
        else:
            across, down = _number(node, "colspan", 1), _number(node, "rowspan", 1)
            beside = self.spans[-1].cell(self.blocks.cell(False), across, down or _ALL_ROWS)
            self.blocks.filled(beside)
        self.first_cell = False

    def _end_row(self) -> None:
        """The cells that reach into a row at its end; where it has none of its own, they are there already."""
        if self.rows and self.rows[-1]:
            above = list(self.spans[-1].above())
            if not self.first_cell:
                self.blocks.filled(above)


def _has_rows(table: LexborNode, within: bool) -> bool:
    """Whether the rows of a table are lines: it holds no other one, nor chapters, and cells stand side by side.

    `within` another, it has names or no cell of several paragraphs: what looks like that arranges a mail. The parts of
    the table are asked, since it finds itself among the tables in a cell.
    """
    parts = list(table.iter())
    if any(part.css_first(_NOT_IN_ROWS) for part in parts) or table.attributes.get("role") == "presentation":
        return False
    if not within:
        return True
    beside = any(sum(bool(cell.text(strip=True)) for cell in row.iter()) > 1 for row in table.css("tr"))
    return beside and (table.css_first("th") is not None or table.css_first(_PARAGRAPHS_IN_CELL) is None)


def _blank_columns(table: LexborNode) -> set[int]:
    """The cells of columns that are empty in every row: they only set the others apart. None where cells reach over.

    A column that the first row fills is looked at no further, so that a table of data costs next to nothing.
    """
    rows: list[list[LexborNode]] = []
    columns: set[int] = set()
    for row in table.css("tr"):
        cells = [cell for cell in row.iter() if cell.tag in _CELLS]
        columns = columns if rows else set(range(len(cells)))
        columns = {number for number in columns if number >= len(cells) or _is_bare(cells[number])}
        if not columns or any("colspan" in cell.attributes or "rowspan" in cell.attributes for cell in cells):
            return set()
        rows.append(cells)
    return {cells[number].mem_id for cells in rows for number in columns if number < len(cells)}


def _is_bare(cell: LexborNode) -> bool:
    said = cell.text(strip=True) or cell.css_first("math") or any(spoken(image, "icon") for image in cell.css("img"))
    return not said


def _number(node: LexborNode, name: str, otherwise: int) -> int:
    written = node.attributes.get(name) or ""
    return int(written) if written.isdecimal() and len(written) < 7 else otherwise


def _kinds(node: LexborNode) -> list[str]:
    """What an element says it is in a book."""
    attributes = node.attributes
    return f"{attributes.get('epub:type') or ''} {(attributes.get('role') or '').removeprefix('doc-')}".split()
