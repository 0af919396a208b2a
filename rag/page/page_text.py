"""Draw the text of a page with the quote in it marked."""

from __future__ import annotations

import re

import streamlit as st

from rag.page.sanitise import inline, literal, margin, plain
from rag.page.strings import Say

_LONG = 900


def draw_text(text: str, quote: str, say: Say) -> None:
    """The page, in a box that scrolls when it is long."""
    st.caption(say("page_text"))
    with st.container(border=True, height=360 if len(text) > _LONG else "content"):
        st.markdown(marked(text, quote))


def marked(text: str, quote: str) -> str:
    """Markdown of the lines as they are, indented as they are, the quote on a yellow ground where it is found."""
    before, found, after = split_at(text, quote)
    if not found:
        return literal(before)
    left, right = " " * before.endswith(" "), " " * after.startswith(" ")
    lines = (
        f"{margin(each)}:yellow-background[{inline(each)}]" if each.strip() else "" for each in plain(found).split("\n")
    )
    return f"{literal(before)}{left}" + "  \n".join(lines) + f"{right}{literal(after)}"


def split_at(text: str, quote: str) -> tuple[str, str, str]:
    """The text before the quote, the quote as the page has it, and the rest; white space may differ.

    A quote that is not there gives the whole text and twice nothing.
    """
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s+".join(words), text) if words else None
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]
