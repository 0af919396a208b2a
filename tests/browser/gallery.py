"""Every hostile text, escaped, each under its own key."""

import streamlit as st

from rag.page.sanitise import block, inline
from tests.hostile import HIDDEN, HOSTILE

for key, text in (HOSTILE | HIDDEN).items():
    with st.container(key=f"inline-{key}"):
        st.markdown(inline(text))
    with st.container(key=f"within-{key}"):
        label = inline(text)
        st.markdown(f":small[:gray[{label}]]  \n:yellow-background[{label}] :orange-badge[{label}]")
    with st.container(key=f"block-{key}"):
        st.markdown(block(text))
    with st.container(key=f"label-{key}"), st.expander(inline(text)):
        st.text("inside")
st.text("end of the gallery")
