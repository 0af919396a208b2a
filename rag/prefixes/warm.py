"""Documents → their prompts' states on disk, before anybody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.errors import WindowError
from ingest.prefixes import PrefixHeader
from ingest.space import size
from rag.llm import LLM
from rag.plan import Ranking, Request
from rag.planning.planner import Planner
from rag.prefix import PrefixStore
from rag.question import understand
from rag.types import Plan

State = Literal["working", "ready", "known", "refused", "cancelled"]

_ASKED = understand("What is this about?", "en")
"""Any question: what is kept ends before it."""


@dataclass(frozen=True, slots=True)
class Warming:
    """How far one document is: `done` of `total` tokens. "known": it was ready before; `why` it was refused.

    `seconds`: what it took so far.
    """

    document_id: str
    title: str
    state: State
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    why: str = ""


def warm(
    planner: Planner, llm: LLM, ids: Sequence[str], cancel: threading.Event, store: PrefixStore | None = None
) -> Iterator[Warming]:
    """Read each document as if somebody had asked about the whole of it, and keep what that computes.

    A document that does not fit the window, or whose state is larger than all that the store may take, is refused with
    the numbers before it is read. After `cancel` what has been computed is kept: the next call goes on
    from there, as it does after a crash.
    """
    for document_id in ids:
        if cancel.is_set():
            return
        try:
            outlook = planner.look(Request(_ASKED, "document"), [document_id], Ranking(()))
            plan = planner.read(outlook)
        except WindowError as error:
            yield Warming(document_id, document_id, "refused", why=str(error))
            continue
        if why := _no_room(plan, llm, store):
            yield Warming(document_id, plan.keep.what if plan.keep else document_id, "refused", why=why)
            continue
        yield from _one(document_id, plan, llm, cancel)


def _no_room(plan: Plan, llm: LLM, store: PrefixStore | None) -> str:
    """Why what is computed could not be kept, as far as that is known before; "" when it may be, or is already."""
    if store is None or plan.keep is None or store.known(llm.identity, tuple(plan.keep.documents), plan.keep.part):
        return ""
    needed, most = llm.kv_bytes(plan.tokens.document), store.limit
    if needed <= most:
        return ""
    return f"It takes {size(needed)}, and all that is kept may take {size(most)}. Free some disk, or raise prefix_mb."


def _one(document_id: str, plan: Plan, llm: LLM, cancel: threading.Event) -> Iterator[Warming]:
    generation = llm.stream(plan.messages, 0, cancel=cancel, keep=plan.keep)
    begun = Warming(document_id, plan.keep.what if plan.keep else document_id, "working", total=plan.tokens.used)
    for _ in generation:
        usage = generation.usage
        yield replace(begun, done=usage.computed_tokens, seconds=usage.prefill_seconds)
    usage = generation.usage
    ended = replace(begun, done=usage.computed_tokens, seconds=usage.prefill_seconds)
    if usage.stop == "cancel":
        yield replace(ended, state="cancelled")
    elif usage.saved:
        yield replace(ended, state="ready")
    elif usage.prefix in ("restored", "hot"):
        yield replace(ended, state="known")
    else:
        yield replace(ended, state="refused", why="It could not be kept (the log says why: too short, or no room).")


def worth_warming(
    cited: Sequence[str], kept: Iterable[PrefixHeader], sizes: Mapping[str, int], window: int, limit: int
) -> list[str]:
    """The documents that most answers stand on, those whose states were used most, then the longest that may fit.

    `sizes`: id → tokens; what cannot fit the window is left out.
    """
    fitting = sorted((i for i, tokens in sizes.items() if tokens < window), key=lambda i: -sizes[i])
    used = [i for header in sorted(kept, key=lambda h: -h.used) for i in header.documents]
    asked = [i for i in (*cited, *used) if sizes.get(i, window) < window]
    return list(dict.fromkeys([*asked, *fitting]))[:limit]
