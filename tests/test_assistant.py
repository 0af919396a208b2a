"""From a question to a checked answer, with a scripted model and an embedder that needs none."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import SettingsError, TomoError, WindowError
from ingest.evidence import Evidence
from ingest.filters import EVERYTHING, Filters
from ingest.library import Library
from ingest.pipeline import Tools, ingest
from ingest.readers import read
from ingest.records import DocumentRow
from rag.answer import Answerer
from rag.assistant import Assistant
from rag.counting import BackgroundCounts
from rag.events import Answer, Answered, Delta, Event, Planned
from rag.fakes import FakeLLM
from rag.llama.scoring import SCORE_WINDOW
from rag.llm import LlamaCpp
from rag.plan import Wish
from rag.types import Message, Pin
from tests.fakes import make_tools
from tests.make_gguf import tiny_llama

ROUTER = (
    "Faro router guide.\n\nTo reset the router, hold the button for ten seconds.\n\nThe lamp turns red when it fails."
    "\fThe admin page is on port 8443.\n\nThe first password is printed below the case."
)
OVEN = "Oven guide.\n\nHeat the oven to 200 degrees.\n\nClean the door with a soft cloth."


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "router.txt").write_text(ROUTER, encoding="utf-8")
    (folder / "oven.txt").write_text(OVEN, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([folder], tools))
    return tools


def assistant(tools: Tools, refuse_below: float = 0.0, **model: object) -> Assistant:
    """By default it never refuses: the probability is fitted for the packaged embedder, not for letter triples."""
    llm = FakeLLM(**model)  # type: ignore[arg-type]
    return Assistant(tools.library, tools.store, tools.embedder, llm, answer_tokens=100, refuse_below=refuse_below)


def last(events: Iterator[object]) -> Answer:
    seen = list(events)
    assert isinstance(seen[0], Planned)
    assert isinstance(seen[-1], Answered)
    assert all(isinstance(event, Delta) for event in seen[1:-1])
    return seen[-1].answer


def test_a_small_model_quotes_and_every_quote_stands_on_its_page(tools: Tools) -> None:
    answer = last(assistant(tools).ask("How do I reset the router?", mode="passages"))
    assert answer.receipt.style == "quote"
    assert "hold the button for ten seconds" in answer.citations[0].quote
    assert answer.citations[0].file == "router.txt"
    assert all(citation.verified for citation in answer.citations)
    assert all(f"[{citation.n}]" in answer.text for citation in answer.citations)


def test_the_scope_narrows_the_search_and_is_read_whole_when_it_fits(tools: Tools) -> None:
    oven = tools.library.find_document("oven.txt").id
    answer = last(assistant(tools).ask("How do I reset the router?", documents=[oven]))
    assert answer.receipt.mode == "document"
    assert {citation.file for citation in answer.citations} == {"oven.txt"}
    assert answer.receipt.tokens.document > 0


@pytest.mark.parametrize("mode", ["document", "summary", "auto"])
def test_a_document_that_is_named_twice_is_read_and_counted_once(tools: Tools, mode: Wish) -> None:
    router = tools.library.find_document("router.txt").id
    counts = BackgroundCounts(tools.library, FakeLLM())
    assert counts.wait(10)  # until then a size is an estimate, and the reason says it
    counts.close()

    def asked(documents: list[str]) -> Answer:
        *_, end = assistant(tools).ask("How do I reset the router?", mode=mode, documents=documents)
        assert isinstance(end, Answered)
        return end.answer

    once, twice = asked([router]), asked([router, router])
    assert twice.text == once.text
    assert twice.receipt.tokens == once.receipt.tokens
    assert twice.receipt.reason == once.receipt.reason
    assert twice.receipt.documents == once.receipt.documents == (router,)


def test_a_large_model_writes_and_its_marks_are_checked(tools: Tools) -> None:
    reply = "Hold the button for ten seconds [1]. Bananas are yellow [2]."
    model = assistant(tools, replies=[reply], parameters=8_000_000_000)
    answer = last(model.ask("How do I reset the router?", mode="passages"))
    assert answer.receipt.style == "write"
    assert answer.text == f"{reply} (not supported by the text)"
    assert [claim.supported for claim in answer.claims] == [True, False]
    assert {citation.n: citation.verified for citation in answer.citations} == {1: True, 2: False}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(
            "How do I reset the router?", "The answer is not complete: it stopped at its most, 15 tokens", id="en"
        ),
        pytest.param(
            "¿Cómo se reinicia el router?", "La respuesta no está completa: se paró en el máximo de 15", id="es"
        ),
    ],
)
def test_an_answer_that_was_cut_off_says_so_and_shows_no_half_sentence(tools: Tools, question: str, said: str) -> None:
    reply = "Hold the button for ten seconds [1]. Hold the button for ten seconds only if the lamp"
    llm = FakeLLM(replies=[reply], parameters=8_000_000_000)
    parts = (tools.library, tools.store, tools.embedder, llm)
    answer = last(Assistant(*parts, answer_tokens=15, refuse_below=0.0).ask(question, mode="passages"))
    assert answer.text.startswith(f"Hold the button for ten seconds [1].\n\n({said}")
    assert "lamp" not in answer.text
    assert [claim.supported for claim in answer.claims] == [True]


def test_an_answer_that_ends_by_itself_is_not_called_cut_off(tools: Tools) -> None:
    reply = "Hold the button for ten seconds [1]."
    answer = last(assistant(tools, replies=[reply], parameters=8_000_000_000).ask("How do I reset the router?"))
    assert answer.text == reply


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("How do I reset the router?", "I could not read anything", id="en"),
        pytest.param("¿Cómo se reinicia el router?", "No he podido leer nada", id="es"),
    ],
)
def test_where_no_passage_fits_nothing_is_said_about_what_the_documents_hold(
    tools: Tools, question: str, said: str
) -> None:
    answer = last(assistant(tools).ask(question, budget=1))
    assert answer.text.startswith(said)
    assert (answer.refused, answer.receipt.tokens.document, answer.receipt.steps) == (True, 0, ())
    assert [citation.file for citation in answer.citations][:1] == ["router.txt"]


def test_an_answer_of_which_nothing_stands_becomes_a_refusal_where_that_is_set(tools: Tools) -> None:
    llm = FakeLLM(replies=["Bananas are yellow [1]. They weigh 900 kg [2]."], parameters=8_000_000_000)
    parts = (tools.library, tools.store, tools.embedder, llm)
    model = Assistant(*parts, answer_tokens=100, refuse_below=0.0, unsupported="remove")
    answer = last(model.ask("How do I reset the router?", mode="passages"))
    assert answer.refused
    assert [claim.supported for claim in answer.claims] == [False, False]


def test_an_answer_of_which_nothing_stands_gives_way_to_what_the_documents_say(tools: Tools) -> None:
    model = assistant(tools, replies=["It costs 900 € [1]. Bananas are yellow [2]."], parameters=8_000_000_000)
    answer = last(model.ask("How do I reset the router?", mode="passages"))
    assert not answer.refused
    assert (answer.receipt.style, [claim.supported for claim in answer.claims]) == ("quote", [False, False])
    assert answer.text.startswith("What the model wrote is not borne out")
    assert "900" not in answer.text
    assert answer.citations
    assert all(citation.verified for citation in answer.citations)


def test_a_pasted_log_is_answered_though_the_model_cannot_score_it(tools: Tools, tmp_path: Path) -> None:
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), window=8192, threads=1)
    model = Assistant(tools.library, tools.store, tools.embedder, llm, answer_tokens=100, refuse_below=0.0)
    log = " ".join(f"0x{n:08X} 10.{n}.255.{n} :8443" for n in range(110))
    assert llm.count(log) > SCORE_WINDOW
    answer = last(model.ask(f"The router lamp turns red, how do I reset it? {log}", mode="passages"))
    assert (answer.receipt.style, len(answer.citations) > 1) == ("quote", True)
    llm.close()


def test_only_a_quote_that_is_too_long_to_score_counts_as_the_least_likely(tools: Tools, tmp_path: Path) -> None:
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), window=512, threads=1)
    likelihood = Answerer(tools.library, tools.embedder, llm)._likelihood(None)
    table = " ".join(str(n) for n in range(1000, 2500))
    one, other = llm.score_continuations(["the printer", "200 degrees"], "paper")
    assert likelihood(["the printer", table, "200 degrees"], "paper") == pytest.approx([one, min(one, other), other])
    llm.close()


def test_nothing_that_answers_is_said_so_with_the_nearest_pages(tools: Tools) -> None:
    answer = last(assistant(tools, refuse_below=1.1).ask("¿Qué precio tiene el contrato de mantenimiento del router?"))
    assert answer.refused
    assert answer.text.startswith("No he encontrado la respuesta")
    assert answer.citations


@pytest.mark.parametrize(("threshold", "style", "said"), [(0.0, "write", ""), (1.0, "quote", "This may not answer")])
def test_when_it_is_doubtful_whether_what_was_found_answers_a_model_that_writes_quotes_and_that_is_said(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, threshold: float, style: str, said: str
) -> None:
    monkeypatch.setattr("rag.answer.DOUBTFUL", threshold)
    able = assistant(tools, parameters=3_000_000_000, replies=["Hold the button for ten seconds [1]."] * 4)
    answer = last(able.ask("How do I reset the router?", mode="passages"))
    assert answer.receipt.style == style
    assert answer.text.startswith(said)
    assert ("hold the button for ten seconds" in answer.citations[0].quote) or style == "write"


def test_doubt_leaves_the_style_to_whoever_chose_one_or_chose_what_to_read(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.answer.DOUBTFUL", 1.0)
    able = assistant(tools, parameters=3_000_000_000, replies=["Hold the button for ten seconds [1]."] * 8)
    router = tools.library.find_document("router.txt").id
    question = "How do I reset the router?"

    def style(question: str, **wish: Any) -> str:
        planned = next(event for event in list(able.ask(question, **wish)) if isinstance(event, Planned))
        return planned.receipt.style

    assert style(question, mode="passages", style="write") == "write"
    assert style(question, documents=[router]) == "write"
    assert style(question, pinned=[Pin(router, 1)]) == "write"
    assert style("List all the lamps of the router", mode="passages") == "write"
    assert style(question, mode="passages") == "quote"


@pytest.mark.parametrize(("question", "said"), [
    ("How do I reset the router?", "This may not answer the question: confidence in what was found is "),
    ("¿Cómo reinicio el router?", "Puede que esto no responda a la pregunta: la confianza en lo hallado es del "),
])  # fmt: skip
def test_a_written_answer_says_first_that_the_confidence_is_low(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, question: str, said: str
) -> None:
    reply = "Hold the button for ten seconds [1]."

    def asked(**wish: Any) -> list[Event]:
        able = assistant(tools, parameters=3_000_000_000, replies=[reply])
        return list(able.ask(question, mode="passages", style="write", **wish))

    monkeypatch.setattr("rag.answer.DOUBTFUL", 1.0)
    events = asked()
    answer = next(event.answer for event in events if isinstance(event, Answered))
    assert answer.receipt.style == "write"
    assert answer.text.startswith(said)
    assert answer.text.count(said) == 1
    # Whoever watches it being written reads that before the first word too.
    assert "".join(event.text for event in events if isinstance(event, Delta)).startswith(
        f"{answer.text[: -len(reply)]}H"
    )
    assert "may not" not in last(iter(asked(pinned=[Pin(tools.library.find_document("router.txt").id, 1)]))).text
    monkeypatch.setattr("rag.answer.DOUBTFUL", 0.0)
    assert said not in last(iter(asked())).text


def test_a_page_is_named_once_among_the_nearest(tools: Tools, tmp_path: Path) -> None:
    parts = (f"The maintenance contract of router {n}. {'Its price is agreed upon each year. ' * 25}" for n in range(6))
    (tmp_path / "contract.txt").write_text("\n\n".join(parts), encoding="utf-8")
    list(ingest([tmp_path / "contract.txt"], tools))
    answer = last(assistant(tools, refuse_below=1.1).ask("What price has the maintenance contract of the router?"))
    places = [(citation.document, citation.page) for citation in answer.citations]
    assert len(places) == len(set(places)) == 3
    assert places[0] == ("contract", 1)
    assert answer.text.count("contract, page 1") == 1


def test_a_page_that_was_asked_for_is_answered_from_however_unsure_the_search_is(tools: Tools) -> None:
    oven, question = tools.library.find_document("oven.txt").id, "How do I clean the door?"
    unsure = assistant(tools, refuse_below=1.1)
    assert last(unsure.ask(question)).refused
    answer = last(unsure.ask(question, pinned=[Pin(oven, 1)]))
    assert not answer.refused
    assert answer.citations[0].document_id == oven
    assert "because you asked for it: oven, page 1." in answer.receipt.reason


def test_when_no_quote_stands_on_its_page_any_more_it_is_a_refusal(tools: Tools) -> None:
    with tools.library.transaction() as db:
        db.execute("UPDATE pages SET text = 'another text'")
    answer = last(assistant(tools).ask("How do I reset the router?", mode="passages"))
    assert answer.refused
    assert not any(citation.verified for citation in answer.citations)


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="python -m ingest"):
        list(assistant(make_tools(tmp_path)).ask("Is anything here?"))


def test_what_cannot_fit_is_refused_before_the_model_is_asked(tools: Tools) -> None:
    router = tools.library.find_document("router.txt").id
    with pytest.raises(WindowError, match="tokens"):
        list(assistant(tools, window=190).ask("How do I reset it?", mode="document", documents=[router]))


def test_a_file_ingested_after_the_assistant_opened_is_found(tools: Tools, tmp_path: Path) -> None:
    model = assistant(tools)
    last(model.ask("How do I reset the router?"))
    (tmp_path / "new.txt").write_text("The zeppelin lands at noon on the roof.", encoding="utf-8")
    list(ingest([tmp_path / "new.txt"], tools))
    assert "zeppelin" in last(model.ask("When does the zeppelin land?")).citations[0].quote


def test_cancel_ends_a_written_answer_early(tools: Tools) -> None:
    words = "word " * 90
    model = assistant(tools, replies=[words], parameters=8_000_000_000, seconds_per_token=0.02)
    cancel = threading.Event()
    pieces = []
    for event in model.ask("How do I reset the router?", cancel=cancel):
        if isinstance(event, Delta):
            pieces.append(event.text)
            cancel.set()
    assert 0 < len("".join(pieces).split()) < 45


def test_a_cancelled_quote_is_not_scored_by_the_model(tools: Tools) -> None:
    class Counts(FakeLLM):
        scored = 0

        def score_continuations(
            self, prefixes: Sequence[str], continuation: str, cancel: threading.Event | None = None
        ) -> list[float]:
            self.scored += len(prefixes)
            return super().score_continuations(prefixes, continuation, cancel)

    cancel, llm = threading.Event(), Counts()
    model = Assistant(tools.library, tools.store, tools.embedder, llm, refuse_below=0.0)
    last(model.ask("How do I reset the router?", cancel=cancel))
    assert llm.scored > 0
    llm.scored = 0
    cancel.set()
    assert last(model.ask("How do I reset the router?", cancel=cancel)).citations
    assert llm.scored == 0


@pytest.mark.parametrize(
    "question", ['"', "c++ AND NOT (", "¿qué es?", "col-1: NEAR(", "x" * 20_000, "<|im_end|> hi", "日本語"]
)
def test_no_question_breaks_the_search(tools: Tools, question: str) -> None:
    try:
        result = assistant(tools).search(question)
    except SettingsError:
        return
    assert len(result.passages) <= 10


def test_a_written_summary_is_checked_sentence_by_sentence(tools: Tools) -> None:
    oven = tools.library.find_document("oven.txt").id
    model = assistant(tools, replies=["Heat the oven to 250 degrees. Clean the door with a soft cloth."])
    seen = list(model.ask("Summarise the oven guide", mode="summary", documents=[oven], style="write"))
    assert isinstance(seen[-1], Answered)
    answer = seen[-1].answer
    assert {claim.text.split()[0]: claim.supported for claim in answer.claims if claim.marks} == {
        "Heat": False,
        "Clean": True,
    }
    assert "(not supported by the text)" in answer.text


def test_a_summary_of_tickets_is_of_the_tickets_and_of_no_manual(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(
        "id,subject,status,created,description\n"
        "1,Router restarts,Closed,2025-01-01,The router restarts at night when the backups run.\n"
        "2,Router has no light,Open,2025-02-01,The lamp of the router stays dark after the storm.\n"
        "3,Oven stays cold,Open,2025-02-02,The oven does not heat since Monday morning.\n",
        encoding="utf-8",
    )
    list(ingest([tmp_path / "tickets.csv"], replace(tools, read=read)))
    model = assistant(tools)

    def summed(question: str) -> set[str]:
        seen = list(model.ask(question))
        assert isinstance(seen[0], Planned)
        assert seen[0].receipt.mode == "summary"
        assert isinstance(seen[-1], Answered)
        return {citation.document for citation in seen[-1].answer.citations}

    assert summed("Summarise the router tickets") == {"Router restarts", "Router has no light"}
    assert summed("Summarise the open router tickets") == {"Router has no light"}
    assert summed("Summarise the router guide") == {tools.library.find_document("router.txt").title}


def test_beside_a_ticket_only_tickets_with_words_of_the_question_are_quoted(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(
        "id,subject,status,created,description\n"
        "1,VPN falla,Open,2025-01-01,La VPN falla cada mañana y la VPN no conecta desde casa.\n"
        "2,Printer on fire,Open,2025-02-01,The printer on the second floor is on fire again.\n"
        "3,Asdf qwer,Open,2025-02-02,Lorem zxcv asdf qwer poiu words here.\n"
        "5,Home office,Open,2025-02-04,Logging in fails at home.\n"
        "4,Portátil nuevo,Open,2025-02-03,El portátil nuevo pide instalar la VPN.\n",
        encoding="utf-8",
    )
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.csv"], tools))
    answer = last(assistant(tools).ask("¿Por qué la VPN falla cada mañana?"))
    assert answer.receipt.mode == "document"
    assert {citation.document for citation in answer.citations} == {"VPN falla", "Portátil nuevo", "Home office"}
    assert answer.receipt.reason.endswith("Se leen además los mejores pasajes de otros documentos: 4.")


@pytest.mark.parametrize(
    ("first", "then", "mode", "file"),
    [
        ("Resume router.txt", "¿y la contraseña?", "document", "router.txt"),
        ("Summarise the router guide", "and the lamp?", "document", "router.txt"),
        ("Resume el manual del router", "¿y el del horno?", "summary", "horno.txt"),
        ("Summarise the router guide", "and the oven one?", "summary", "oven.txt"),
        ("Resume router.txt", "¿y en tres líneas?", "summary", "router.txt"),
        ("Summarise the router guide", "and a short summary?", "summary", "router.txt"),
    ],
)  # fmt: skip
def test_what_follows_a_summary_is_answered_and_another_is_of_another_document(
    tools: Tools, tmp_path: Path, first: str, then: str, mode: str, file: str
) -> None:
    (tmp_path / "horno.txt").write_text("Guía del horno.\n\nCalienta el horno a 200 grados.", encoding="utf-8")
    list(ingest([tmp_path / "horno.txt"], tools))
    model = assistant(tools)
    *_, end = model.ask(first)
    assert isinstance(end, Answered)
    before = end.answer
    assert (before.receipt.mode, {c.file for c in before.citations}) == ("summary", {"router.txt"})
    history = [Message("user", first), Message("assistant", before.text)]
    *_, end = model.ask(then, history=history, before=before.receipt)
    assert isinstance(end, Answered)
    answer = end.answer
    assert (answer.receipt.mode, answer.citations[0].file) == (mode, file)


def test_tickets_of_a_status_that_none_has_are_told_and_a_library_without_tickets_sums_up_its_manual(
    tools: Tools, tmp_path: Path
) -> None:
    title = tools.library.find_document("router.txt").title
    (answer,) = [e.answer for e in assistant(tools).ask("Summarise the router tickets") if isinstance(e, Answered)]
    assert title in {citation.document for citation in answer.citations}
    (tmp_path / "tickets.csv").write_text(
        "id,subject,status,created,description\n1,Router restarts,Closed,2025-01-01,The router restarts at night.\n",
        encoding="utf-8",
    )
    list(ingest([tmp_path / "tickets.csv"], replace(tools, read=read)))
    with pytest.raises(SettingsError, match=r"(?i)status"):
        list(assistant(tools).ask("Summarise the open router tickets"))


def test_only_what_the_model_has_read_to_its_end_is_expected_to_be_in_memory(tools: Tools) -> None:
    router = tools.library.find_document("router.txt").id

    def asked(model: Assistant, cancel: threading.Event | None = None, documents: Sequence[str] = (router,)) -> str:
        mode = "document" if documents else "passages"
        events = model.ask("How do I reset the router?", mode=mode, style="write", documents=documents, cancel=cancel)
        first = next(events)
        assert isinstance(first, Planned)
        if cancel is not None:
            cancel.set()
        list(events)
        return first.receipt.prefix

    unsure = assistant(tools, refuse_below=1.1)
    assert [asked(unsure), asked(unsure)] == ["none", "none"]
    model = assistant(tools, parameters=8_000_000_000)
    assert asked(model, threading.Event()) == "none"
    assert [asked(model), asked(model)] == ["none", "hot"]
    list(model.llm.stream([Message("user", "Another prompt altogether")], 1))
    assert asked(model) == "none"
    asked(model, documents=())
    assert asked(model) == "none"
    list(model.llm.stream([Message("user", "Another prompt altogether")], 1))
    list(model.warm([router], threading.Event()))
    assert asked(model) == "hot"


class Losing(Library):
    """Somebody removes a document while the `left`-th of these questions is answered."""

    def __init__(self, folder: Path, title: str, left: int) -> None:
        super().__init__(folder)
        self._title, self.left = title, left

    def _count(self) -> None:
        self.left -= 1
        if not self.left:
            another = Library(self.folder)
            another.forget_document(another.find_document(self._title).id)
            another.close()

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, DocumentRow]:
        found = super().documents_by_id(ids)
        self._count()
        return found

    def evidence(self, ids: Sequence[int]) -> list[Evidence]:
        found = super().evidence(ids)
        self._count()
        return found

    def documents(self, filters: Filters = EVERYTHING) -> list[DocumentRow]:
        found = super().documents(filters)
        self._count()
        return found


@pytest.mark.parametrize(
    ("question", "file"),
    [
        pytest.param("How do I reset the router?", "router.txt", id="asked"),
        pytest.param("Summarise router.txt", "router.txt", id="summed-up"),
        pytest.param("What changed between guide-v1.txt and guide-v2.txt?", "guide-v1.txt", id="compared"),
    ],
)
def test_a_document_that_is_removed_meanwhile_costs_a_sentence_at_most(
    tools: Tools, tmp_path: Path, question: str, file: str
) -> None:
    for n in (1, 2):
        (tmp_path / "files" / f"guide-v{n}.txt").write_text(
            f"Guide {n}.0\n\nHold it for {n} seconds.", encoding="utf-8"
        )
    left = moment = 0
    while left <= 0:
        moment += 1
        list(ingest([tmp_path / "files"], tools, again=True))
        library = Losing(tools.library.folder, file, moment)
        with suppress(TomoError):
            assert isinstance([*assistant(replace(tools, library=library)).ask(question)][-1], Answered)
        left = library.left
    assert moment > 3
