"""Draw the conversations beside the page: find, open, rename, export and delete them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

import streamlit as st

from ingest.errors import LibraryError
from rag.chats.export import FORMATS, export_file
from rag.chats.store import PAGE, TITLE, Chats
from rag.chats.types import ChatRow
from rag.page.answers import Chat
from rag.page.desk import Desk
from rag.page.sanitise import file_name, inline
from rag.page.strings import Say

_SHOWN, _BESIDE_A_DATE = 27, 22
"""Characters of a title, beside a time and beside a date: more would break the line in two."""


def draw_chats(desk: Desk, chat: Chat, chats: Chats, say: Say) -> None:
    """The list, newest first, and what can be done with the open one; a refusal is a sentence beside the page."""
    with st.sidebar:
        try:
            if chat.turns:
                _draw_open(desk, chat, chats, say)
            _draw_list(chat, chats, say)
        except LibraryError as error:
            st.warning(inline(say.error(error)), icon=":material/warning:")


def open_chat(chat_id: str | None) -> None:
    """Show this conversation from now on, after a reload too; None shows a new one."""
    st.session_state["chat"] = chat_id
    if chat_id is None:
        st.query_params.pop("chat", None)
    else:
        st.query_params["chat"] = chat_id
    st.rerun()


def when(seconds: float, now: float) -> str:
    """A time of today as hours and minutes, any other as its date; both as this machine's clock has it."""
    then, today = datetime.fromtimestamp(seconds), datetime.fromtimestamp(now)
    return then.strftime("%H:%M" if then.date() == today.date() else "%Y-%m-%d")


def _draw_list(chat: Chat, chats: Chats, say: Say) -> None:
    words = str(st.session_state.get("find_chat", ""))
    shown = int(st.session_state.get("chats_shown", PAGE))
    rows = chats.listed(words, shown + 1)
    if not rows and not words:
        return
    st.markdown(f"**{say('chats')}**")
    st.text_input(
        say("find_chat"), key="find_chat", placeholder=say("find_chat"), label_visibility="collapsed", type="search",
        live=True,
    )  # fmt: skip
    if not rows:
        st.caption(say("no_chat"))
    with st.container(gap="xxsmall"):
        for row in rows[:shown]:
            _draw_row(row, row.id == chat.id, chats.file.clock(), say)
    if len(rows) > shown and st.button(say("more_chats"), key="more_chats", type="tertiary"):
        st.session_state["chats_shown"] = shown + PAGE
        st.rerun()


def _draw_row(row: ChatRow, is_open: bool, now: float, say: Say) -> None:
    last = when(row.updated, now)
    title = inline(row.title, _SHOWN if ":" in last else _BESIDE_A_DATE)
    label = f"{title} :gray[· {last}]"
    clicked = st.button(
        f"**{label}**" if is_open else label, key=f"open-{row.id}", type="tertiary",
        help=f"{inline(row.title)} · {say.count('turns', row.turns)}",
    )  # fmt: skip
    if clicked:
        open_chat(row.id)


def _draw_open(desk: Desk, chat: Chat, chats: Chats, say: Say) -> None:
    row = chats.row(chat.id)
    title = row.title if row is not None else chat.turns[0].request.question
    with st.expander(say("this_chat"), type="compact", key=f"manage-{chat.id}"):
        new = st.text_input(say("title"), title, max_chars=TITLE, key=f"title-{chat.id}-{title}", disabled=row is None)
        if new != title and chats.rename(chat.id, new):  # what is kept may differ from what was typed: no blank twice
            st.rerun()
        st.caption(say("export"))
        with st.container(horizontal=True):
            for name in FORMATS:
                made = export_file(chat.exported(title), name, say.tongue)
                st.download_button(
                    say(f"export_{name}"), partial(made.make), file_of(title, name), made.mime,
                    key=f"export-{name}", on_click="ignore",
                )  # fmt: skip
        _draw_delete(desk, chat, chats, say)


def file_of(title: str, ending: str) -> str:
    """A slash in a title ("USB-A/B") is no folder."""
    return file_name(re.sub(r"[/\\]", "-", title) + f".{ending}")


def _draw_delete(desk: Desk, chat: Chat, chats: Chats, say: Say) -> None:
    if st.session_state.get("delete_chat") != chat.id:
        if st.button(say("delete_chat"), key="delete_chat_ask", icon=":material/delete:"):
            st.session_state["delete_chat"] = chat.id
            st.rerun()
        return
    st.warning(say("delete_chat_text"))
    with st.container(horizontal=True):
        sure = st.button(say("delete_chat_yes"), key="delete_chat_yes", type="primary")
        no = st.button(say("cancel"), key="delete_chat_no")
    if sure or no:
        st.session_state["delete_chat"] = None
        if sure:
            desk.forget(chat.id, chats.owner)
            open_chat(None)
        st.rerun()
