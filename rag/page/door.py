"""Let a visitor in: at once on this computer, with the password where one is set, never where one is missing.

Who gave the password has a pass (`rag.access.passes`): the tab holds it, and the browser, for when the page is loaded
again. Whenever the page is drawn it is asked for, so that signing out in one tab shuts the others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil
from pathlib import Path

import streamlit as st

from rag.access.gate import Secret, is_loopback, opens, recent, wait
from rag.access.passes import LIFE, Passes
from rag.access.password import read_secret
from rag.page import cookie
from rag.page.frame import frame
from rag.page.strings import Say
from rag.page.turn import BOX


class Door:
    """One for the whole server: it counts the wrong tries of all visitors together, and checks one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self.passes = clock, Passes(clock)
        self._lock = threading.Lock()
        self._failures: list[float] = []

    def seconds_to_wait(self) -> float:
        """Until the next try; 0 when one is free."""
        return wait(self._failures, self._clock())

    def enter(self, secret: Secret, password: str) -> bool:
        """Whether the password opens; nothing is even compared while there is a wait."""
        with self._lock:
            if self.seconds_to_wait():
                return False
            if opens(secret, password):
                return True
            now = self._clock()
            self._failures = [*recent(self._failures, now), now]
            return False


def let_in(library: Path, say: Say) -> bool:
    """Whether the page may be drawn; otherwise what stands in its place has been drawn. SettingsError."""
    secret = read_secret(library)
    if secret is None:
        if is_loopback(str(st.get_option("server.address") or "")):
            return True
        st.title("Tomo", anchor=False)
        st.error(say("door_no_password"), icon=":material/lock:")
        return False
    door = _door(str(library))
    # A pass is for one password: whoever came in with an earlier one is outside again once it has been changed.
    for held in (st.session_state.get("pass", ""), cookie.shown(library)):
        if held and door.passes.opens(held, secret.digest):
            st.session_state["pass"] = held
            return True
    return _ask(library, secret, door, say)


def draw_sign_out(library: Path, say: Say) -> None:
    """The way out for who came in with a password, at the end of the sidebar."""
    held = st.session_state.get("pass", "")
    if not held:
        return
    cookie.keep(library, held, LIFE)
    if st.button(say("sign_out"), icon=":material/logout:", type="tertiary", help=say("sign_out_help"), key="sign_out"):
        _door(str(library)).passes.take_back(held)
        st.session_state.clear()
        st.session_state["signed_out"] = True
        st.rerun()


def _ask(library: Path, secret: Secret, door: Door, say: Say) -> bool:
    st.title("Tomo", anchor=False)
    frame(say.tongue, "door")
    # Asked when the pass had just ended: what was typed stands in the box again once the password is given.
    if text := str(getattr(st.session_state.get(BOX), "text", "") or ""):
        st.session_state["unsent"] = text
    if st.session_state.get("signed_out"):
        cookie.keep(library, "", 0)
    with st.form("door", clear_on_submit=True):
        password = st.text_input(say("password"), type="password", max_chars=1024)
        sent = st.form_submit_button(say("enter"), type="primary")
    if not sent:
        return False
    if door.enter(secret, password):
        st.session_state["pass"] = door.passes.give(secret.digest)
        st.rerun()
    seconds = ceil(door.seconds_to_wait())
    st.error(say("door_wait", seconds=say.number(seconds)) if seconds else say("door_wrong"), icon=":material/lock:")
    return False


@st.cache_resource(show_spinner=False)
def _door(library: str) -> Door:
    return Door()
