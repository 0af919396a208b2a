"""Pictures of HTML pages that its text cannot do without."""

from __future__ import annotations

import pytest

from ingest.readers.html import convert


def text_of(body: str, lang: str = "en") -> str:
    return convert(f'<html lang="{lang}"><body>{body}</body></html>')[1]


def test_the_numbers_of_a_listings_lines_stand_there_and_where_they_are_explained() -> None:
    mark = '<img class="callout" src="images/{0}.png" alt="{0}"/>'
    listing = f"<pre>mode = fast <span>{mark.format(1)}</span>\nport = 80 {mark.format(2)}</pre>"
    rows = "".join(f"<tr><td><p><a>{mark.format(n)}</a></p></td><td>Note {n}</td></tr>" for n in (1, 2))
    assert text_of(f"{listing}<table>{rows}</table>") == (
        "mode = fast (1)\nport = 80 (2)\n\n(1) | Note 1\n(2) | Note 2"
    )


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        pytest.param('Click <img src="i/stock-undo-16.png"> and wait', "Click [icon: undo] and wait", id="a-file-name"),
        pytest.param('Click <b><img src="i/img0034.png"></b>.', "Click [icon].", id="a-name-that-says-nothing"),
        pytest.param('Click <img src="a.png" alt="Save"> to save', "Click [Save] to save", id="an-alternative-text"),
        pytest.param('So <img class="math" src="a.png" alt="x+1"> holds', "So x+1 holds", id="a-formula"),
        pytest.param('See <img src="red.png">, <img src="tan.png">.', "See [icon: red], [icon: tan].", id="two"),
        pytest.param('Ready <img src="spark.gif" alt=""> now', "Ready now", id="said-to-be-nothing"),
        pytest.param('Ready<img src="spacer.gif" width="1" height="1"> now', "Ready now", id="a-dot"),
        pytest.param('See <img src="engine-room.jpg" width="640"> there', "See there", id="a-large-picture"),
        pytest.param('Yours, Ana <img src="cid:image001.png">', "Yours, Ana", id="within-a-mail"),
    ],
)  # fmt: skip
def test_an_icon_in_a_sentence_is_named(sentence: str, read: str) -> None:
    assert text_of(f"<p>{sentence}</p>") == read


@pytest.mark.parametrize(
    "block",
    [
        pytest.param('<p><img src="pump-station.png"></p>', id="a-figure"),
        pytest.param('<p><img src="pump-station.png" alt="The pump"></p>', id="a-figure-with-a-text"),
        pytest.param('<p><a href="x"><img src="go-home.png" alt="Home"></a></p>', id="a-link"),
        pytest.param('<p><a>Up</a> <img src="go-next.png"> <a>Down</a></p>', id="between-links"),
        pytest.param('<h2>Pumps <img src="new-thing.png"></h2>', id="in-a-title"),
    ],
)
def test_other_pictures_leave_no_words(block: str) -> None:
    assert "[" not in text_of(f"{block}<p>Text</p>")


def test_an_icon_is_named_in_the_pages_language() -> None:
    assert text_of('<p>Pulse <img src="x9.png"> y espere</p>', "es") == "Pulse [icono] y espere"
    page = '<p>Para deshacer los cambios de la imagen, pulse sobre <img src="undo.png"> en el menú y espere.</p>'
    assert "[icono: undo]" in convert(page)[1]


@pytest.mark.parametrize("name", ['id="banner"', 'class="masthead wide"'])
def test_a_banner_of_links_alone_is_no_text(name: str) -> None:
    assert text_of(f"<div {name}><a href='x'><span>Buy the book</span></a></div><h1>Pumps</h1><p>Text</p>") == (
        "Pumps\n\nText"
    )
    assert "Read this" in text_of(f"<div {name}>Read this: <a href='x'>Buy the book</a></div><p>Text</p>")
