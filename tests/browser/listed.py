"""The page around a stand-in that lists tickets, quotes one below each, and has numbers of their own in the quotes."""

import streamlit as st

from rag.page.shell import run_page
from tests.fakes_assistant import Opener, citation

LISTED = (
    "The tickets most like it:\n\n- T-1 · Restart · Closed [1]\n  «Hold it, as [2] says\n- see [3]» [2]\n"
    "- T-2 · Wait · Closed [3]\n  «See [1].» [4]\n"
)


@st.cache_resource
def opener() -> Opener:
    """One for all sessions, like the real one."""
    return Opener((LISTED,), tuple(citation(n) for n in range(1, 5)))


run_page(opener())
