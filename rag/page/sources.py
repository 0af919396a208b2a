"""Draw the numbered sources of an answer as chips; a chip opens the page it stands for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.library import Library
from rag.events import Answer, Citation
from rag.page.refused import telling
from rag.page.sanitise import inline
from rag.page.strings import Say
from rag.page.viewer import CRUMB, open_viewer, page_words

_TITLE, _WHOLE = 26, 70
"""Characters of a title, beside others; and where the chips are the list."""
_NUMBER = 16
_TIP = 220


def lead(answer: Answer) -> str:
    """What a refusal says before it lists the nearest pages, which its chips are; the whole text of other answers."""
    first, *listed = answer.text.splitlines()
    named = len(listed) == len(answer.citations) and all(each.startswith("- ") for each in listed)
    return first if answer.refused and listed and named else answer.text


@st.fragment
@telling
def draw_sources(answer: Answer, library: Library, say: Say, key: str) -> None:
    """A line that says how many are verified, and a chip a source."""
    if not answer.citations:
        return
    rows = library.documents_by_id({citation.document_id for citation in answer.citations})
    keys = {key: row.fields.key for key, row in rows.items() if row.kind == "ticket" and row.pages == 1}
    if not answer.refused:
        st.markdown(f"**{say('sources')}** · {_verified(answer.citations, say)}")
    elif lead(answer) == answer.text:
        st.markdown(f"**{say('nearest')}**")
    with st.container(horizontal=True, gap="xsmall", key=f"{key}-chips"):
        for citation in answer.citations:
            tip = inline(_tip(citation, say, answer.refused), _TIP)
            chip = _chip(citation, keys.get(citation.document_id, ""), say, answer.refused)
            if st.button(chip, key=f"{key}-{citation.n}", help=tip, wrap=answer.refused):
                open_viewer(citation, library, say, answer.refused)


def _verified(citations: Sequence[Citation], say: Say) -> str:
    """How many of the quotes a check has found, in words and in colour."""
    good = sum(citation.verified for citation in citations)
    words = [f":green[{_unbroken(say.count('all_verified', good))}]"] if good == len(citations) else []
    bad = len(citations) - good
    return " ".join([*words, *([f":orange[{_unbroken(say.count('not_verified', bad))}]"] if bad else [])])


def _chip(citation: Citation, number: str, say: Say, refused: bool) -> str:
    """`number` is a ticket's own, which says more than the only page it has."""
    mark = "" if refused else (" :green[✓]" if citation.verified else " :orange[⚠]")
    place = inline(number, _NUMBER) or say("short_page", label=inline(citation.label or str(citation.page)))
    return f"**{citation.n}** {inline(citation.document, _WHOLE if refused else _TITLE)} · {place}{mark}"


def _tip(citation: Citation, say: Say, refused: bool) -> str:
    place = page_words(citation.label, citation.page, say)
    section = citation.section.split(CRUMB)[-1]
    quote = f"«{' '.join(citation.quote.split())}»" if citation.quote else ""
    said = "" if refused else say("verified" if citation.verified else "unverified")
    return " · ".join(part for part in (citation.document, place, section, said, quote) if part)


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")
