"""The page around a stand-in that writes for four seconds, and far more than a window holds."""

import streamlit as st

from rag.page.shell import run_page
from tests.fakes_assistant import Opener


@st.cache_resource
def opener() -> Opener:
    """One for all sessions, like the real one."""
    return Opener((*(f"Step {n} of many: wait.\n\n" for n in range(80)), "Done [1]."), pause=0.05)


run_page(opener())
