"""Draw a turn: the question, its answer, and what can be done with them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ingest.types import Language, Section
from rag.chats.export import answer_text
from rag.chats.types import Request, Turn
from rag.events import Answer, Citation
from rag.page.answers import Chat
from rag.page.bold_rows import with_bold_rows
from rag.page.browser import copy_button
from rag.page.chat_list import open_chat
from rag.page.desk import Desk
from rag.page.feedback import draw_rating
from rag.page.page_text import split_at
from rag.page.receipt import draw_receipt
from rag.page.running import TOMO, draw_question
from rag.page.sanitise import block, inline, line, plain
from rag.page.sources import draw_sources, lead
from rag.page.strings import Say
from rag.planning.include import including
from rag.showing import repeats
from rag.standing import Standing
from rag.suggest import Evidence, Tongue, sections_of, suggestions

BOX = "question"
"""The key of the box that questions are written into."""


def draw_turn(standing: Standing, desk: Desk, chat: Chat, say: Say, key: str) -> None:
    """One turn of the conversation, what it took the place of folded away above it."""
    turn = standing.turn
    if standing.earlier:
        _draw_earlier(standing.earlier, say)
    draw_question(turn.request, say)
    with st.chat_message("assistant", avatar=TOMO):
        if turn.answer is not None:
            _draw_answer(turn.answer, turn, desk, chat, say, key)
            if turn.stopped:
                st.caption(say("stopped_answer"))
        elif turn.stopped:
            st.markdown(block(turn.text))
            st.info(say("stopped" if turn.text else "stopped_empty"), icon=":material/stop_circle:")
        elif turn.left:
            st.markdown(block(turn.text))
            st.info(say(f"left_{turn.left}"), icon=":material/info:")
        else:
            st.error(inline(say.error(turn.error)) if turn.error else say("lost"), icon=":material/error:")
        if turn.left != "elsewhere":
            _draw_actions(turn, desk, chat, say, key)


def again(turn: Turn, request: Request) -> Request:
    """The request asked instead of that turn."""
    return replace(request, replaces=turn.asked)


def _draw_answer(answer: Answer, turn: Turn, desk: Desk, chat: Chat, say: Say, key: str) -> None:
    if answer.courtesy:
        st.markdown(block(answer.text))
        return
    if answer.refused and not answer.receipt.blocked:
        st.info(block(lead(answer)), icon=":material/search_off:")
    else:
        st.markdown(with_bold_rows(answer))
    repeated = repeats(answer.claims)
    for number, claim in enumerate(answer.claims):
        if claim.supported is False and number not in repeated:
            st.caption(say("unsupported", claim=inline(claim.text, 200), why=inline(claim.why)))
    draw_sources(answer, desk.library, say, key)
    wider = [including(turn.request, answer.receipt, at) for at in range(len(answer.receipt.left_out))]
    addable = [at for at, request in enumerate(wider) if request is not None]

    def include(at: int) -> None:
        if (request := wider[at]) is not None:
            ask(desk, chat, again(turn, request))

    draw_receipt(answer.receipt, say, Say("es" if answer.language == "es" else "en"), key, addable, include)


def _draw_actions(turn: Turn, desk: Desk, chat: Chat, say: Say, key: str) -> None:
    busy = chat.running is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{key}-actions"):
        if turn.answer is not None and not turn.answer.courtesy:
            if turn.id and chat.chats is not None:
                draw_rating(turn, chat.chats, say, key)
            text = plain(answer_text(turn.answer, say.tongue))
            copy_button(say("copy"), say("copied"), say("not_copied"), text, say("copy_help"), f"{key}-copy")
        label = say("ask_again" if turn.answer is None else "retry")
        later = turn.asked != max((each.asked for each in chat.turns), default=0.0)
        why = say("retry_earlier") if later and not busy else None
        if st.button(label, key=f"{key}-again", type="tertiary", icon=":material/refresh:", help=why, disabled=busy):
            ask(desk, chat, again(turn, turn.request))
        st.button(
            say("edit"), key=f"{key}-edit", type="tertiary", icon=":material/edit:", help=say("edit_help"),
            on_click=begin_edit, args=(turn,),
        )  # fmt: skip


def begin_edit(turn: Turn) -> None:
    """Back into the box; what is sent from there takes the turn's place."""
    st.session_state["editing"] = turn.asked
    st.session_state[BOX] = turn.request.question


def ask(desk: Desk, chat: Chat, request: Request) -> None:
    """Ask it and show the conversation."""
    desk.ask(chat, request)
    open_chat(chat.id)


def _draw_earlier(earlier: tuple[Turn, ...], say: Say) -> None:
    with st.expander(say.count("earlier", len(earlier)), type="compact"):
        for turn in earlier:
            draw_question(turn.request, say)
            with st.chat_message("assistant", avatar=TOMO):
                st.markdown(
                    block(turn.answer.text if turn.answer is not None else turn.text or say.error(turn.error) or "—")
                )


def draw_suggestions(turn: Turn, desk: Desk, chat: Chat, request: Request, say: Say, key: str) -> None:
    """Questions to go on with, from the sections around what the answer came from; asked as `request` is set.

    None after a refusal: what is around the nearest pages has been found not to be meant.
    """
    if turn.answer is None or turn.answer.refused or turn.answer.courtesy or turn.answer.receipt.mode == "summary":
        return
    asked = [each.request.question for each in chat.turns]
    tongue: Tongue = "es" if turn.answer.language == "es" else "en" if turn.answer.language == "en" else say.tongue
    found = suggestions(_evidence(turn.answer, desk), tongue, asked)
    if not found:
        return
    st.caption(say("go_on"))
    with st.container(gap=None):
        for number, question in enumerate(found):
            label = inline(line(question), 110)
            if st.button(label, key=f"{key}-go{number}", icon=":material/subdirectory_arrow_right:", type="tertiary"):
                ask(desk, chat, replace(request, question=question))


def _evidence(answer: Answer, desk: Desk) -> list[Evidence]:
    rows = desk.library.documents_by_id({citation.document_id for citation in answer.citations})
    outlines = {key: tuple(desk.library.sections(key)) for key, row in rows.items() if row.kind == "manual"}
    pages = {key: desk.library.page_languages(row) for key, row in rows.items()}

    def language(citation: Citation) -> Language:
        return pages[citation.document_id].get(citation.page, rows[citation.document_id].language)

    return [
        Evidence(c.document_id, language(c), c.page, c.section, outlines[c.document_id],
                 _quoted(c, outlines[c.document_id], desk))
        for c in answer.citations
        if c.document_id in outlines
    ]  # fmt: skip


def _quoted(citation: Citation, outline: tuple[Section, ...], desk: Desk) -> tuple[str, ...]:
    """A whole document that was read names no section."""
    page = desk.library.page(citation.document_id, citation.page)
    before, found, _ = split_at(page.text, citation.quote) if page is not None else ("", "", "")
    return sections_of(outline, citation.page, len(before), len(before) + len(found)) if found else ()
