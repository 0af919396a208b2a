"""Draw the frame around both views: language, navigation, totals, and every refusal as a sentence."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import cast

import streamlit as st

from ingest.errors import TomoError
from ingest.lock import being_written
from ingest.settings import Settings, read_settings
from rag.access.gate import is_loopback
from rag.page import cookie
from rag.page.chat import draw_chat
from rag.page.desk import Desk
from rag.page.door import draw_sign_out, let_in
from rag.page.engine import OpenAssistant
from rag.page.frame import frame
from rag.page.insight_view import draw_insight
from rag.page.library_view import draw_library
from rag.page.models_view import draw_models
from rag.page.owners import owner_of, steady
from rag.page.refused import draw_anew, forget_refused, tell
from rag.page.sanitise import inline
from rag.page.strings import TONGUES, Say, Tongue, tongue_of
from rag.page.turn import BOX

# Drawn here: an icon by name would be fetched from the network as the tab's picture.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">'
    '<rect width="32" height="32" rx="7" fill="#0f6f68"/>'
    '<path d="M8 9h16v4h-6v12h-4V13H8z" fill="#fcfbf8"/></svg>'
)
_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 110 32" width="110" height="32">'
    '<rect width="32" height="32" rx="7" fill="#0f6f68"/><path d="M8 9h16v4h-6v12h-4V13H8z" fill="#fcfbf8"/>'
    '<g fill="none" stroke="#23897f" stroke-width="3.6"><path d="M41 8.5h17M49.5 8.5V25"/>'
    '<path d="M75.5 12.6V25m0-6.5a4 4 0 0 1 8 0V25m0-6.5a4 4 0 0 1 8 0V25"/>'
    '<circle cx="65" cy="19.3" r="5"/><circle cx="101" cy="19.3" r="5"/></g></svg>'
)
_YEAR = 365 * 86400.0
"""Seconds after its last visit that a browser keeps whose conversations are its own."""


def run_page(open_assistant: OpenAssistant) -> None:
    """Draw the page once, as Streamlit asks for at every turn of a wheel."""
    say = Say(_tongue())
    draw_anew()
    # Before the navigation: until the tab has a picture of its own, it fetches the page's icon from the network.
    st.set_page_config(page_title="Tomo", page_icon=_ICON)
    try:
        settings = read_settings()
        if not let_in(settings.library, say):
            return
        desk = _desk(settings, open_assistant)
    except TomoError as error:
        st.title("Tomo", anchor=False)
        st.error(inline(say.error(error)), icon=":material/error:")
        return
    pages = {
        "chat": st.Page(
            lambda: _guarded(say, lambda: _chat_page(desk, say)),
            title=say("chat"), icon=":material/forum:", url_path="ask", default=True,
        ),
        "library": st.Page(
            lambda: _guarded(say, lambda: draw_library(desk, say)),
            title=say("library"), icon=":material/library_books:", url_path="library",
        ),
        "models": st.Page(
            lambda: _guarded(say, lambda: draw_models(desk, say)),
            title=say("models"), icon=":material/memory:", url_path="models",
        ),
        "insight": st.Page(
            lambda: _guarded(say, lambda: draw_insight(desk, desk.chats.of(_owner(desk.settings.library)), say)),
            title=say("insight"), icon=":material/insights:", url_path="insight",
        ),
    }  # fmt: skip
    st.session_state["pages"] = pages
    page = st.navigation(list(pages.values()))
    if st.session_state.get("view") != page.url_path:
        st.session_state["view"] = page.url_path
        forget_refused()
        if page is pages["chat"] and "chat" not in st.query_params and st.session_state.get("chat"):
            st.query_params["chat"] = st.session_state["chat"]  # a link to a view has the view's name only
    wide = page is not pages["chat"]
    st.set_page_config(page_title=f"Tomo · {page.title}", layout="wide" if wide else "centered")
    st.logo(_LOGO, size="large")
    _sidebar_top(settings.library, say, tagline=wide or not _empty(desk))  # the first steps begin with it
    page.run()
    _guarded(say, lambda: _sidebar_end(desk, say))
    with st.sidebar:
        if own := st.session_state.get("owner_secret"):
            cookie.keep(settings.library, own, _YEAR, "owner")
        frame(say.tongue, f"{page.url_path} {st.query_params.get('chat', '')}")


def _desk(settings: Settings, open_assistant: OpenAssistant) -> Desk:
    return _shared_desk(str(settings), settings, open_assistant)


@st.cache_resource(show_spinner=False)
def _shared_desk(key: str, _settings: Settings, _open: OpenAssistant) -> Desk:
    return Desk(_settings, _open)


def _chat_page(desk: Desk, say: Say) -> None:
    wanted = st.query_params.get("chat")  # none in an address that was gone back to: a new one
    st.session_state["chat"] = wanted
    chat = desk.chat(wanted, _owner(desk.settings.library))
    if wanted and chat.id != wanted and not chat.unsaved:
        st.info(say("chat_gone"), icon=":material/info:")
        del st.query_params["chat"]  # said once
        st.session_state["chat"] = None
    draw_chat(desk, chat, say)


def _owner(library: Path) -> str:
    """Conversations are the browser's. Its secret is Streamlit's own cookie at first, or this tab's without any, and is
    kept from then on: that cookie ends with the browser."""
    tab = st.session_state.setdefault("tab", secrets.token_urlsafe(16))
    secret = cookie.shown(library, "owner") or steady(str(st.context.cookies.get("_streamlit_xsrf", ""))) or tab
    owner = owner_of(st.get_option("server.address"), secret)
    st.session_state["owner_secret"] = secret if owner else ""
    return owner


def _tongue() -> Tongue:
    """The language chosen beside the page, or the browser's at first.

    A run that does not come as far as the control loses what stands under the control's key, or leaves nothing chosen
    in it, and a run that no browser asked for knows no locale: what was spoken is kept apart.
    """
    state = st.session_state
    asked = st.query_params.get("lang") or st.context.locale
    if asked and "spoken" not in state:
        state["tongue"] = tongue_of(asked)
    if state.get("tongue") is None:
        state["tongue"] = state.get("spoken") or tongue_of(None)
    tongue = cast(Tongue, state["tongue"])
    if asked:
        state["spoken"] = tongue
    return tongue


def _empty(desk: Desk) -> bool:
    try:
        return not desk.documents()
    except TomoError:  # said where they are drawn
        return False


def _sidebar_top(library: Path, say: Say, tagline: bool) -> None:
    with st.sidebar:
        if tagline:
            st.caption(say("tagline"))
        # Above the conversations: below two dozen of them nobody would find these.
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"
        ):
            st.segmented_control(
                say("language"), list(TONGUES), format_func=lambda t: TONGUES[t], key="tongue", required=True,
                on_change=_keep_tongue, label_visibility="collapsed",
            )  # fmt: skip
            draw_sign_out(library, say)


def _sidebar_end(desk: Desk, say: Say) -> None:
    totals = desk.library.totals()
    with st.sidebar:
        documents, pages = say.count("documents", totals["documents"]), say.count("pages", totals["pages"])
        st.caption(f":material/library_books: {say('totals', documents=documents, pages=pages)}")
        adding = desk.intake is not None and not desk.intake.done
        if adding or (totals["unindexed"] and being_written(desk.library.folder)):
            st.caption(f":material/hourglass_top: {say('adding')}")
        elif totals["unindexed"]:
            st.caption(f":orange[{say.count('pending', totals['unindexed'])}]")
        here = is_loopback(str(st.get_option("server.address") or ""))
        st.caption(f":material/lock: {say('offline' if here else 'offline_there')}")


def _keep_tongue() -> None:
    if chosen := st.session_state["tongue"]:
        st.query_params["lang"] = chosen


def _guarded(say: Say, draw: Callable[[], None]) -> None:
    try:
        draw()
    except TomoError as error:
        if text := str(getattr(st.session_state.get(BOX), "text", "") or ""):
            st.session_state["unsent"] = text  # what was just sent stands in the box again once there is one
        tell(error, say)
