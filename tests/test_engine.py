"""One assistant, lent: questions come first, reading ahead fills the pauses, a model changes between answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import LibraryError, ModelError
from ingest.settings import Settings
from rag.page.engine import Engine
from tests.fakes_assistant import MANUAL, TICKET, FakeAssistant, Opener, fill


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    fill(tmp_path, MANUAL, TICKET).close()
    return Settings(library=tmp_path, models=tmp_path)


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def engine(settings: Settings, opener: Opener) -> Iterator[Engine]:
    engine = Engine(settings, opener, idle_seconds=0.05)
    yield engine
    engine.stop_warming()


def fake(engine: Engine) -> FakeAssistant:
    assistant = engine.assistant()
    assert isinstance(assistant, FakeAssistant)
    return assistant


def let(assistant: FakeAssistant, steps: int) -> None:
    for _ in range(steps):
        assistant.steps.release()


def state(engine: Engine, document_id: str) -> str:
    work = engine.warm_up
    return work.seen[document_id].state if work is not None and document_id in work.seen else ""


def test_documents_are_read_ahead_in_their_order(engine: Engine) -> None:
    let(fake(engine), 4)
    engine.warm(["manual-1", "ticket-1"])
    work = engine.warm_up
    assert work is not None
    until(lambda: work.done)
    assert fake(engine).read == ["manual-1", "ticket-1"]
    assert {event.state for event in work.seen.values()} == {"ready"}
    assert (work.left, work.error) == ([], "")


def test_a_question_ends_reading_ahead_at_once_and_it_goes_on_afterwards(engine: Engine) -> None:
    assistant = fake(engine)
    engine.warm(["manual-1"])
    until(lambda: state(engine, "manual-1") == "working")
    assistant.gate.clear()
    events = engine.lent().ask("How?")
    next(events)
    until(lambda: state(engine, "manual-1") == "cancelled")
    let(assistant, 2)
    time.sleep(0.1)
    assert assistant.read == []  # as long as the question lasts
    assistant.gate.set()
    list(events)
    until(lambda: assistant.read == ["manual-1"])


def test_reading_ahead_ends_when_it_is_stopped(engine: Engine) -> None:
    engine.warm(["manual-1", "ticket-1"])
    until(lambda: state(engine, "manual-1") == "working")
    engine.stop_warming()
    work = engine.warm_up
    assert work is not None
    until(lambda: work.done)
    let(fake(engine), 4)
    time.sleep(0.05)
    assert fake(engine).read == []


def test_documents_named_while_others_are_read_wait_in_the_row_once(engine: Engine) -> None:
    engine.warm(["manual-1"])
    engine.warm(["ticket-1", "manual-1"])
    let(fake(engine), 8)
    work = engine.warm_up
    assert work is not None
    until(lambda: work.done)
    assert fake(engine).read == ["manual-1", "ticket-1"]


def test_a_fault_while_reading_ahead_is_a_sentence(settings: Settings) -> None:
    engine = Engine(settings, Opener(failures=9))
    engine.warm(["manual-1"])
    work = engine.warm_up
    assert work is not None
    until(lambda: work.done)
    assert "make models" in work.error


def test_when_nobody_asks_the_most_read_are_read_each_once(settings: Settings, opener: Opener) -> None:
    engine = Engine(replace(settings, warm=1), opener, idle_seconds=0.05)
    let(fake(engine), 20)
    engine.warm_when_idle(lambda: 7, look_seconds=0.01)
    until(lambda: len(opener.opened[0].read) == 1)
    time.sleep(0.2)
    assert opener.opened[0].read == ["ticket-1"]  # the first by title
    assert engine.warm_up is not None
    assert engine.warm_up.unasked


@pytest.mark.parametrize("warm", [pytest.param(0, id="the-setting-is-0"), pytest.param(1, id="a-question-lasts")])
def test_nothing_is_read_ahead_unasked(settings: Settings, opener: Opener, warm: int) -> None:
    engine = Engine(replace(settings, warm=warm), opener, idle_seconds=0.01)
    let(fake(engine), 20)
    with engine.held():
        engine.warm_when_idle(lambda: 7, look_seconds=0.01)
        time.sleep(0.15)
        assert opener.opened[0].read == []


# -- another model ------------------------------------------------------------------------------------------------


def test_a_switch_waits_for_the_answer_and_closes_the_old_model(engine: Engine, opener: Opener) -> None:
    old = fake(engine)
    events = engine.lent().ask("How?")
    next(events)
    engine.switch(replace(engine.settings, llm="other.gguf"))
    time.sleep(0.15)
    assert (engine.exchange.stage, old.closed, len(opener.opened)) == ("waiting", False, 1)
    list(events)
    until(lambda: len(opener.opened) == 2 and not engine.exchange.stage)
    assert old.closed
    assert engine.settings.llm == "other.gguf"
    assert fake(engine) is opener.opened[1]


def test_a_switch_interrupts_what_is_read_ahead_which_goes_on_with_the_new_model(
    engine: Engine, opener: Opener
) -> None:
    engine.warm(["manual-1"])
    until(lambda: state(engine, "manual-1") == "working")
    engine.switch(engine.settings)
    until(lambda: len(opener.opened) == 2)
    let(opener.opened[1], 2)
    until(lambda: opener.opened[1].read == ["manual-1"])
    assert opener.opened[0].read == []


def test_a_model_that_cannot_be_opened_leaves_the_one_before(settings: Settings) -> None:
    opener = Opener()

    def some(asked: Settings, /) -> FakeAssistant:
        if asked.llm:
            raise ModelError("other.gguf: does not fit. Use a smaller one.")
        return opener(asked)

    engine = Engine(settings, some)
    engine.assistant()
    kept: list[str] = []
    engine.switch(replace(settings, llm="other.gguf"), lambda: kept.append("other"))
    until(lambda: engine.exchange.stage == "failed")
    assert "does not fit" in engine.exchange.why
    assert engine.settings.llm == ""
    assert not kept
    assert list(engine.lent().ask("How?"))


def test_an_exchange_that_ends_in_a_fault_of_tomos_own_has_failed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, told = Opener(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: told.set())  # the window it was started from

    def some(asked: Settings, /) -> FakeAssistant:
        if asked.llm:
            raise RuntimeError("llama_decode returned -3")
        return opener(asked)

    engine = Engine(settings, some)
    engine.assistant()
    engine.switch(replace(settings, llm="other.gguf"))
    until(lambda: engine.exchange.stage == "failed")
    assert told.wait(5)
    assert engine.settings.llm == ""
    assert list(engine.lent().ask("How?"))


def test_a_choice_that_cannot_be_kept_is_said_and_its_model_answers(settings: Settings) -> None:
    engine = Engine(settings, Opener())
    engine.assistant()

    def refused() -> None:
        raise LibraryError("model.json: the choice cannot be kept (full).")

    engine.switch(replace(settings, llm="other.gguf"), refused)
    until(lambda: engine.exchange.stage == "failed")
    assert "cannot be kept" in engine.exchange.why
    assert engine.settings.llm == "other.gguf"
    assert list(engine.lent().ask("How?"))


def test_a_question_during_a_switch_waits_for_the_new_model_or_its_own_end(settings: Settings) -> None:
    opener, go = Opener(), threading.Event()

    def slow(asked: Settings, /) -> FakeAssistant:
        if asked.llm:
            go.wait(5)
        return opener(asked)

    engine = Engine(settings, slow)
    lent = engine.lent()
    engine.switch(replace(settings, llm="other.gguf"))
    until(lambda: engine.exchange.stage == "opening")
    cancel = threading.Event()
    cancel.set()
    assert list(lent.ask("Stopped?", cancel=cancel)) == []
    threading.Timer(0.1, go.set).start()
    list(lent.ask("How?"))
    assert [asked[0] for asked in opener.opened[1].asked] == ["How?"]
