"""Which documents are read ahead of any question, and what reading them ahead says and keeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from ingest.prefixes import PrefixHeader, headers, sweep
from rag.assistant import Assistant
from rag.llm import LlamaCpp
from rag.prefix import PrefixStore
from rag.prefixes.warm import worth_warming
from tests.fakes import make_tools
from tests.make_gguf import tiny_llama

GB = 10**9


def kept(document: str, used: int) -> PrefixHeader:
    return PrefixHeader(
        document,
        "s",
        1,
        "x",
        600,
        (),
        {document: "d"},
        "",
        "w",
        {},
        1.0,
        complete=True,
        created=0.0,
        last=0.0,
        used=used,
    )


def test_what_is_cited_comes_first_then_what_was_restored_then_the_longest_that_fits() -> None:
    sizes = {"cited": 100, "used": 50, "seldom": 60, "long": 900, "short": 10, "huge": 5000}
    headers = [kept("seldom", 1), kept("used", 7), kept("gone", 9)]
    order = worth_warming(["cited", "huge", "removed"], headers, sizes, 1000, 10)
    assert order == ["cited", "used", "seldom", "long", "short"]
    assert worth_warming(["cited"], headers, sizes, 1000, 2) == ["cited", "used"]
    assert worth_warming([], [], {}, 1000, 5) == []


@pytest.fixture
def assistant(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Assistant]:
    """A tiny real model over a library of a manual that fits its window and of one that does not.

    The parameter: bytes that kept states may take.
    """
    tools = make_tools(tmp_path / "library")
    pages = {"fits": 12, "huge": 400}
    files = tmp_path / "files"
    files.mkdir()
    for name, count in pages.items():
        text = "\f".join(f"{name} page {n}: the printer has paper and a red light. " * 6 for n in range(count))
        (files / f"{name}.txt").write_text(text, encoding="utf-8")
    list(ingest([files], tools))
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), window=4096, threads=1)
    store = PrefixStore(tmp_path / "library" / "prefix", getattr(request, "param", GB))
    llm.keep_in(store, worth_seconds=0.0)
    made = Assistant(tools.library, tools.store, tools.embedder, llm, prefixes=store)
    yield made
    made.close()


def named(assistant: Assistant, name: str) -> str:
    return assistant.library.find_document(f"{name}.txt").id


def test_a_manual_is_got_ready_once_and_what_cannot_be_says_why(assistant: Assistant) -> None:
    ids = [named(assistant, name) for name in ("fits", "huge")]
    first = {event.document_id: event for event in assistant.warm(ids, threading.Event())}
    assert [first[i].state for i in ids] == ["ready", "refused"]
    assert "window" in first[ids[1]].why
    assert first[ids[0]].done == first[ids[0]].total
    again = [event for event in assistant.warm(ids[:1], threading.Event()) if event.state != "working"]
    assert [event.state for event in again] == ["known"]


@pytest.mark.parametrize("assistant", [1000], indirect=True)
def test_what_finds_no_room_is_refused_before_minutes_are_spent_on_it(assistant: Assistant) -> None:
    (event,) = assistant.warm([named(assistant, "fits")], threading.Event())
    assert (event.state, event.done) == ("refused", 0)
    assert "may take 1 kB" in event.why


def test_progress_grows_and_a_cancel_keeps_what_was_read(assistant: Assistant) -> None:
    ids, cancel = [named(assistant, "fits")], threading.Event()
    seen = []
    for event in assistant.warm(ids, cancel):
        seen.append(event)
        if event.done >= 1024:
            cancel.set()
    assert [e.done for e in seen] == sorted(e.done for e in seen)
    assert seen[-1].state in ("cancelled", "ready")
    last = list(assistant.warm(ids, threading.Event()))[-1]
    assert last.state in ("ready", "known")


def test_a_document_that_is_removed_takes_its_state_with_it(assistant: Assistant) -> None:
    document = named(assistant, "fits")
    list(assistant.warm([document], threading.Event()))
    folder = assistant.library.folder / "prefix"
    assert len(headers(folder)) == 1
    assistant.library.forget_document(document)
    sweep(folder, assistant.library.text_digest)
    assert list(folder.glob("*.state")) == []
