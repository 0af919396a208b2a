"""A complaint and the messages below it as exported → the messages, oldest first, each with what it says itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.quoted import Said, parted
from ingest.readers.ticket_comments import newest_first
from ingest.readers.ticket_page import Comment


def thread_of(description: str, comments: Sequence[Comment]) -> tuple[tuple[Comment, ...], str]:
    """The messages, and what they quote of mails that the ticket does not say itself.

    A first message that is the complaint once more is left out, as exports of Zendesk have it.
    """
    ordered = list(reversed(comments)) if newest_first(comments) else list(comments)
    if ordered and _words(ordered[0].text) == _words(description) and not ordered[0].attachments:
        ordered = ordered[1:]
    said = Said([description])
    made, more = [], []
    for comment in ordered:
        own, rest = parted(comment.text, said)
        said.add(own)
        made.append(replace(comment, text=own))
        more.append(rest)
    return tuple(made), "\n\n".join(filter(None, more))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
