"""A link alone on its line leads elsewhere: it is read and shown as such, and says nothing that could be quoted."""

from __future__ import annotations

import pytest

from ingest.embed import HashEmbedder
from ingest.pointers import is_index, points_on
from ingest.readers.html import convert
from rag.contents import is_contents
from rag.question import understand
from rag.quotes.best import best_quotes
from rag.quotes.grow import grow
from rag.types import Passage

EMBEDDER = HashEmbedder()
LEADS = "⇢ Resetting the router\n\n⇢ Resetting the lamp"


def passage(text: str, page: int = 1) -> Passage:
    return Passage("d", "Guide", "g.html", "manual", "en", page, str(page), 0, len(text), text, "", 1.0 / page)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param('<p><a href="a.html">Belts</a></p>', "⇢ Belts", id="a-paragraph"),
        pytest.param('<p>» <a href="#belts"><b>Belts</b></a>.</p>', "⇢ » Belts.", id="with-signs-around"),
        pytest.param('<p><a name="x"></a><span><a href="a">Belts</a></span></p>', "⇢ Belts", id="within-a-span"),
        pytest.param('<div><p><a href="a">Belts</a></p></div>', "⇢ Belts", id="within-a-box"),
        pytest.param('<ul><li><a href="a">Belts</a><ul><li>Worn</li></ul></li></ul>', "⇢ Belts\n  - Worn", id="a-tree"),
        pytest.param('<ul><li><p><a href="a">Belts</a></p></li></ul>', "⇢ Belts", id="an-item"),
        pytest.param('<p>See also:</p><ul><li><a href="a">A</a></li></ul>', "See also:\n\n⇢ A", id="see"),
        pytest.param('<p>Véase:</p><ul><li><a href="a">Correas</a></li></ul>', "Véase:\n\n⇢ Correas", id="vease"),
        pytest.param('<p>You need:</p><ul><li><a href="a">Oil</a></li></ul>', "You need:\n\n- Oil", id="a-counted-one"),
        pytest.param('<dl><dt>2.1. <a href="a">Belts</a></dt></dl>', "⇢ 2.1. Belts", id="an-entry-with-its-number"),
        pytest.param(
            '<dl><dt><span><a href="a">Belts</a></span></dt><dd><dl><dt><a href="b">V</a></dt></dl></dd></dl>',
            "⇢ Belts\n\n⇢ V", id="entries-of-entries",
        ),
        pytest.param('<dl><dt><a href="a">-v</a></dt><dd>Says more.</dd></dl>', "-v\nSays more.", id="a-term"),
        pytest.param('<p>See 7 <a href="a">below</a></p>', "See 7 below", id="words-and-a-number"),
        pytest.param('<ol><li><a href="a">Press Start</a></li></ol>', "1. Press Start", id="a-step"),
        pytest.param('<p>See <a href="a">Belts</a></p>', "See Belts", id="words-beside"),
        pytest.param('<p><a href="a">One</a> <a href="b">Two</a></p>', "One Two", id="two-links"),
        pytest.param('<p><a href="a">Never open the hot lid.</a></p>', "Never open the hot lid.", id="a-sentence"),
        pytest.param('<p><a href="https://acme.example">ACME</a></p>', "ACME", id="another-site"),
        pytest.param('<p><a href="mailto:a@b.example">a@b.example</a></p>', "a@b.example", id="an-address"),
        pytest.param('<p><a name="belts">Belts</a></p>', "Belts", id="a-place-and-no-link"),
        pytest.param('<h2><a href="#belts">Belts</a></h2>', "Belts", id="a-heading"),
        pytest.param(
            '<table><tr><td><p><a href="a">A1</a></p></td><td>7 mm</td></tr></table>', "A1 | 7 mm", id="a-cell"
        ),
    ],
)  # fmt: skip
def test_a_link_alone_on_its_line_is_told_apart(source: str, text: str) -> None:
    assert convert(f"<body>{source}</body>")[1] == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("<span><span hidden>⌘</span><span hidden>Ctrl</span></span>+F9", "⌘ / Ctrl+F9", id="all-hidden"),
        pytest.param("<span><span hidden>⌘</span><span>Ctrl</span></span>+F9", "Ctrl+F9", id="one-is-shown"),
        pytest.param("<span><span hidden>Obey me</span></span>F9", "F9", id="one-alone"),
        pytest.param("<span>Press <span hidden>a</span><span hidden>b</span></span>F9", "Press F9", id="words-beside"),
        pytest.param('<span><span style="display:none">a</span><span hidden>b</span></span>F9', "F9", id="by-a-style"),
    ],
)
def test_of_words_that_a_script_chooses_from_all_are_read(source: str, text: str) -> None:
    assert convert(f"<body><p>{source}</p></body>")[1] == text


def test_a_page_of_links_is_a_table_of_contents_and_a_row_with_an_arrow_is_none() -> None:
    assert is_index(LEADS)
    assert is_contents(LEADS)
    assert is_contents(f"Guide\n{LEADS}")
    assert not is_contents(f"Hold the button for ten seconds, until the green lamp is lit.\n{LEADS}")
    assert not is_contents(f"Hold the button.\nWait.\nLet go.\n{LEADS}")
    assert not is_contents("→ | Moves right\n← | Moves left")
    assert points_on(LEADS, len(LEADS) - 1)
    assert not points_on("⇢ One\nTwo", 7)


def test_links_are_quoted_only_where_there_is_nothing_else() -> None:
    question = understand("How do I reset the router?")
    said = f"Hold the button for ten seconds.\n\n{LEADS}"
    assert [q.text for q in best_quotes(question, [passage(said)], EMBEDDER, None)] == [
        "Hold the button for ten seconds."
    ]
    assert "Resetting the router" in best_quotes(question, [passage(LEADS)], EMBEDDER, None)[0].text


def test_a_quote_ends_where_links_begin_and_begins_where_they_end() -> None:
    text = f"⇢ Back\n\nHold the button. Wait.\n\n{LEADS}\n\nAnother page."
    start, end = grow(text, text.index("Wait"))
    assert text[start:end] == "Hold the button. Wait."
    start, end = grow(text, text.index("Another"))
    assert text[start:end] == "Another page."
