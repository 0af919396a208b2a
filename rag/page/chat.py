"""Draw the conversation: ask, watch the answer come, stop it, and check where it comes from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ingest.records import DocumentRow
from rag.chat_types import Choice, Request, Turn, Wish
from rag.page.answers import Chat, Progress
from rag.page.chat_list import draw_chats, open_chat
from rag.page.desk import Desk
from rag.page.feedback import draw_rating
from rag.page.library_view import draw_first_steps
from rag.page.receipt import draw_receipt
from rag.page.sanitise import block, inline, line, plain
from rag.page.sources import draw_sources
from rag.page.strings import Say
from rag.types import Answer

MODES: tuple[Choice, ...] = ("auto", "document", "sections", "passages", "summary")
STYLES: tuple[Wish, ...] = ("auto", "quote", "write")
_BEAT = 0.4
_PERSON, _TOMO = ":material/person:", ":material/menu_book:"


def draw_chat(desk: Desk, chat: Chat, say: Say) -> None:
    """The whole page; TomoError when the library cannot be read."""
    documents = desk.documents()
    if not documents and not chat.turns and chat.running is None:
        draw_first_steps(desk, say)
        return
    desk.prepare()
    request = _controls(chat, documents, say)
    if not chat.turns and chat.running is None:
        _greet(documents, say)
    for number, turn in enumerate(list(chat.turns)):
        _draw_turn(turn, desk, chat, say, f"{chat.id}-{turn.id or f'new{number}'}")
    if chat.running is not None:
        _follow(chat, say)
    if chat.unsaved:
        st.warning(say("unsaved", why=inline(chat.unsaved)), icon=":material/warning:")
    if chat.chats is not None:
        draw_chats(desk, chat, chat.chats, say)
    question = st.chat_input(say("ask_placeholder"), disabled=chat.running is not None, max_chars=4000)
    if question and question.strip():
        desk.ask(chat, replace(request, question=question.strip()))
        open_chat(chat.id)


def _controls(chat: Chat, documents: list[DocumentRow], say: Say) -> Request:
    """What is set beside the conversation, as a request still without its question."""
    with st.sidebar:
        if chat.turns and st.button(say("new_chat"), icon=":material/add:", width="stretch"):
            open_chat(None)
        mode = st.selectbox(say("how"), MODES, format_func=lambda m: say(f"mode_{m}"), key="mode", help=say("how_help"))
        titles = {row.id: line(row.title, 80) for row in documents}
        chosen = [key for key in st.session_state.get("scope", []) if key in titles]
        st.session_state["scope"] = chosen
        picked = st.multiselect(
            say("scope"), list(titles), format_func=lambda key: titles.get(key, key), key="scope",
            placeholder=say("scope_all"), help=say("scope_help"),
        )  # fmt: skip
        with st.expander(say("more"), type="compact"):
            style = st.radio(say("style"), STYLES, format_func=lambda s: say(f"wish_{s}"), key="style")
            budget = st.number_input(say("budget"), 0, step=500, key="budget", help=say("budget_help"))
    return Request("", mode, tuple(picked), tuple(titles[key] for key in picked), style, int(budget))


def _greet(documents: list[DocumentRow], say: Say) -> None:
    st.title(say("greeting"), anchor=False)
    st.markdown(say("greeting_help"))
    st.caption(say("try_these"))
    for row in [row for row in documents if row.kind == "manual"][:4] or documents[:4]:
        st.markdown(f":material/description: {inline(row.title, 90)} :gray[· {say.count('pages', row.pages)}]")


def _draw_turn(turn: Turn, desk: Desk, chat: Chat, say: Say, key: str) -> None:
    _draw_question(turn.request, say)
    with st.chat_message("assistant", avatar=_TOMO):
        if turn.answer is not None:
            _draw_answer(turn.answer, desk, say, key)
            if turn.stopped:
                st.caption(say("stopped_answer"))
            if turn.id and chat.chats is not None:
                draw_rating(turn, chat.chats, say, key)
        elif turn.stopped:
            st.markdown(block(turn.text))
            st.info(say("stopped" if turn.text else "stopped_empty"), icon=":material/stop_circle:")
        elif turn.left:
            st.markdown(block(turn.text))
            st.info(say(f"left_{turn.left}"), icon=":material/info:")
        else:
            st.error(inline(turn.error) if turn.error else say("lost"), icon=":material/error:")
        again = turn.answer is None and turn.left != "elsewhere"
        if again and st.button(say("ask_again"), key=f"{key}-again", disabled=chat.running is not None):
            desk.ask(chat, turn.request)
            open_chat(chat.id)


def _draw_answer(answer: Answer, desk: Desk, say: Say, key: str) -> None:
    if answer.refused and not answer.receipt.blocked:
        st.info(say("refused"), icon=":material/search_off:")
    st.markdown(block(answer.text))
    for claim in answer.claims:
        if claim.supported is False:
            st.caption(say("unsupported", claim=inline(claim.text, 200), why=inline(claim.why)))
    draw_sources(answer, desk.library, say, key)
    draw_receipt(answer.receipt, say)


def _draw_question(request: Request, say: Say) -> None:
    with st.chat_message("user", avatar=_PERSON):
        st.text(plain(request.question))
        if request.titles:
            st.caption(inline(say("scope_some", titles=", ".join(request.titles)), 300))


@st.fragment(run_every=_BEAT)
def _follow(chat: Chat, say: Say) -> None:
    """The answer on its way; when it has ended the whole page draws it as a turn."""
    running = chat.running
    if running is None:
        st.rerun(scope="app")
    now = running.progress()
    _draw_question(now.request, say)
    with st.chat_message("assistant", avatar=_TOMO):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f":gray[{inline(_status(now, say))}]", width="content")
            stop = st.button(say("stop"), key="stop", icon=":material/stop_circle:", disabled=now.phase == "stopping")
        if now.text:
            st.markdown(block(now.text))
            st.caption(say("unchecked"))
    if stop:
        running.stop()


def _status(now: Progress, say: Say) -> str:
    if now.working is not None and now.working.total and now.phase == "reading":
        return say(
            "part", done=say.number(now.working.done), total=say.number(now.working.total), what=now.working.what
        )
    tokens = say.number(now.receipt.tokens.used) if now.receipt else "0"
    return f"{say(now.phase, tokens=tokens, place=say.number(now.place))} {say.number(now.seconds)} s"
