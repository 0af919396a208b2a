"""Many people ask at the same time: everybody is answered in their order, and nobody sees what is another's."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import snowballstemmer

from ingest.lexical import fold, stems
from ingest.pipeline import ingest
from ingest.settings import Settings
from rag.answer import StyleWish
from rag.assistant import Assistant
from rag.events import Answered, Delta, Planned, Queued
from rag.fakes import FakeLLM
from rag.opening import open_assistant
from tests.fakes import make_tools
from tests.sessions import EchoLLM, Session, cancel_running, converse, write_documents
from tests.test_llm import MODELS, model_file

SESSIONS = [Session(number) for number in range(50)]


def assistant(folder: Path, sessions: list[Session], llm: FakeLLM) -> Assistant:
    tools = make_tools(folder / "library")
    list(ingest([write_documents(folder / "files", sessions)], tools))
    return Assistant(tools.library, tools.store, tools.embedder, llm, answer_tokens=400, refuse_below=0.0)


def test_fifty_conversations_at_once_each_hear_their_own_only(tmp_path: Path) -> None:
    model = assistant(tmp_path, SESSIONS, EchoLLM())
    outcomes = converse(model, tmp_path / "library", SESSIONS)
    model.close()
    assert len(outcomes) == 50
    for outcome in outcomes:
        assert (outcome.asked, outcome.answered) == (2, 2)
        assert not outcome.crossed
        for heard, canaries in zip(outcome.heard, (outcome.session.own, outcome.session.own), strict=True):
            assert all(canary in heard.text for canary in canaries)  # the echo does say what it reads, history included
        for places in outcome.places:
            assert all(before > after for before, after in pairwise(places))
            assert places[-1:] in ([], [0])
    most = [max(places, default=0) for outcome in outcomes for places in outcome.places]
    assert max(most) >= 25, "most of 50 had to wait"


def test_a_crossing_is_seen_when_there_is_one(tmp_path: Path) -> None:
    """The same conversations with a model that mixes up what two of them read."""

    class Mixes(EchoLLM):
        before = ""

        def reply(self, prompt: list[int]) -> str:
            now = super().reply(prompt)
            mixed, Mixes.before = f"{Mixes.before} {now}", now
            return mixed

    model = assistant(tmp_path, SESSIONS[:4], Mixes())
    outcomes = converse(model, tmp_path / "library", SESSIONS[:4], questions=1)
    model.close()
    assert sum(bool(outcome.crossed) for outcome in outcomes) == 3


def test_questions_are_answered_in_the_order_they_were_asked(tmp_path: Path) -> None:
    model = assistant(tmp_path, SESSIONS[:6], EchoLLM())
    held = model.ask("What is the access code of station Adra 000?")
    assert isinstance(next(held), Planned)
    order: list[int] = []

    def one(session: Session, joined: threading.Event) -> None:
        for event in model.ask(session.questions[0]):
            joined.set()
            if isinstance(event, Answered):
                order.append(session.number)

    threads = []
    for session in SESSIONS[:6]:
        joined = threading.Event()
        threads.append(threading.Thread(target=one, args=(session, joined), daemon=True))
        threads[-1].start()
        if session.number:  # the next in line searches before it says anything
            assert joined.wait(10)
        else:
            time.sleep(0.3)
    list(held)
    for thread in threads:
        thread.join(20)
    assert order == list(range(6))


def test_the_receipt_says_how_long_it_waited_and_the_time_is_not_held_against_it(tmp_path: Path) -> None:
    model = assistant(tmp_path, SESSIONS[:2], EchoLLM())
    held = model.ask(SESSIONS[0].questions[0])
    next(held)
    threading.Timer(0.5, lambda: list(held)).start()
    answer = next(e.answer for e in model.ask(SESSIONS[1].questions[0]) if isinstance(e, Answered))
    assert 0.3 < answer.receipt.seconds.waited < answer.receipt.seconds.total


def test_a_cancelled_question_leaves_the_line_without_a_word(tmp_path: Path) -> None:
    model = assistant(tmp_path, SESSIONS[:1], EchoLLM())
    cancel = threading.Event()
    held = model.ask(SESSIONS[0].questions[0])
    next(held)
    events = model.ask(SESSIONS[0].questions[0], cancel=cancel)
    assert next(events) == Queued(1)
    cancel.set()
    at = time.monotonic()
    assert list(events) == []
    assert time.monotonic() - at < 0.5
    assert any(isinstance(event, Answered) for event in held)


def test_an_answer_that_fails_frees_the_model(tmp_path: Path) -> None:
    class Fails(EchoLLM):
        def reply(self, prompt: list[int]) -> str:
            raise ZeroDivisionError

    model = assistant(tmp_path, SESSIONS[:1], Fails())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            list(model.ask(SESSIONS[0].questions[0]))


def test_a_stopped_answer_frees_the_model_within_a_second(tmp_path: Path) -> None:
    model = assistant(tmp_path, SESSIONS[:8], EchoLLM(seconds_per_token=0.02))
    freed = cancel_running(model, SESSIONS[:8], after=0.3)
    assert 0 < freed.seconds < 1


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The packaged model and embedder over eight documents."""
    from ingest.opening import open_tools

    model_file()
    folder = tmp_path_factory.mktemp("sessions")
    settings = Settings(library=folder / "library", models=MODELS)
    list(ingest([write_documents(folder / "files", SESSIONS[:8])], open_tools(settings, lambda line: None)))
    opened = open_assistant(settings)
    yield opened
    opened.close()


@pytest.mark.heavy
class TestThePackagedModel:
    def test_eight_conversations_at_once_each_hear_their_own_only(self, real: Assistant, tmp_path: Path) -> None:
        outcomes = converse(real, tmp_path, SESSIONS[:8], questions=1)
        assert [outcome.answered for outcome in outcomes] == [1] * 8
        assert not any(outcome.crossed for outcome in outcomes)

    @pytest.mark.parametrize("style", ["quote", "write"])
    def test_a_stopped_answer_frees_the_model_within_a_second(self, real: Assistant, style: StyleWish) -> None:
        freed = [cancel_running(real, SESSIONS[:8], after, style).seconds for after in (0.0, 0.05, 0.15, 0.3)]
        assert all(seconds < 1 for seconds in freed)
        assert any(seconds > 0 for seconds in freed), "each had ended before it was stopped"

    def test_what_was_written_after_a_stop_is_the_next_ones(self, real: Assistant) -> None:
        cancel_running(real, SESSIONS[:2], 0.3)
        text = "".join(e.text for e in real.ask(SESSIONS[1].questions[0]) if isinstance(e, Delta))
        assert text


def test_words_stemmed_by_many_threads_at_once_are_stemmed_as_by_one() -> None:
    """Fresh words each time: a stem is computed once and kept."""
    rounds = [[f"{stem}{chr(97 + n % 26)}{end}" for n in range(60)] for stem in ("rein", "config", "descon", "actual")
              for end in ("iciaciones", "amientos", "ándoselas")]  # fmt: skip
    found: list[list[str]] = []
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for words in rounds:
            threads = [threading.Thread(target=lambda w=words[n::4]: found.append([*w, stems(" ".join(w), "es")]))
                       for n in range(4)]  # fmt: skip
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(before)
    fresh = snowballstemmer.stemmer("spanish")
    assert len(found) == 4 * len(rounds)
    for *words, got in found:
        assert got.split() == [fold(fresh.stemWord(word)) for word in words]
