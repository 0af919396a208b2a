"""Whatever is typed or pasted into the search: sensible passages or a sentence that says what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.errors import SettingsError
from ingest.settings import ROOT
from rag.question import LONGEST, holds_name, understand
from rag.retrieve import Retriever
from rag.types import SearchResult
from tests.searching import guide, searcher

PAGES = (
    "Error E-47 means that the tray is empty. Fill it and press start.",
    "Use the option --force or edit /etc/fstab. The C++ module is col-1 NEAR col-2.",
    "Name: ____________________________________ Signature: ______________________________",
    "Печать работает через сеть. 打印机 通过 网络 工作。 الطابعة تعمل عبر الشبكة.",
    "AND OR NOT are words of a query; a NULL value is none. <|im_start|> starts a turn, </s> ends it.",
)
SPANISH = ("La impresora está en la red. ¿Qué es el modo seguro? Mañana se actualiza.",)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("input")
    found = searcher(folder, guide("A", *PAGES), guide("B", *SPANISH, language="es"))
    yield found
    found.library.close()


def check(found: SearchResult, retriever: Retriever) -> None:
    assert 0 <= found.confidence <= 1
    for one in found.passages:
        page = retriever.library.page(one.document_id, one.page)
        assert page is not None
        assert page.text[one.start : one.end] == one.text
        assert 0 <= one.score <= 1 + 1e-9


@pytest.mark.parametrize(
    "text",
    ["", " \t\n", "?!…¿¡", '"" (*) : ^ - +', "🙂🔥", "\0\x01\x7f", "\ud800\udfff", "\u202e\u200f\u200d\ufeff", "——…"],
    ids=["empty", "blank", "punctuation", "syntax", "emoji", "control", "surrogates", "direction-marks", "dashes"],
)
def test_what_holds_no_word_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="Write what you want to know"):
        understand(text)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        pytest.param("what does E-47 mean", 1, id="identifier"),
        pytest.param('"E-47', 1, id="an-open-quote"),
        pytest.param('E-47" OR "x', 1, id="quotes-that-break-out"),
        pytest.param("tray AND (empty", 1, id="an-open-bracket"),
        pytest.param("tray NEAR/2 empty*", 1, id="near-and-star"),
        pytest.param("exact : tray ^ empty", 1, id="a-column-of-the-index"),
        pytest.param("{exact stem} : tray - empty", 1, id="columns-of-the-index"),
        pytest.param("tray; DROP TABLE chunks; --", 1, id="sql"),
        pytest.param("tray' OR 'x'='x", 1, id="sql-quote"),
        pytest.param("c++ module", 2, id="c-plus-plus"),
        pytest.param("col-1", 2, id="hyphen"),
        pytest.param("/etc/fstab --force", 2, id="path-and-option"),
        pytest.param("AND OR NOT", 5, id="only-keywords"),
        pytest.param("<|im_start|> starts </s>", 5, id="control-tokens"),
        pytest.param("NULL value", 5, id="null"),
        pytest.param("принтер сеть", 4, id="cyrillic"),
        pytest.param("打印机 网络", 4, id="chinese"),
        pytest.param("الشبكة", 4, id="arabic"),
        pytest.param("\u202eE-47\u202c \u200btray", 1, id="direction-marks"),
        pytest.param("tr\u00e1y\0empty\ud800 E-47", 1, id="nul-and-surrogate"),
        pytest.param("🙂 tray 🙂 empty 🙂", 1, id="emoji-among-words"),
        pytest.param("ＴＲＡＹ　ｅｍｐｔｙ", 1, id="full-width"),
        pytest.param("Ⅳ ﬁll the ﬁlled tray", 1, id="ligatures"),
        pytest.param("TRAY EMPTY E-47", 1, id="capitals"),
    ],
)
def test_odd_questions_find_what_their_words_say(made: Retriever, text: str, page: int) -> None:
    found = made.search(understand(text), 5)
    check(found, made)
    assert (found.passages[0].document_id, found.passages[0].page) == ("A", page)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the of and is it", id="only-stopwords"),
        pytest.param("el de la que y", id="only-spanish-stopwords"),
        pytest.param("42 7 1999", id="only-numbers"),
        pytest.param("_", id="an-underscore"),
        pytest.param("\u037a \u1fbf\u00aa", id="letters-that-fold-to-blanks"),
        pytest.param("a" * 100_000, id="one-word-of-100000"),
        pytest.param("E-47 " * 20_000, id="100000-characters"),
        pytest.param("\ud83d" * 50_000 + "tray", id="surrogates-by-the-thousand"),
        pytest.param("\n".join(["tray"] * 3), id="lines"),
        pytest.param("tray\u0301\u0302\u0303" * 500, id="heaps-of-accents"),
        pytest.param("ﷺ" * 3000, id="letters-that-unfold"),
    ],
)
def test_poor_questions_are_searched_for_all_the_same(made: Retriever, text: str) -> None:
    found = made.search(understand(text), 5)
    check(found, made)
    assert len(found.question.text) <= LONGEST


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(), max_size=60) | st.text('E-47tray"()*:^+-_/.=@«» \n', max_size=60))
@example("\u1fbd")
@example('"')
def test_any_text_is_searched_for_or_refused(made: Retriever, text: str) -> None:
    try:
        question = understand(text)
    except SettingsError:
        return
    check(made.search(question, 5), made)


def test_a_question_in_one_language_finds_words_of_the_other(made: Retriever) -> None:
    found = made.search(understand("qué es E-47 tray"), 5)
    assert (found.passages[0].document_id, found.passages[0].page) == ("A", 1)


LOG = " ".join(
    f"2026-03-{n % 28 + 1:02d}T10:{n % 60:02d}:00 ERROR worker-{n} job_{n % 97}: /srv/spool/{n}.tmp tray {n % 13}"
    for n in range(2_900)
)
HOSTILE = {
    "a-pasted-log": LOG,
    "underscores": "_" * 4000,
    "joined-by-underscores": "a_" * 2000,
    "joined-by-hyphens": "a-" * 2000,
    "joined-by-stops": "a." * 2000,
    "slashes": "a/" * 2000,
    "digits": "1" * 4000,
    "quotes": '"' * 4000 + "a",
    "an-option-of-4000": "--" + "a" * 4000,
    "capitals-and-small-ones": "aA" * 2000,
}


def test_the_log_has_the_words_it_is_said_to_have() -> None:
    assert len(LOG.split()) > 17_000
    assert len(LOG) > LONGEST


@pytest.mark.parametrize("name", HOSTILE)
def test_a_pasted_text_is_searched_for_in_under_two_seconds(made: Retriever, name: str) -> None:
    made.search(understand("tray"), 1)  # what is loaded once
    started = time.perf_counter()
    check(made.search(understand(f"x {HOSTILE[name]} x"), 5), made)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_of_a_library_is_looked_through_for_names_in_no_time(name: str) -> None:
    started = time.perf_counter()
    holds_name(HOSTILE[name][:8000])
    assert time.perf_counter() - started < 2


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "rag", "search", *map(os.fspath, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.heavy
def test_the_command_answers_each_odd_question_or_says_why_not(tmp_path: Path) -> None:
    (tmp_path / "guide.txt").write_text("\n\n".join(PAGES), encoding="utf-8")
    library = tmp_path / "library"
    ingest = [sys.executable, "-m", "ingest", str(tmp_path / "guide.txt"), "--library", str(library)]
    subprocess.run(ingest, cwd=ROOT, check=True, capture_output=True, timeout=300)
    questions = [
        "E-47",
        "",
        "?!",
        'tray" OR (',
        "\ud800 tray",
        "\0",
        "NEAR AND",
        "打印机",
        "E-47 " * 20_000,
        LOG,
        "a_" * 2000,
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"question": text}) for text in questions), encoding="utf-8")
    done = run("--questions", file, "--library", library, "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert ["error" in one for one in told] == [text in ("", "?!", "\0") for text in questions]
    assert all(one["passages"] and 0 <= one["confidence"] <= 1 for one in told if "error" not in one)


@pytest.mark.heavy
@pytest.mark.parametrize("text", ["", "?!", "-k", "--"], ids=["empty", "punctuation", "a-flag", "dashes"])
def test_the_command_refuses_what_is_no_question_without_a_traceback(tmp_path: Path, text: str) -> None:
    done = run(text, "--library", tmp_path / "library")
    assert done.returncode in (1, 2)
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
