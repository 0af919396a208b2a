"""What keeps Tomo from answering is told on the page at once, in words of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.errors import LibraryError, ModelError
from ingest.settings import Settings
from ingest.spanish import Template
from rag import opening
from rag.page.on_page import ON_PAGE
from rag.page.picture import draw
from rag.page.sanitise import inline
from rag.page.strings import Say, Tongue
from rag.page.units import moment
from rag.telling import INNER, SENTENCES
from tests.fakes_assistant import MANUAL, Opener, fill
from tests.make_pdf import typeset
from tests.test_page import everything, page

OPTION = re.compile(r"(?<![\w-])--[a-z{]|`python -m (?:ingest|rag (?:documents|models|remove))")
NEVER_ON_A_PAGE = (
    "--dry-run", "--{flag}", "--budget and", "Give either", "--include", "Name the documents to get ready", "--html",
    "{target}: cannot be written",
    "{path}: is not the model file", "The embedding model is missing", "{folder}: the sentence encoder",
    "The sentence encoder", "The packaged language model",
    "{path}: {why_how}",
)  # fmt: skip
"""What only command lines are told; and where packages have to be installed, or files made whole, by a command."""


def broken(folder: Path) -> Path:
    path = folder / "broken.gguf"
    path.write_bytes(b"x" * 100)
    return path


@pytest.mark.parametrize("there", [pytest.param(False, id="missing"), pytest.param(True, id="not readable")])
def test_a_model_that_cannot_be_read_is_told_before_anything_is_opened(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*given: object) -> None:
        raise AssertionError("the library or the embedder was opened first")

    monkeypatch.setattr(opening, "open_library", opened)
    monkeypatch.setattr(opening, "open_embedder", opened)
    path = broken(tmp_path) if there else tmp_path / "gone.gguf"
    with pytest.raises(ModelError, match=path.name):
        opening.open_assistant(Settings(library=tmp_path / "library", llm=str(path)))


def test_the_page_says_before_any_question_that_the_model_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("TOMO_LLM", str(tmp_path / "gone.gguf"))
    fill(tmp_path / "library", MANUAL).close()
    # The stand-in refuses as the real opener would: once an assistant is open the page has nothing to say.
    shown = everything(page(Opener(failures=1000))).replace("\\", "")
    assert "gone.gguf: the model that answers is not there. Bring the file back, or choose another" in shown


def test_no_sentence_of_the_page_names_an_option_of_a_command() -> None:
    every = {english: (spanish, english) for table in (*SENTENCES, *INNER) for english, spanish in table.items()}
    shown = {key: pair for key, pair in (every | ON_PAGE).items() if not key.startswith(NEVER_ON_A_PAGE)}
    assert [text for pair in shown.values() for text in pair if OPTION.search(text)] == []
    assert set(ON_PAGE) <= set(every)


@pytest.mark.parametrize("english", ON_PAGE)
def test_both_languages_of_the_page_have_what_the_sentence_has(english: str) -> None:
    fields = set(Template.parse(english).fields)
    for here in ON_PAGE[english]:
        assert set(Template.parse(here).fields) == fields


@pytest.mark.parametrize(
    ("tongue", "told"),
    [
        pytest.param(
            "en", "/l: this needs about 1.5 GB, 12 MB free. Free some space, or add fewer files at once.", id="en"
        ),
        pytest.param(
            "es",
            "/l: esto necesita unos 1,5 GB y hay 12 MB libres. Libera espacio, o añade menos archivos de una vez.",
            id="es",
        ),
    ],
)
def test_a_full_disk_is_told_in_words_of_the_page(tongue: Tongue, told: str) -> None:
    said = LibraryError(
        "/l: this needs about 1.5 GB, 12 MB free. Free some space, choose another disk with --library, or give fewer "
        "files at once (--no-space-check tries all the same)."
    )
    assert Say(tongue).error(said) == told


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("2014-11-18T08:03:51.000+0000", "2014-11-18, 08:03", id="a moment of a machine"),
        pytest.param("2024-05-01", "2024-05-01", id="a day"),
        pytest.param("last spring", "last spring", id="words"),
    ],
)
def test_a_tickets_moment_is_shown_as_people_write_it(written: str, shown: str) -> None:
    assert moment(written) == shown
    assert "`" not in inline(moment(written))


def test_a_quote_that_a_reader_has_put_right_is_marked_by_its_other_lines(tmp_path: Path) -> None:
    lines = ["Hold the power button for ten seconds.", "Wait for the lamp to be --- green ---.", "Then start again."]
    pdf = typeset(tmp_path / "guide.pdf", [[("F", 12, each) for each in lines]])
    bare, whole, partly = (
        draw(pdf, 1, quote) for quote in ("not there at all", "\n".join(lines), "\n".join([lines[0], "Wait – green."]))
    )
    assert bare.quoted is None
    assert partly.quoted == whole.quoted is not None
    assert bare.png != partly.png != whole.png


def test_what_a_broken_export_lacks_is_said_in_spanish() -> None:
    said = "a.csv: is no readable CSV near line 3 (unexpected end of data). A quote there is probably never closed: "
    assert "(el archivo acaba antes de tiempo)" in Say("es").error(f"{said}export the file again or correct that line.")
