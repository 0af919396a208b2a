"""Draw a ticket as a thread: what it is about, who said what and when, how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.records import DocumentRow
from ingest.types import Fields, Section
from rag.page.page_text import marked, split_at
from rag.page.sanitise import inline
from rag.page.strings import Say
from rag.page.units import moment
from rag.tickets.thread import Post, said_in, thread_of, without_head

MOST_MAILS = 20
"""Other mails of a thread that are listed."""
_FIELDS = ("key", "product", "version", "created", "updated", "requester")


def draw_ticket(document: DocumentRow, text: str, sections: Sequence[Section], quote: str, say: Say) -> None:
    """Status and resolution first, then the messages, oldest first, what is quoted of each marked in it."""
    _draw_fields(document.fields, say)
    before, found, _ = split_at(text, quote)
    start, end = len(before), len(before) + len(found)
    for each in thread_of(text, sections):
        post = without_head(each, document.title, document.fields.key)
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{say(f'post_{post.part}')}**{_who(post)}")
            if post.facts:
                st.markdown(f":small[:gray[{inline(post.facts, 600)}]]")
            st.markdown(marked(post.text, said_in(post, text, start, end)))


def _who(post: Post) -> str:
    return f" :gray[· {inline(post.who, 120)}]" if post.who else ""


def _draw_fields(fields: Fields, say: Say) -> None:
    if fields.status:
        st.badge(f"{say('field_status')}: {inline(fields.status, 60)}", color="blue")
    if fields.resolution:
        st.success(f"**{say('field_resolution')}**  \n{inline(fields.resolution, 400)}", icon=":material/task_alt:")
    known = [(say(f"field_{name}"), moment(getattr(fields, name))) for name in _FIELDS]
    known += [(say("field_tags"), ", ".join(fields.tags))]
    cells = [f":gray[{name}]  \n**{inline(value, 200)}**" for name, value in known if value]
    columns = st.columns(2)
    for number, cell in enumerate(cells):
        columns[number % 2].markdown(cell)


def draw_mails(mails: Sequence[DocumentRow], document: DocumentRow, say: Say) -> None:
    """The other mails of a mail's thread, which came in files of their own."""
    others = [mail for mail in mails if mail.id != document.id]
    if not others:
        return
    st.caption(say("thread"))
    shown = [(mail.fields.created[:10], mail.title, mail.fields.requester, mail.file) for mail in others[:MOST_MAILS]]
    lines = [f"- {' · '.join(inline(part, 120) for part in line if part)}" for line in shown]
    lines += [f"- … +{say.number(len(others) - MOST_MAILS)}"] if len(others) > MOST_MAILS else []
    st.markdown("\n".join(lines))
