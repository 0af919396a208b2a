"""Draw a source: its page as a picture with the quote marked, the pages around it, its file; a ticket as a thread."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ingest.errors import TomoError
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Page
from rag.events import Citation
from rag.page.into_view import into_view
from rag.page.page_text import draw_text, marked
from rag.page.picture import Picture, has_picture, page_picture
from rag.page.sanitise import file_name, inline, line, plain
from rag.page.strings import Say
from rag.page.ticket import draw_mails, draw_ticket

CRUMB = " › "
_PDF = "application/pdf"
_ANY = "application/octet-stream"


def open_viewer(citation: Citation, library: Library, say: Say, refused: bool) -> None:
    """Lay it over the page; Esc closes it."""
    _go(citation.page)
    title = f"{citation.n} · {inline(citation.document, 70)}"
    st.dialog(title, width="medium", icon=":material/menu_book:")(_draw)(citation, library, say, refused)


def page_words(label: str, number: int, say: Say) -> str:
    """How a page is called: as printed on it, and its number in the file when that differs."""
    if label in ("", str(number)):
        return say("page", label=number)
    return say("page_numbered", label=label, number=number)


def _draw(citation: Citation, library: Library, say: Say, refused: bool) -> None:
    try:
        document = library.document(citation.document_id)
        number = _number(citation, document)
        page = library.page(citation.document_id, number)
        sections = library.sections(citation.document_id)
        mails = library.thread(citation.document_id)
    except TomoError as error:
        st.error(inline(say.error(error)))
        return
    threaded = document is not None and document.kind == "ticket" and document.pages == 1
    _draw_head(citation, say, refused or page is None, threaded)  # of a page that is gone nothing is where it was
    if document is None or page is None:
        _draw_quote(citation, say)
        st.info(say("page_gone"))
        return
    quote = citation.quote if number == citation.page else ""
    if threaded:
        _draw_file(document, say)
        draw_ticket(document, page.text, sections, quote, say)
        draw_mails(mails, document, say)
        _scroll(quote)
        return
    _draw_pager(citation, document, number, say)
    if not _drew_picture(document, page, quote, say):
        _draw_quote(citation, say)
        draw_text(page.text, quote, say)
        _scroll(quote)
    _draw_twins(citation, say)


def _number(citation: Citation, document: DocumentRow | None) -> int:
    last = document.pages if document is not None else citation.page
    return max(1, min(int(st.session_state.get("viewed", citation.page)), max(last, 1)))


def _draw_head(citation: Citation, say: Say, refused: bool, ticket: bool) -> None:
    """Where it stands; that a check has found it there only where an answer stands on it."""
    mark = ":green[✓ {}]" if citation.verified else ":orange[⚠ {}]"
    lines = [f":gray[{inline(citation.section)}]"] if citation.section else []
    place = inline(page_words(citation.label, citation.page, say))  # another page may be shown below
    if ticket:  # whose only page nobody knows by a number
        said = say("verified_ticket" if citation.verified else "unverified_ticket")
    else:
        said = say("verified_help" if citation.verified else "unverified_help", page=place)
    lines += [] if refused else [mark.format(said)]
    st.markdown(":small[" + "]  \n:small[".join(lines) + "]")
    if citation.newer:
        st.warning(say("older", title=inline(citation.newer, 120)))


def _draw_twins(citation: Citation, say: Say) -> None:
    for twin in citation.twins:
        place = f"{inline(twin.title, 90)} · {inline(page_words(twin.label, twin.page, say))}"
        st.caption(say(f"twin_{twin.relation}", place=place))


def _draw_quote(citation: Citation, say: Say) -> None:
    if citation.quote:
        st.caption(say("quote"))
        with st.container(border=True):
            st.text(plain(citation.quote))


def _draw_pager(citation: Citation, document: DocumentRow, number: int, say: Say) -> None:
    """Before, after, back to the quote, and the file itself; the arrow keys turn pages too."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        _turn(say("previous_page"), ":material/chevron_left:", number - 1, number > 1, "Left")
        place = say("of_pages", number=say.number(number), all=say.number(document.pages))
        st.markdown(inline(place), width="content")
        _turn(say("next_page"), ":material/chevron_right:", number + 1, number < document.pages, "Right")
        if number != citation.page:
            _turn(say("quoted_page"), ":material/format_quote:", citation.page, True, None)
        _draw_file(document, say)


def _turn(label: str, icon: str, to: int, there_is: bool, shortcut: str | None) -> None:
    st.button(label, icon=icon, disabled=not there_is, on_click=_go, args=(to,), shortcut=shortcut, key=f"turn-{icon}")


def _go(to: int) -> None:
    st.session_state["viewed"] = to
    st.session_state["looks"] = st.session_state.get("looks", 0) + 1


def _draw_file(document: DocumentRow, say: Say) -> None:
    path = Path(document.path)
    if path.is_file():
        kind = _PDF if path.suffix.lower() == ".pdf" else _ANY
        st.download_button(
            say("open_file"), path.read_bytes, file_name(document.file), kind, key=f"file-{document.id}",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def _drew_picture(document: DocumentRow, page: Page, quote: str, say: Say) -> bool:
    """Its text stands below, closed, for who cannot see it."""
    if not has_picture(document.path):
        return False
    stamp = Path(document.path).stat().st_mtime_ns
    picture = _picture(document.path, stamp, page.number, quote)
    if picture is None:
        st.caption(say("no_picture"))
        return False
    place = page_words(page.label, page.number, say)
    caption = say("picture_caption", file=document.file, page=place)
    alt = line(say("picture_alt", page=f"{document.file}, {place}"))
    st.image(picture.png, caption=inline(caption), width="stretch", alt=alt)
    if picture.quoted is not None:
        _scroll(quote, picture.quoted, alt)
    with st.expander(say("page_text"), type="compact"):
        st.markdown(marked(page.text, quote))
    return True


def _scroll(quote: str, share: float | None = None, alt: str = "") -> None:
    """To the quote, once for each opening and each turn of a page."""
    if quote:
        into_view(str(st.session_state.get("looks", 0)), share, alt)


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(path: str, stamp: int, number: int, quote: str) -> Picture | None:
    return page_picture(path, number, quote)
