"""Summaries: every line stands where its mark says, nothing is made twice, nothing is cut in silence."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LibraryError, SettingsError, WindowError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.schema import VERSION
from ingest.summaries import WHOLE, Place, StoredSummary, SummaryKey
from ingest.types import Document, Language, Page, Section
from rag.cite import cite, folded
from rag.events import Working
from rag.fakes import FakeLLM
from rag.llama.generation import Generation
from rag.llm import LLM
from rag.marks import attributed, marks, renumbered
from rag.phrases import say
from rag.summaries.prose import is_prose, without_heading, worth
from rag.summaries.summarise import Summariser, Summary
from rag.summaries.text import quoted
from rag.types import Message, Style
from tests.catalogue import before_format_6
from tests.fakes import make_tools
from tests.fakes_assistant import fill

GIANT = 8_000_000_000
TOPICS = ("lamp", "door", "fan", "wheel", "battery", "screen", "cable", "filter")
CHAPTERS = tuple(
    f"{topic.title()}\nThe {topic} is the part of the machine that you must check every {n} days.\n"
    f"A {topic} that is broken can be ordered with the number {n}00 from the shop in town.\n"
    f"Never open the {topic} while the machine is under voltage, and wait until it is cold."
    for n, topic in enumerate(TOPICS, 2)
)
MANUAL = Document(
    "m", "manual", "Machine", "en", tuple(Page(n, f"p{n}", text) for n, text in enumerate(CHAPTERS, 1)),
    tuple(Section(topic.title(), 1, n) for n, topic in enumerate(TOPICS, 1)),
)  # fmt: skip


class Echo(FakeLLM):
    """Answers with a sentence about each topic it is shown, and remembers what it was asked."""

    def __init__(self, window: int = 700, parameters: int = GIANT, seconds_per_token: float = 0.0) -> None:
        super().__init__(window=window, parameters=parameters, seconds_per_token=seconds_per_token)
        self.asked: list[str] = []

    def stream(self, messages: Sequence[Message], max_tokens: int, **options: object) -> Generation:
        shown = messages[-1].text
        self.asked.append(shown)
        self._replies = [" ".join(f"The {t} must be checked." for t in TOPICS if f" {t} " in shown)]
        self._asked = 0
        return super().stream(messages, max_tokens, **options)  # type: ignore[arg-type]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "machine.txt").write_text("\f".join(CHAPTERS), encoding="utf-8")
    (folder / "oven.txt").write_text(
        "The oven is an appliance that must be heated to 200 degrees first.", encoding="utf-8"
    )
    tools = make_tools(tmp_path / "library")
    list(ingest([folder], tools))
    yield tools.library
    tools.library.close()


def machine(library: Library) -> str:
    return library.find_document("machine.txt").id


def summary(events: Iterator[Working | Summary]) -> Summary:
    seen = list(events)
    steps = [event for event in seen[:-1] if isinstance(event, Working)]
    assert len(steps) == len(seen) - 1
    assert all(step.done < step.total for step in steps)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert [step.total for step in steps] == sorted(step.total for step in steps)
    assert isinstance(seen[-1], Summary)
    return seen[-1]


def check(library: Library, found: Summary) -> None:
    """Every mark names a passage, every passage is marked and stands on its page to the letter."""
    assert sorted(marks(found.text)) == list(range(1, len(found.passages) + 1))
    for passage in found.passages:
        page = library.page(passage.document_id, passage.page)
        assert page is not None
        assert page.text[passage.start : passage.end] == passage.text


def page_text(library: Library, document_id: str, number: int) -> str:
    page = library.page(document_id, number)
    return page.text if page else ""


# -- by quotation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_quoted_summary_is_verbatim_with_a_page_for_each_line(library: Library, language: str) -> None:
    found = summary(Summariser(library, FakeLLM(), "quote").summarise([machine(library)], language))  # type: ignore[arg-type]
    check(library, found)
    quotes = re.findall(r"^«(.*)» \[(\d+)\]$", found.text, re.MULTILINE)
    assert [int(n) for _, n in quotes] == list(range(1, len(found.passages) + 1))
    assert len({passage.page for passage in found.passages}) >= 5, "it covers the chapters"
    for (quote, n), passage in zip(quotes, found.passages, strict=True):
        assert cite(int(n), passage, quote, lambda i, page: page_text(library, i, page)).verified


def test_chapters_without_a_line_are_named(tmp_path: Path) -> None:
    library = fill(tmp_path, MANUAL)
    found = summary(Summariser(library, FakeLLM(), "quote").summarise(["m"], "en"))
    assert not found.stored
    assert all(topic.title() in found.text for topic in TOPICS)
    library.close()


def test_before_the_document_is_embedded_a_summary_is_not_kept(tmp_path: Path) -> None:
    library = fill(tmp_path, MANUAL)
    summariser = Summariser(library, FakeLLM(), "quote")
    check(library, summary(summariser.summarise(["m"], "en")))
    assert not summariser.stored("m", "en")
    library.close()


def test_several_documents_have_lines_under_their_titles(library: Library) -> None:
    oven = library.find_document("oven.txt").id
    for style in ("quote", "write"):
        found = summary(Summariser(library, Echo(), style).summarise([oven, machine(library), oven], "en"))
        check(library, found)
        assert {passage.document_id for passage in found.passages} >= {machine(library)}
        assert found.text.index("oven") < found.text.index("machine")


@pytest.mark.parametrize("style", ["quote", "write"])
@pytest.mark.parametrize(("language", "pages"), [("es", "1 página"), ("en", "1 page")])
def test_brackets_that_are_no_marks_are_left_and_one_page_is_one(
    library: Library, tmp_path: Path, style: Style, language: Language, pages: str
) -> None:
    text = "The lamp is the part of the machine that you must check daily, see [12]."
    more = fill(tmp_path / "more", *(Document(i, "manual", f"Zeta [{i}]", "en", (Page(1, "", text),)) for i in "19"))
    found = summary(Summariser(more, Echo(), style).summarise(["1", "9"], language))
    assert [p.document_id for p in found.passages] == ["1", "9"]
    if style == "quote":
        assert f"Zeta [1] ({pages})" in found.text
        assert f"Zeta [9] ({pages})" in found.text
        assert re.findall(r"«.*", found.text) == [f"«{text}» [1]", f"«{text}» [2]"]
    else:
        assert [line for line in found.text.splitlines() if "Zeta" in line] == [
            f"Zeta (1) ({pages}):", f"Zeta (9) ({pages}):"
        ]  # fmt: skip
        assert marks(found.text) == [1, 2]
    more.close()


# -- by the model ---------------------------------------------------------------------------------------------------


def test_a_written_summary_covers_documents_of_many_windows(library: Library) -> None:
    model = Echo(window=420)
    summariser = Summariser(library, model, "write")
    estimate = summariser.estimate([machine(library)], "en")
    found = summary(summariser.summarise([machine(library)], "en"))
    check(library, found)
    assert estimate.parts >= 3
    assert len(model.asked) > estimate.parts, "parts, then what puts them together"
    read = " ".join(model.asked[: estimate.parts])
    assert all(line in read for text in CHAPTERS for line in text.splitlines()), "all of the text was read"
    claims = re.findall(r"The (\w+) must be checked \[(\d+)\]", found.text)
    assert claims
    assert all(f" {topic} " in found.passages[int(n) - 1].text for topic, n in claims)
    proofs = [cite(n, p, p.text, lambda i, page: page_text(library, i, page)) for n, p in enumerate(found.passages, 1)]
    assert all(proof.verified for proof in proofs)


def test_what_is_kept_is_not_made_again_and_has_the_same_marks(library: Library) -> None:
    model = Echo()
    first = summary(Summariser(library, model, "write").summarise([machine(library)], "en"))
    asked = len(model.asked)
    again = Summariser(library, model, "write")
    assert again.stored(machine(library), "en")
    assert again.estimate([machine(library)], "en").parts == 0
    second = summary(again.summarise([machine(library)], "en"))
    assert (second.text, second.passages, len(model.asked)) == (first.text, first.passages, asked)
    assert (first.stored, second.stored) == (False, True)


def test_a_kill_loses_only_the_part_that_was_being_made(library: Library) -> None:
    killed = Echo(window=500)
    events = Summariser(library, killed, "write").summarise([machine(library)], "en")
    seen = [next(events) for _ in range(4)]
    events.close()  # type: ignore[attr-defined]
    made = len(killed.asked)
    assert made == 2
    assert isinstance(seen[-1], Working)
    assert seen[-1].done == made
    whole, resumed = Echo(window=500), Echo(window=500)
    resumed_text = summary(Summariser(library, resumed, "write").summarise([machine(library)], "en")).text
    list(Summariser(library, whole, "write").summarise([machine(library)], "es"))
    assert len(resumed.asked) == len(whole.asked) - made
    assert set(resumed.asked).isdisjoint(killed.asked)
    assert resumed_text


def test_another_language_reuses_nothing(library: Library) -> None:
    model = Echo()
    list(Summariser(library, model, "write").summarise([machine(library)], "en"))
    asked = len(model.asked)
    list(Summariser(library, model, "write").summarise([machine(library)], "es"))
    assert len(model.asked) == 2 * asked
    assert "en español" in model.asked[-1]


@pytest.mark.parametrize("style", ["quote", "write"])
def test_a_cancelled_summary_ends_within_a_second_and_keeps_nothing_half_made(library: Library, style: Style) -> None:
    cancel = threading.Event()
    model = Echo(window=500, seconds_per_token=0.5)
    summariser = Summariser(library, model, style)
    events = summariser.summarise([machine(library)], "en", cancel)
    next(events)
    threading.Timer(0.2, cancel.set).start() if style == "write" else cancel.set()
    started = time.perf_counter()
    rest = list(events)
    assert time.perf_counter() - started < 1.2
    assert all(isinstance(event, Working) for event in rest)
    assert not summariser.stored(machine(library), "en")


def test_no_prompt_and_answer_exceed_the_window(library: Library) -> None:
    for window in (400, 500, 700, 1500, 4000):
        model = Echo(window=window)
        check(library, summary(Summariser(library, model, "write").summarise([machine(library)], "en")))


def test_a_window_without_room_is_refused_with_the_numbers(library: Library) -> None:
    with pytest.raises(WindowError, match="window of 150"):
        list(Summariser(library, Echo(window=150), "write").summarise([machine(library)], "en"))


@pytest.mark.parametrize("reply", [pytest.param("", id="nothing"), pytest.param("Birds sing at dawn.", id="invented")])
def test_a_part_that_the_model_has_nothing_true_to_say_of_gives_its_opening(library: Library, reply: str) -> None:
    found = summary(Summariser(library, FakeLLM([reply], window=700), "write").summarise([machine(library)], "en"))
    check(library, found)
    assert "The lamp is the part of the machine" in found.text
    assert "Birds" not in found.text


def test_a_document_that_changes_meanwhile_is_said_and_leaves_nothing(library: Library, tmp_path: Path) -> None:
    summariser = Summariser(library, Echo(window=500), "write")
    events = summariser.summarise([machine(library)], "en")
    next(events), next(events)
    (tmp_path / "files" / "machine.txt").write_text("All is new.", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "files"], tools))
    with pytest.raises(LibraryError, match="changed"):
        list(events)
    with library.transaction() as db:
        assert db.execute("SELECT count(*) FROM summaries").fetchone()[0] == 0
    tools.library.close()


def test_an_unknown_document_and_no_document_are_refused(library: Library) -> None:
    summariser = Summariser(library, Echo(), "write")
    for wrong in (["nobody"], []):
        with pytest.raises(SettingsError):
            list(summariser.summarise(wrong, "en"))


# -- on disk --------------------------------------------------------------------------------------------------------


def test_an_updated_document_loses_its_summaries(library: Library, tmp_path: Path) -> None:
    summariser = Summariser(library, Echo(), "write")
    list(summariser.summarise([machine(library)], "en"))
    (tmp_path / "files" / "machine.txt").write_text(f"{CHAPTERS[0]} And more.", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "files"], tools))
    tools.library.close()
    assert not summariser.stored(machine(library), "en")
    with library.transaction() as db:
        assert db.execute("SELECT count(*) FROM summaries").fetchone()[0] == 0


def test_a_summary_of_an_older_text_is_not_kept(library: Library) -> None:
    key = SummaryKey(machine(library), library.text_digest(machine(library)), "m", "en")
    stale = SummaryKey(key.document_id, "0" * 64, "m", "en")
    whole = StoredSummary(WHOLE, 0, "Text [1].", (Place(1, 0, 4),))
    assert library.store_summary(key, whole)
    assert not library.store_summary(stale, whole)
    assert (library.summary(key), library.summary(stale)) == (whole, None)
    assert not library.store_summary(SummaryKey("gone", "", "m", "en"), whole)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_libraries_of_earlier_formats_get_the_table(tmp_path: Path, version: int) -> None:
    fill(tmp_path, MANUAL).close()
    file = tmp_path / "library.sqlite3"
    with sqlite3.connect(file) as db:
        before_format_6(db)
        db.execute("DROP TABLE summaries")
        if version < 3:
            db.execute("DROP TABLE sentence_vectors")
        if version < 2:
            for index in (
                "documents_thread",
                "documents_mail",
                "chunks_unembedded",
                "chunks_embedded",
                "chunks_fingerprint",
            ):
                db.execute(f"DROP INDEX {index}")
            db.execute("DROP INDEX documents_file")
            db.execute("CREATE INDEX documents_file ON documents (file_id)")
            for table, column in (("files", "ctime_ns"), ("files", "inode"), ("files", "seen_ns"), ("files", "recipe"),
                                  ("documents", "part"), ("documents", "digest"), ("documents", "thread"),
                                  ("chunks", "fingerprint")):  # fmt: skip
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute(f"PRAGMA user_version = {version}")
    library = Library(tmp_path)
    key = SummaryKey("m", library.text_digest("m"), "method", "es")
    assert key.digest
    assert library.store_summary(key, StoredSummary(0, 3, "text"))
    assert library.summaries(key) == [StoredSummary(0, 3, "text")]
    library.forget_document("m")
    assert library.summaries(key) == []
    library.close()
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION


# -- marks and prose ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        pytest.param("The lamp is red.", "The lamp is red [1].", id="none"),
        pytest.param(
            "The lamp is red. [1] Close the door. [2]", "The lamp is red [1]. Close the door [2].", id="after-the-stop"
        ),
        pytest.param("The lamp is red [7].", "The lamp is red [1].", id="names-nothing"),
        pytest.param("Birds sing.", "Birds sing.", id="nothing-proves-it"),
        pytest.param(
            "- The lamp is red\n- The steel door [2]", "- The lamp is red [1]\n- The steel door [2]", id="items"
        ),
    ],
)
def test_each_sentence_gets_a_mark_that_names_something(text: str, marked: str) -> None:
    assert attributed(text, {1: "A lamp that is red glows.", 2: "Close the door of steel."}) == marked


@given(st.text("ab .[]12\n"), st.dictionaries(st.integers(0, 22), st.integers(1, 9)))
def test_marks_that_have_no_new_number_go(text: str, numbers: dict[int, int]) -> None:
    assert set(marks(renumbered(text, numbers))) <= set(numbers.values())


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        pytest.param("The lamp must be checked by the operator every ten days.", True, id="en"),
        pytest.param("El filtro se debe limpiar con un paño seco cada dos semanas.", True, id="es"),
        pytest.param("1.2 Introduction . . . . . . . . . . . . . . . . . . . . . . . . . . . 12", False, id="contents"),
        pytest.param("d-i netcfg/choose_interface select auto and then set the rest of it.", False, id="code"),
        pytest.param("Voltage | Current | Power | Resistance | Capacity of the whole set.", False, id="table"),
        pytest.param("Too short to say.", False, id="short"),
        pytest.param("Connect 100K PV1 GND A2 to the hand and the other one to the wire.", False, id="drawing"),
    ],
)
def test_only_whole_sentences_of_text_are_prose(text: str, prose: bool) -> None:
    assert is_prose(text) is prose


def test_a_heading_that_ran_into_a_sentence_is_left_out() -> None:
    body = "This appendix explains how to preseed answers to questions."
    for text, title in (
        (
            f"Appendix B\nAutomating the installation using\npreseeding\n{body}",
            "Automating the installation using preseeding",
        ),
        (f"Objective\n{body}", ""),
        (body, "This"),
    ):
        assert text[without_heading(text, title) :] == body
    assert worth(body, "Appendix") > worth("However, it can be found below.", "Appendix")
    assert worth(body, "Appendix") > worth(body, "GNU General Public License")


# -- with the packaged model ----------------------------------------------------------------------------------------


@pytest.mark.heavy
def test_the_packaged_model_sums_up_part_by_part(tmp_path: Path) -> None:
    from rag.llm import LlamaCpp

    files = sorted(Path("data/models").glob("smollm2*.gguf"))
    if not files:
        pytest.skip("data/models holds no SmolLM2")
    library = fill(tmp_path, MANUAL)
    model: LLM = LlamaCpp(files[0], window=1024)
    summariser = Summariser(library, model, "write")
    found = summary(summariser.summarise(["m"], "en"))
    check(library, found)
    assert folded(found.text)
    assert found.passages
    assert summariser.stored("m", "en")
    model.close()
    library.close()


def test_summary_phrases_are_there_in_both_languages() -> None:
    assert say("es", "summary.more", count=3) != say("en", "summary.more", count=3)


def steps_of(library: Library, llm: LLM, document_id: str) -> list[Working]:
    """What is told on the way to a written summary."""
    events = Summariser(library, llm, "write").summarise([document_id], "en")
    return [event for event in events if isinstance(event, Working)]


def test_a_written_summary_tells_how_long_it_still_takes_once_it_has_made_a_part(library) -> None:
    steps = steps_of(library, Echo(seconds_per_token=0.0005), machine(library))
    first = next(at for at, step in enumerate(steps) if step.done)
    assert [step.seconds_left for step in steps[:first]] == [0.0] * first
    assert all(step.seconds_left > 0 for step in steps[first:])
    assert steps[-1].seconds_left < steps[first].seconds_left


def test_what_was_kept_does_not_shorten_the_time_that_a_summary_is_said_to_take(library) -> None:
    for step in Summariser(library, Echo(), "write").summarise([machine(library)], "en"):
        if isinstance(step, Working) and step.done:
            break
    steps = steps_of(library, Echo(seconds_per_token=0.0005), machine(library))
    assert [step.seconds_left for step in steps[:2]] == [0.0, 0.0]
    assert all(step.seconds_left > 0 for step in steps[2:])


def test_a_part_without_a_heading_is_not_called_the_putting_together(library) -> None:
    """`library` holds text without headings."""
    steps = steps_of(library, Echo(), machine(library))
    title = library.find_document("machine.txt").title
    joining = say("en", "summary.joining", title=title)
    parts = [step.what for step in steps if step.what != joining]
    assert len(parts) > 2
    assert set(parts) == {title}
    assert steps[-1].what == joining


@pytest.mark.parametrize(("pages", "said"), [(1, "(1 página)"), (2, "(2 páginas)")])
def test_a_summary_says_how_long_the_document_is(tmp_path: Path, pages: int, said: str) -> None:
    text = "Press the button for ten seconds."
    library = fill(tmp_path, Document("d", "manual", "D", "en", tuple(Page(n, "", text) for n in range(1, pages + 1))))
    (row,) = library.documents()
    assert said in quoted(library, row, [Place(1, 0, len(text))], "es").text
