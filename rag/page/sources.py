"""Draw the numbered sources of an answer: where it says so, the words, and the page itself."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from ingest.errors import TomoError
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Fields
from rag.page.picture import has_picture, page_picture
from rag.page.sanitise import inline, literal, plain
from rag.page.strings import Say
from rag.types import Answer, Citation

MOST_MAILS = 20
"""Other mails of a thread that are listed."""
_CRUMB = " › "
_FIELDS = ("key", "product", "version", "status", "resolution", "created", "updated", "requester")


@st.fragment
def draw_sources(answer: Answer, library: Library, say: Say, key: str) -> None:
    """One line a source, closed; opening one draws its page and nothing else."""
    if not answer.citations:
        return
    st.markdown(f"**{say('nearest' if answer.refused else 'sources')}**")
    with st.container(gap="xsmall"):
        for citation in answer.citations:
            label = _label(citation, say, answer.refused)
            drawer = st.expander(label, key=f"{key}-{citation.n}", on_change="rerun")
            if drawer.open:
                with drawer:
                    _draw(citation, library, say, answer.refused)


def page_words(label: str, number: int, say: Say) -> str:
    """How a page is called: as printed on it, and its number in the file when that differs."""
    if label in ("", str(number)):
        return say("page", label=number)
    return say("page_numbered", label=label, number=number)


def _label(citation: Citation, say: Say, refused: bool) -> str:
    place = [inline(citation.document, 90), inline(page_words(citation.label, citation.page, say))]
    place += [inline(citation.section.split(_CRUMB)[-1], 80)] if citation.section else []
    mark = ":green[{}]" if citation.verified else ":orange[{}]"
    words = say("verified" if citation.verified else "unverified").replace(" ", "\u00a0")
    said = "" if refused else " · " + mark.format(words)
    return rf"**\[{citation.n}\]** {' · '.join(place)}{said}"


def _draw(citation: Citation, library: Library, say: Say, refused: bool) -> None:
    if _CRUMB in citation.section:
        st.caption(inline(citation.section))
    if citation.quote:
        st.caption(say("quote"))
        with st.container(border=True):
            st.text(plain(citation.quote))
    if citation.newer:
        st.warning(say("older", title=inline(citation.newer, 120)))
    for twin in citation.twins:
        place = f"{inline(twin.title, 90)} · {inline(page_words(twin.label, twin.page, say))}"
        st.caption(say(f"twin_{twin.relation}", place=place))
    if not refused:
        st.caption(say("verified_help" if citation.verified else "unverified_help"))
    try:
        document = library.document(citation.document_id)
        page = library.page(citation.document_id, citation.page)
        mails = library.thread(citation.document_id)
    except TomoError as error:
        st.error(inline(str(error)))
        return
    if document is None or page is None:
        st.info(say("page_gone"))
        return
    if document.kind == "ticket":
        _draw_fields(document.fields, say)
        _draw_thread(mails, document, say)
    if not _drew_picture(citation, document, say):
        _draw_text(page.text, citation.quote, say)


def _drew_picture(citation: Citation, document: DocumentRow, say: Say) -> bool:
    if not has_picture(document.path):
        return False
    stamp = Path(document.path).stat().st_mtime_ns
    picture = _picture(document.path, stamp, citation.page, citation.quote)
    if picture is None:
        st.caption(say("no_picture"))
        return False
    page = page_words(citation.label, citation.page, say)
    st.image(picture, caption=inline(say("picture_caption", file=document.file, page=page)), width="stretch")
    return True


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(path: str, stamp: int, number: int, quote: str) -> bytes | None:
    return page_picture(path, number, quote)


def _draw_fields(fields: Fields, say: Say) -> None:
    known = [(say(f"field_{name}"), getattr(fields, name)) for name in _FIELDS]
    known += [(say("field_tags"), ", ".join(fields.tags))]
    cells = [f":gray[{name}]  \n**{inline(value, 200)}**" for name, value in known if value]
    columns = st.columns(2)
    for number, cell in enumerate(cells):
        columns[number % 2].markdown(cell)


def _draw_thread(mails: list[DocumentRow], document: DocumentRow, say: Say) -> None:
    """The other mails of a mail's thread, which came in files of their own."""
    others = [mail for mail in mails if mail.id != document.id]
    if not others:
        return
    st.caption(say("thread"))
    shown = [(mail.fields.created[:10], mail.title, mail.fields.requester, mail.file) for mail in others[:MOST_MAILS]]
    lines = [f"- {' · '.join(inline(part, 120) for part in line if part)}" for line in shown]
    lines += [f"- … +{say.number(len(others) - MOST_MAILS)}"] if len(others) > MOST_MAILS else []
    st.markdown("\n".join(lines))


def _draw_text(text: str, quote: str, say: Say) -> None:
    st.caption(say("page_text"))
    with st.container(border=True, height=360 if len(text) > 900 else "content"):
        st.markdown(_marked(*split_at(text, quote)))


def _marked(before: str, quote: str, after: str) -> str:
    if not quote:
        return literal(before)
    left, right = " " * before.endswith(" "), " " * after.startswith(" ")
    return f"{literal(before)}{left}:yellow-background[{inline(quote)}]{right}{literal(after)}"


def split_at(text: str, quote: str) -> tuple[str, str, str]:
    """The text before the quote, the quote as the page has it, and the rest; white space may differ.

    A quote that is not there gives the whole text and twice nothing.
    """
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s+".join(words), text) if words else None
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]
