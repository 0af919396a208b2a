"""Scanned pages and pictures are read; pages with a text of their own are left as they are."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from ingest.errors import ReadError, Skipped
from ingest.readers import read, reader_for
from ingest.readers.ocr import is_blank, text_of
from ingest.readers.ocr_words import as_written
from ingest.readers.options import Options
from ingest.readers.reading_order import Line, reading_order
from ingest.sandbox import read_file
from ingest.types import Document, Working
from tests import make_files

SPANISH = (
    "¿Qué hacer si el módulo no arranca?\n"
    "Compruebe la señal del año pasado y la tensión de línea.\n"
    "Código de error: ERR-5521-B. Pingüino, ñandú, corazón."
)
ENGLISH = "Hold the reset button for 12 seconds until the lamp turns green.\nThe default address is 192.168.1.20."


def drawn(folder: Path, text: str, dots: int = 150) -> Image.Image:
    """A page with text on it, as a scanner of so many dots an inch sees it."""
    page = pdfium.PdfDocument(make_files.pdf(folder / "drawn.pdf", [text]))[0]
    picture: Image.Image = page.render(scale=dots / 72).to_pil()
    return picture


def scan(path: Path, pictures: Sequence[Image.Image]) -> Path:
    """A PDF of pictures only."""
    pictures[0].save(path, save_all=True, append_images=pictures[1:], resolution=150)
    return path


def mixed(path: Path, parts: Sequence[Path]) -> Path:
    """The pages of several PDFs in one."""
    writer = PdfWriter()
    for part in parts:
        writer.append(PdfReader(part))
    writer.write(path)
    return path


def split(path: Path, options: Options | None = None) -> tuple[list[Working], Document]:
    *signs, document = read(path, options or Options())
    assert isinstance(document, Document)
    assert all(isinstance(sign, Working) for sign in signs)
    return signs, document  # type: ignore[return-value]


@pytest.mark.parametrize("turn", [pytest.param(turn, id=f"{turn}-degrees") for turn in (0, 90, 180, 270, 2)])
@pytest.mark.parametrize("text", [pytest.param(SPANISH, id="spanish"), pytest.param(ENGLISH, id="english")])
def test_a_picture_is_read_word_for_word_however_it_lies(tmp_path: Path, text: str, turn: int) -> None:
    picture = drawn(tmp_path, text).rotate(turn, expand=True, fillcolor="white")
    assert text_of(picture) == text


@pytest.mark.parametrize("ending", ["png", "jpg", "tiff", "bmp", "webp", "gif"])
def test_every_kind_of_picture_file_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"captura.{ending}"
    drawn(tmp_path, SPANISH).save(path)
    _, document = split(path)
    assert (document.text, document.language, document.title) == (SPANISH, "es", "captura")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda picture: picture.convert("1"), id="black-and-white"),
        pytest.param(lambda picture: picture.convert("P"), id="palette"),
        pytest.param(lambda picture: picture.convert("L").convert("I").point(lambda v: v * 200 + 3000), id="32-bit"),
        pytest.param(lambda picture: picture.point(lambda v: 255 - v), id="white-on-black"),
        pytest.param(lambda picture: transparent(picture), id="transparent"),
        pytest.param(lambda picture: picture.crop((0, 0, 1000, 300)).resize((550, 165)), id="small"),
    ],
)
def test_every_kind_of_pixels_is_read(tmp_path: Path, change: object) -> None:
    picture = change(drawn(tmp_path, ENGLISH))  # type: ignore[operator]
    path = tmp_path / ("p.tif" if picture.mode == "I" else "p.png")
    picture.save(path)
    assert split(path)[1].text == ENGLISH


def transparent(picture: Image.Image) -> Image.Image:
    """Black letters on nothing, which is black too where nobody looks."""
    ink = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    ink.putalpha(picture.convert("L").point(lambda value: 255 - value))
    return ink


def test_a_photo_that_a_camera_took_sideways_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    picture = drawn(tmp_path, ENGLISH)
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.rotate(90, expand=True).save(path, exif=exif)
    assert split(path)[1].text == ENGLISH


def test_each_page_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    drawn(tmp_path, SPANISH).save(path, save_all=True, append_images=[drawn(tmp_path, ENGLISH)])
    signs, document = split(path)
    assert [page.text for page in document.pages] == [SPANISH, ENGLISH]
    assert signs == [Working(0, 2), Working(1, 2), Working(2, 2)]


def test_only_pages_without_text_are_read_by_ocr(tmp_path: Path) -> None:
    text = make_files.pdf(tmp_path / "text.pdf", ["Chapter 1 rn m l1 O0\nkept as it is"])
    path = mixed(tmp_path / "m.pdf", [text, scan(tmp_path / "s.pdf", [drawn(tmp_path, SPANISH)]), text])
    signs, document = split(path)
    assert [page.text for page in document.pages] == [
        "Chapter 1 rn m l1 O0\nkept as it is",
        SPANISH,
        "Chapter 1 rn m l1 O0\nkept as it is",
    ]
    assert [(sign.page, sign.pages) for sign in signs] == [(0, 1), (0, 1), (1, 1)]
    assert signs[0].draft is not None
    assert [bool(page.text) for page in signs[0].draft.pages] == [True, False, True]


def test_a_scan_with_a_stamp_on_it_is_read_whole(tmp_path: Path) -> None:
    path = scan(tmp_path / "s.pdf", [drawn(tmp_path, SPANISH)])
    stamp = PdfReader(make_files.pdf(tmp_path / "stamp.pdf", ["Archive 77"])).pages[0]
    writer = PdfWriter(clone_from=path)
    writer.pages[0].merge_transformed_page(stamp, (1, 0, 0, 1, 0, -300))
    writer.write(path)
    assert SPANISH.splitlines()[2] in split(path)[1].text


def test_nonsense_that_another_program_read_in_a_picture_is_read_anew_and_a_table_is_kept(tmp_path: Path) -> None:
    path = scan(tmp_path / "s.pdf", [drawn(tmp_path, SPANISH), drawn(tmp_path, "E17 | 12 Nm\nE21 | 25 Nm")])
    nonsense = "Txh kdfhu vl ho prgxor qr duudqfd frpsuxheh od vhñdo gho dñr sdvdgr b od whqvlrq gh olqhd hq wrgrv"
    layers = PdfReader(make_files.pdf(tmp_path / "l.pdf", [nonsense, "E17 12 Nm\nE21 25 Nm\n" * 9])).pages
    writer = PdfWriter(clone_from=path)
    for page, layer in zip(writer.pages, layers, strict=True):
        page.merge_transformed_page(layer, (0.1, 0, 0, 0.1, 0, 0))
    writer.write(path)
    pages = split(path)[1].pages
    assert SPANISH.splitlines()[2] in pages[0].text
    assert "kdfhu" not in pages[0].text
    assert pages[1].text.count("E21 25 Nm") == 9


def test_a_text_whose_letters_are_unknown_is_read_from_its_looks(tmp_path: Path) -> None:
    path = make_files.pdf(tmp_path / "p.pdf", [ENGLISH])
    writer = PdfWriter(clone_from=path)
    codes = "".join(f"<{code:02x}> <{0xE000 + code:04x}>\n" for code in range(0x20, 0x7F))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        f"1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n{codes}endbfchar endcmap end end"
    )
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font = font.get_object()
        font[make_files.NameObject("/ToUnicode")] = writer._add_object(stream(cmap))
    writer.write(path)
    assert split(path)[1].text == ENGLISH
    with pytest.raises(ReadError, match="fonts do not say which letters they show, and --no-ocr is on"):
        list(read(path, Options(ocr=False)))


def stream(text: str) -> make_files.DecodedStreamObject:
    made = make_files.DecodedStreamObject()
    made.set_data(text.encode())
    return made


def test_without_ocr_pictures_are_refused_and_the_message_says_so(tmp_path: Path) -> None:
    picture = drawn(tmp_path, SPANISH)
    path = scan(tmp_path / "s.pdf", [picture])
    picture.save(tmp_path / "p.png")
    with pytest.raises(ReadError, match=r"s.pdf: has no text, .* --no-ocr is on"):
        list(read(path, Options(ocr=False)))
    with pytest.raises(Skipped, match=r"p.png: is a picture, and --no-ocr is on"):
        list(read(tmp_path / "p.png", Options(ocr=False)))


def test_a_blank_page_does_not_load_the_models(tmp_path: Path) -> None:
    blank = Image.new("RGB", (1200, 1600), "#f8f4e8")
    ImageDraw.Draw(blank).point((600, 800), "black")
    path = mixed(
        tmp_path / "m.pdf", [make_files.pdf(tmp_path / "t.pdf", ["text"]), scan(tmp_path / "s.pdf", [blank] * 3)]
    )
    code = (
        "import sys; from pathlib import Path; from ingest.readers import read\n"
        "*_, document = read(Path(sys.argv[1])); print(len(document.pages), 'rapidocr' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4", "False"]


def test_a_picture_without_text_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    picture = Image.linear_gradient("L").resize((600, 400))
    ImageDraw.Draw(picture).ellipse((50, 50, 200, 200), "white")
    picture.save(path)
    with pytest.raises(Skipped, match="no text was found in this picture"):
        list(read(path))


def test_shapes_are_not_taken_for_letters(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1200, 1600), "white")
    pen = ImageDraw.Draw(picture)
    pen.arc((300, 300, 900, 900), 300, 60, "black", 40)
    pen.ellipse((200, 400, 260, 460), "black")
    pen.rectangle((300, 1100, 900, 1400), outline="red", width=60)
    picture.save(tmp_path / "p.png")
    with pytest.raises(Skipped, match="no text was found"):
        list(read(tmp_path / "p.png"))


def test_a_bomb_of_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    with pytest.raises(ReadError, match=r"bomb.png: has more than 140 million pixels\. Save it smaller"):
        list(read(path))


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "gif", "webp"])
def test_a_damaged_picture_says_so(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"p.{ending}"
    drawn(tmp_path, ENGLISH).save(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ReadError, match=rf"p.{ending}: (is damaged|no text was found)"):
        list(read(path))


def test_a_picture_with_the_wrong_ending_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("just text")
    with pytest.raises(ReadError, match="is not a picture file"):
        reader_for(path)


def test_ocr_works_under_the_childs_limits_and_shows_signs_of_life(tmp_path: Path) -> None:
    path = scan(tmp_path / "s.pdf", [drawn(tmp_path, text, 300) for text in (SPANISH, ENGLISH)])
    *signs, document = read_file(path)
    assert signs == [Working(0, 2), Working(1, 2), Working(2, 2)]
    assert isinstance(document, Document)
    assert document.text == f"{SPANISH}\n\n{ENGLISH}"


def test_ocr_opens_no_socket_and_writes_no_file(tmp_path: Path) -> None:
    drawn(tmp_path, ENGLISH).save(tmp_path / "p.png")
    code = (
        "import os, sys\n"
        "def watch(event, arguments):\n"
        "    writes = event == 'open' and isinstance(arguments[1], str) and set(arguments[1]) & set('wax+')\n"
        "    if event in ('socket.__new__', 'socket.connect', 'socket.getaddrinfo') or writes:\n"
        "        os.write(2, f'{event} {arguments}'.encode()); os._exit(9)\n"
        "sys.dont_write_bytecode = True\n"
        "from pathlib import Path; from ingest.readers import read\n"
        "sys.addaudithook(watch)\n"
        "*_, document = read(Path(sys.argv[1])); print(document.text)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "p.png")], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ENGLISH), done.stderr


@pytest.mark.parametrize(
    ("read", "written"),
    [
        pytest.param("EI equipo no arranca", "El equipo no arranca", id="el"),
        pytest.param("EI FIN", "EI FIN", id="capitals-stay"),
        pytest.param("abra main. py y config . yaml", "abra main.py y config.yaml", id="file-names"),
        pytest.param("Fin. El texto sigue", "Fin. El texto sigue", id="sentences-stay"),
        pytest.param("la confi-\nguración", "la confi\x02guración", id="broken-word"),
        pytest.param("entre Madrid-\nBarcelona y 10-\n20", "entre Madrid-\nBarcelona y 10-\n20", id="no-broken-word"),
        pytest.param("x 十 y 二 z′ texto 口。", "x + y = z' texto □.", id="lookalikes"),
        pytest.param("日本語の文書 USB", "日本語の文書 USB", id="japanese-stays"),
    ],
)
def test_what_ocr_mistakes_is_put_right(read: str, written: str) -> None:
    assert as_written(read) == written


def column(left: float, words: Sequence[str], top: float = 100, width: float = 300) -> list[Line]:
    return [Line(left, top + 30 * n, left + width, top + 30 * n + 20, word) for n, word in enumerate(words)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([*column(400, "DEF"), *column(50, "ABC")], "A\nB\nC\n\nD\nE\nF", id="two-columns"),
        pytest.param(
            [Line(50, 60, 700, 80, "T"), *column(50, "ABC"), *column(400, "DEF")],
            "T\n\nA\nB\nC\n\nD\nE\nF",
            id="title-over-columns",
        ),
        pytest.param(
            [*column(50, "ABC", width=60), *column(200, "123", width=60)], "A | 1\nB | 2\nC | 3", id="table-by-rows"
        ),
        pytest.param([Line(50, 0, 90, 20, "a"), Line(95, 1, 150, 21, "b")], "a b", id="words-of-a-line"),
        pytest.param([*column(50, "AB"), *column(50, "CD", top=210)], "A\nB\n\nC\nD", id="paragraphs"),
        pytest.param(
            [Line(0, 10 * n, 500, 10 * n + 70, "abcdefgh"[n // 3], 0.1) for n in range(0, 12, 3)],
            "a\nb\nc\nd",
            id="aslant",
        ),
        pytest.param(
            [
                Line(0, 100, 600, 180, "T", 0.1, 20),
                *(
                    Line(150 * x, top, 150 * x + 60, top + 26, f"{'abcd'[x]}{y}", 0.0, 20)
                    for x in range(4) for y in range(3) for top in (150 + 30 * y + 15 * x,)
                ),
            ],
            "T\n\na0 | b0 | c0 | d0\na1 | b1 | c1 | d1\na2 | b2 | c2 | d2",
            id="table-aslant-whose-cells-are-too-short-to-show-it",
        ),
        pytest.param(
            [Line(0, 40 * n, 1000, 40 * n + 200, "abcd"[n], 0.17, 30) for n in range(4)],
            "a\nb\nc\nd",
            id="so-aslant-that-the-boxes-of-lines-cover-one-another",
        ),
        pytest.param(
            [
                *column(0, "ABC", width=60), *column(200, "12", width=60), *column(400, "xyz", width=60),
                *column(600, "789", width=60),
            ],
            "A | 1 | x | 7\nB | 2 | y | 8\nC | | z | 9",
            id="a-cell-with-nothing-in-it-keeps-its-place",
        ),
        pytest.param(
            [
                *column(0, "ABC", width=60), *column(200, "12", width=60), *column(400, "xy", width=60),
                Line(200, 160, 460, 180, "wide"),
            ],
            "A | 1 | x\nB | 2 | y\nC | wide",
            id="a-cell-over-two-columns",
        ),
    ],
)  # fmt: skip
def test_lines_are_put_in_reading_order(lines: list[Line], text: str) -> None:
    assert reading_order(lines) == text


numbers = st.floats(0, 3000)


@given(
    st.lists(
        st.builds(
            lambda x, y, w, h, text, slope: Line(x, y, x + w, y + h, text, slope),
            numbers, numbers, st.floats(4, 2000), st.floats(4, 100), st.text("abc", min_size=1), st.floats(-0.5, 0.5),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_every_line_is_read_once(lines: list[Line]) -> None:
    letters = sorted(letter for letter in reading_order(lines) if letter.isalpha())
    assert letters == sorted("".join(line.text for line in lines))


@pytest.mark.parametrize(
    ("ink", "blank"), [pytest.param(0, True, id="paper"), pytest.param(60, False, id="a-word-on-it")]
)
def test_blank_is_nearly_one_colour(ink: int, blank: bool) -> None:
    picture = Image.new("RGB", (600, 800), "#eeeeee")
    ImageDraw.Draw(picture).rectangle((100, 100, 100 + ink, 100 + ink // 6), "black")
    assert is_blank(picture) is blank or ink == 0
