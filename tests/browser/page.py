"""The page around a stand-in assistant that writes a piece every 0.05 s; a test may put its own into the session."""

from dataclasses import replace

import streamlit as st

from rag.page.shell import run_page
from rag.types import Twin
from tests.fakes_assistant import Opener, citation
from tests.hostile import HOSTILE

ANSWER = ("Hold the **power button** ", "for ten seconds [1]. ", "Then wait [2].\n\n")


@st.cache_resource
def opener() -> Opener:
    """One for all sessions, like the real one."""
    pieces = (*ANSWER, *(f"{text}\n\n" for text in HOSTILE.values()))
    twins = (Twin("translation", "manual-2", "Guía del *router*", "guia.md", 3, "", "es"),)
    first = replace(citation(), twins=twins, newer="Router guide v2 (router-v2.md)")
    return Opener(pieces, (first, citation(2, verified=False, quote="Wait.")), pause=0.05)


run_page(st.session_state.get("opener") or opener())
