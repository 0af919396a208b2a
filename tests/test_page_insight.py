"""The insight of the page, driven without a browser."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from rag.chats.store import Chats
from rag.chats.types import Rating, Request, Turn
from rag.evaluation.log import keep, log_path, runs
from rag.events import Answer
from rag.page.insight_evaluation import MOST_BYTES
from tests.fakes_assistant import MANUAL, Opener, citation, fill, receipt
from tests.hostile import HOSTILE
from tests.test_insight import a_run
from tests.test_page import everything, until

ANSWER = Answer("How?", "Hold [1].", False, "en", (citation(),), replace(receipt(), confidence=0.83))
REFUSAL = replace(ANSWER, refused=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    fill(tmp_path / "library", MANUAL).close()
    return tmp_path / "library"


def said(folder: Path, *turns: tuple[str, Answer | None], good: bool | None = None, owner: str = "") -> None:
    chats = Chats(folder).of(owner)
    for question, answer in turns:
        turn_id = chats.begin("a", Request(question))
        chats.finish(turn_id, Turn(Request(question), answer))
        if good is not None:
            chats.rate(turn_id, Rating(good))
    chats.close()


def insight(tongue: str = "en", opener: Opener | None = None, owner: str = "") -> AppTest:
    """The insight view; AppTest knows no navigation between functions, so it is drawn on its own."""

    def script() -> None:
        import streamlit as st

        from ingest.settings import read_settings
        from rag.page.desk import Desk
        from rag.page.insight_view import draw_insight
        from rag.page.strings import Say

        if "desk" not in st.session_state:
            st.session_state["desk"] = Desk(read_settings(), st.session_state["opener"])
        desk = st.session_state["desk"]
        draw_insight(desk, desk.chats.of(st.session_state["owner"]), Say(st.session_state["tongue"]))

    test = AppTest.from_function(script, default_timeout=20)
    test.session_state["tongue"], test.session_state["owner"] = tongue, owner
    test.session_state["opener"] = opener or Opener()
    return test.run()


def downloads(test: AppTest) -> list[str]:
    return [each.proto.label for each in test.get("download_button")]


def numbers(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


@pytest.mark.parametrize(
    ("tongue", "words"),
    [
        ("en", ("Nothing was asked in this period", "No question of this period", "has not been evaluated yet")),
        ("es", ("no se ha preguntado nada", "Ninguna pregunta de este periodo", "Aún no se ha medido")),
    ],
)
def test_each_part_explains_itself_while_it_is_empty(folder: Path, tongue: str, words: tuple[str, ...]) -> None:
    test = insight(tongue)
    seen = everything(test)
    assert all(each in seen for each in words)
    assert not test.exception


@pytest.mark.parametrize(
    ("tongue", "asked", "refused", "one"),
    [("en", "Questions", "Not answered", "1 answer"), ("es", "Preguntas", "Sin respuesta", "1 respuesta")],
)
def test_use_is_counted_and_the_most_cited_page_has_its_drawer(
    folder: Path, tongue: str, asked: str, refused: str, one: str
) -> None:
    said(folder, ("How?", ANSWER), ("Who?", REFUSAL), ("Broken?", None))
    test = insight(tongue)
    assert numbers(test)[asked] == "3"
    assert numbers(test)[refused] == "1"
    (drawer,) = [each for each in test.expander if "Router guide" in each.label]
    assert one in drawer.label
    assert not test.exception


def test_an_owner_sees_only_their_own(folder: Path) -> None:
    said(folder, ("How?", ANSWER), ("Secret gap?", REFUSAL))
    test = insight(owner="you")
    assert "Secret gap" not in everything(test)
    assert "Only the conversations of this browser" in everything(test)
    assert not test.metric


def test_gaps_stand_together_with_their_count_and_narrow_to_words(folder: Path) -> None:
    said(folder, ("¿Cómo cambio la clave?", REFUSAL), ("¿Quién paga?", REFUSAL), ("¿Cómo se cambia la clave?", REFUSAL))
    test = insight("es")
    seen = everything(test).replace("\\", "")
    assert "2 huecos" in seen
    assert "**¿Cómo se cambia la clave?**" in seen
    assert "También: ¿Cómo cambio la clave?" in seen
    assert "2 veces" in seen
    test.text_input(key="insight_find").set_value("PAGA").run()
    seen = everything(test).replace("\\", "")
    assert "1 hueco" in seen
    assert "cambia la clave" not in seen
    test.text_input(key="insight_find").set_value("zzz").run()
    assert "Ninguna pregunta tiene esas palabras." in everything(test)
    assert not test.exception


def test_hostile_questions_and_groups_are_only_text(folder: Path) -> None:
    # A word with a digit each: none of them is like another.
    said(folder, *((f"{text} word{n}", REFUSAL) for n, text in enumerate(HOSTILE.values())))
    run, image = a_run(), HOSTILE["image"]
    said(folder, (f"{image} alike", REFUSAL), (f"alike {image}", REFUSAL))
    keep(folder, replace(run, file=image, scores=tuple(replace(score, group=image) for score in run.scores)))
    keep(folder, replace(run, questions="others", at=run.at - 1))
    test = insight()
    test.session_state["insight_shown"] = len(HOSTILE) + 1
    test.run()
    assert sum(" word" in each.value for each in test.markdown) == len(HOSTILE)
    texts = [*(each.value for each in test.markdown), *(each.value for each in test.caption)]
    texts += [each.label for each in test.expander]
    kinds = {child.type for text in texts for token in MarkdownIt().parse(text) for child in token.children or ()}
    assert not kinds & {"image", "link_open", "html_inline"}
    assert not test.exception


@pytest.mark.parametrize(("tongue", "first"), [("en", "Right page first"), ("es", "Acierta a la primera")])
def test_the_newest_evaluation_is_shown_beside_the_one_before(folder: Path, tongue: str, first: str) -> None:
    run = a_run()
    worse = tuple(replace(s, recall_1=0.5, recall_1_interval=(0.4, 0.6)) for s in run.scores)
    keep(folder, replace(run, scores=worse, at=run.at - 86_400))
    keep(folder, run)
    test = insight(tongue)
    (shown,) = [metric for metric in test.metric if metric.label == first]
    assert shown.value.startswith("100")
    assert shown.delta.startswith("+50")
    assert not test.exception


def test_evaluations_of_other_questions_are_chosen_by_their_file(folder: Path) -> None:
    run = a_run()
    keep(folder, replace(run, file="old.jsonl", questions="old", answerable=7))
    keep(folder, replace(run, at=run.at + 1))
    test = insight()
    assert "2 with an answer" in everything(test)
    test.selectbox(key="insight_set-en").select("old").run()
    assert "7 with an answer" in everything(test)
    assert not test.exception


@pytest.mark.parametrize(
    ("tongue", "group", "title"),
    [
        ("en", "languages en→en", "Over time: en→en"),
        ("es", "type lookup", "En el tiempo: dato"),
        ("es", "all all", "Con las mismas preguntas, en el tiempo"),
    ],
)
def test_a_pair_of_languages_or_a_kind_can_be_followed_over_time(
    folder: Path, tongue: str, group: str, title: str
) -> None:
    keep(folder, a_run())
    test = insight(tongue)
    test.selectbox(key=f"insight_group-{tongue}").select(group).run()
    assert title in everything(test).replace("\\", "")
    assert not test.exception


def test_rated_answers_are_evaluated_in_the_background_and_kept(folder: Path) -> None:
    said(folder, ("How do I restart it?", ANSWER), good=True)
    opener = Opener()
    opener.gated = True
    test = insight(opener=opener)
    test.button(key="insight_start_rated").click().run()
    assert test.button(key="insight_start_rated").disabled
    assert "rated answers" in everything(test)
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: log_path(folder).exists())
    until(lambda: bool(test.run().success))
    assert "Evaluation done" in test.success[0].value
    (run,) = runs(folder)
    assert run.whole is not None
    assert (run.whole.items, run.whole.recall_1) == (1, 1.0)
    test.button(key="insight_close").click().run()
    assert not test.success
    assert not test.exception


def test_the_questions_of_an_evaluation_are_shown_to_who_asked_for_it_only(folder: Path) -> None:
    said(folder, ("How do I restart it?", ANSWER), good=True, owner="me")
    opener = Opener()
    opener.gated = True
    mine = insight(opener=opener, owner="me")
    mine.button(key="insight_start_rated").click().run()
    until(lambda: bool(opener.opened))
    yours = insight(owner="you")
    assert "Somebody is evaluating the search" in everything(yours)
    assert "rated answers" not in [text.value for text in yours.markdown]
    opener.opened[0].gate.set()
    until(lambda: bool(mine.run().success))
    assert "Download the report" in downloads(mine)
    yours = insight(owner="you")
    assert not yours.success
    assert "Download the report" not in downloads(yours)
    assert "Everybody sees the figures" in everything(yours)
    assert "with an answer" in everything(yours)
    mine.button(key="insight_close").click().run()
    assert not yours.exception
    assert not mine.exception


def test_a_stopped_evaluation_says_so_and_keeps_nothing(folder: Path) -> None:
    said(folder, ("How do I restart it?", ANSWER), good=True)
    opener = Opener()
    opener.gated = True
    test = insight("es", opener)
    test.button(key="insight_start_rated").click().run()
    test.button(key="insight_stop").click().run()
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: "Paraste la evaluación" in everything(test.run()))
    assert runs(folder) == ()
    assert not test.exception


@pytest.mark.parametrize(
    ("key", "tongue", "words"),
    [
        pytest.param("insight_start", "en", "Choose a question file first", id="no-file-en"),
        pytest.param("insight_start", "es", "Elige primero un archivo", id="no-file-es"),
        pytest.param("insight_start_rated", "en", "has been rated good yet", id="nothing-rated-en"),
        pytest.param("insight_start_rated", "es", "Aún no se ha valorado bien", id="nothing-rated-es"),
    ],
)
def test_what_is_missing_for_an_evaluation_is_a_sentence(folder: Path, key: str, tongue: str, words: str) -> None:
    test = insight(tongue)
    test.button(key=key).click().run()
    assert words in test.warning[0].value
    assert not test.exception


def test_a_question_file_may_be_as_large_as_the_page_says(folder: Path) -> None:
    (uploader,) = insight().get("file_uploader")
    assert uploader.proto.max_upload_size_mb << 20 == MOST_BYTES


def test_models_that_cannot_be_opened_are_a_sentence(folder: Path) -> None:
    said(folder, ("How do I restart it?", ANSWER), good=True)
    test = insight(opener=Opener(failures=9))
    test.button(key="insight_start_rated").click().run()
    until(lambda: bool(test.run().error))
    assert "make models" in test.error[0].value
    assert not test.exception


def test_with_a_thousand_conversations_a_rerun_is_quick(folder: Path) -> None:
    chats = Chats(folder)
    for n in range(1_000):
        question = Request(f"How do I set option {n} of part {n * 7}?")
        turn_id = chats.begin(f"c{n}", question)
        chats.finish(turn_id, Turn(question, replace(ANSWER, refused=n % 4 == 0, text="Hold it. " * 40)))
    chats.close()
    for n in range(60):
        keep(folder, a_run(1.7e9 + n * 86_400))
    test = insight()
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        test.run()
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.2
    assert not test.exception
