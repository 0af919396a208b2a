"""The page around a stand-in that reads for six seconds before it writes, and then writes for as long."""

import streamlit as st

from rag.page.shell import run_page
from tests.fakes_assistant import Opener


@st.cache_resource
def opener() -> Opener:
    """One for all sessions, like the real one."""
    return Opener(("Hold the **power button** ", *("and wait ",) * 60, "[1]."), pause=0.1, prefill=60)


run_page(opener())
