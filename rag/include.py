"""A question, its receipt and something that was left out → the question that reads it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.chat_types import Request
from rag.types import LeftOut, Receipt

SLACK = 64
"""Tokens that stay free: marks and titles around what is read count too."""


def including(request: Request, receipt: Receipt, at: int, read: Sequence[str] = ()) -> Request | None:
    """The same question with `receipt.left_out[at]` in it; None when it is nothing that can be read.

    `read` are the documents that the answer came from. Something of another document brings that into scope beside
    them; something of theirs is reached with a budget for all that ranked before it too, as far as the window goes,
    and where the window is too small for that, with its document alone in scope.
    """
    item = receipt.left_out[at]
    if not item.document_id or item.document_id in receipt.documents:
        return None
    scope = tuple(dict.fromkeys(request.documents or read))
    if scope and item.document_id not in scope:
        return replace(request, documents=(*scope, item.document_id), titles=())
    before = sum(left.tokens for left in receipt.left_out[: at + 1] if _readable(left))
    wanted, most = receipt.tokens.document + before + SLACK, room(receipt)
    if wanted <= most:
        return replace(request, budget=max(wanted, request.budget))
    return replace(request, documents=(item.document_id,), titles=(), budget=most)


def room(receipt: Receipt) -> int:
    """Tokens of documents that the window holds beside what the question needs."""
    tokens = receipt.tokens
    return max(0, tokens.window - tokens.reserve - tokens.system - tokens.history - tokens.question - SLACK)


def _readable(item: LeftOut) -> bool:
    return bool(item.document_id)
