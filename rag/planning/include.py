"""A question, its receipt and something that was left out → the question that reads it too."""

from __future__ import annotations

from dataclasses import replace

from rag.chats.types import Request
from rag.types import Pin, Receipt


def including(request: Request, receipt: Receipt, at: int) -> Request | None:
    """The same question with `receipt.left_out[at]` pinned; None when it is nothing that can be read, or is read."""
    item = receipt.left_out[at]
    if not item.document_id or item.document_id in receipt.documents:
        return None
    pin = Pin(item.document_id, item.page, item.start, item.end)
    return replace(request, pinned=tuple(dict.fromkeys((*request.pinned, pin))))
