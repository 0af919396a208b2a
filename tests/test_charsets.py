"""Spanish text is read letter by letter, whatever encoding a file is in."""

from __future__ import annotations

import codecs
import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from ingest.readers.charset import _is_damaged_utf8, decode

SENTENCE = "El niño pidió una pingüina: ¿cuánto cuesta la instalación eléctrica del año? ¡Mañana saldrá más barata!"
ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8-with-mark": ("utf-8", codecs.BOM_UTF8),
    "utf-16-le": ("utf-16-le", b""),
    "utf-16-be": ("utf-16-be", b""),
    "utf-16-le-with-mark": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be-with-mark": ("utf-16-be", codecs.BOM_UTF16_BE),
    "latin-1": ("latin-1", b""),
    "cp1252": ("cp1252", b""),
    "dos": ("cp850", b""),
    "old-mac": ("mac_roman", b""),
}
FILES = {
    "txt": "Aviso\n\n{text}\n",
    "md": "# Aviso\n\n{text}\n",
    "rst": "Aviso\n=====\n\n{text}\n",
    "html": "<!DOCTYPE html><html><head><title>Aviso</title></head><body><h1>Aviso</h1><p>{text}</p></body></html>",
    "csv": "id;asunto;descripción\n7;Aviso;{text}\n8;Otro;{text}\n",
    "json": '[{{"key": "7", "summary": "Aviso", "description": "{text}"}}]',
}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("ending", FILES)
def test_every_text_file_is_read_in_every_encoding(tmp_path: Path, ending: str, encoding: tuple[str, bytes]) -> None:
    codec, mark = encoding
    # Quotes and dashes that Windows has and Latin-1 and DOS lack.
    text = f"{SENTENCE} «Así» —dijo— “ya” cuesta 5 €." if codec not in ("latin-1", "cp850") else SENTENCE
    path = tmp_path / f"aviso.{ending}"
    path.write_bytes(mark + FILES[ending].format(text=text).encode(codec))
    found = [document.text for document in read(path)]
    assert found
    for document in found:
        assert text in document
        assert "\ufeff" not in document
        assert "\0" not in document


@pytest.mark.parametrize("declared", ["its-own", "none", "wrong"])
@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_a_mail_is_read_in_every_encoding(tmp_path: Path, encoding: tuple[str, bytes], declared: str) -> None:
    codec, mark = encoding
    charset = {"its-own": f"; charset={codec}", "none": "", "wrong": "; charset=x-unknown"}[declared]
    head = f"From: ana@example.org\r\nSubject: Aviso\r\nContent-Type: text/plain{charset}\r\n"
    body = b64encode(mark + SENTENCE.encode(codec))
    path = tmp_path / "aviso.eml"
    path.write_bytes(head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + body)
    (found,) = read(path)
    assert SENTENCE in found.text


@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "cp1252"])
def test_a_mail_with_bare_letters_in_its_headers_and_text_is_read(tmp_path: Path, codec: str) -> None:
    mail = f"From: Íñigo Núñez <i@example.org>\nSubject: Avería en la instalación\n\n{SENTENCE}\n"
    path = tmp_path / "bare.eml"
    path.write_bytes(mail.encode(codec))
    (found,) = read(path)
    assert (found.title, found.fields.requester) == ("Avería en la instalación", "Íñigo Núñez <i@example.org>")
    assert SENTENCE in found.text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8", "cp1252"])
def test_a_jira_export_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    issue = {"key": "TPV-1", "fields": {"summary": "Avería", "description": SENTENCE}}
    path = tmp_path / "TPV-1.json"
    path.write_bytes(json.dumps({"issues": [issue]}, ensure_ascii=False).encode(encoding))
    (found,) = read(path)
    assert (found.id, found.title) == ("TPV-1", "Avería")
    assert SENTENCE in found.text


LETTERS = st.text(alphabet="abcdefg hijklm nopqrst uvwxyz áéíóúüñ¿¡.,\n", min_size=30, max_size=400)


@given(LETTERS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
def test_unicode_loses_no_letter(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


# None of these is valid UTF-8 as a whole.
ACCENTS = "La impresión falló después de cambiar el tóner: ¿cuántas páginas?"
LATE = "a" * 250_000


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        pytest.param(ACCENTS, b" caf\xe9", id="a-foreign-letter"),
        pytest.param(ACCENTS, b" \xabcaf\xe9\xbb", id="a-foreign-word"),
        pytest.param("é", b"\xe9", id="as-many-bad-as-good"),
        pytest.param(ACCENTS, "ó".encode()[:1], id="cut-short"),
        pytest.param(LATE + ACCENTS, b" caf\xe9", id="after-much-ascii"),
        pytest.param("Принтер не печатает", b"\xe9", id="cyrillic"),
    ],
)
def test_a_bad_byte_spoils_no_more_than_itself(text: str, bad: bytes) -> None:
    found = decode(text.encode() + bad)
    assert found.startswith(text)
    assert "\ufffd" in found


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        pytest.param(ACCENTS, "cp1252", id="lower-case"),
        pytest.param("año", "latin-1", id="one-letter"),
        pytest.param("«CAFÉ»", "cp1252", id="letters-that-meet-as-utf-8"),
        pytest.param("“MENÚ” «CAFÉ» — SÍ… “INSTALACIÓ”", "cp1252", id="capitals-in-quotes"),
        pytest.param("Configuração não disponível: “AÇÕES”", "cp1252", id="portuguese"),
        pytest.param("L’été, « RÉSEAU » à vérifier où", "cp1252", id="french"),
        pytest.param("Größe „MASSE“ über", "cp1252", id="german"),
        pytest.param(LATE + ACCENTS, "cp1252", id="after-much-ascii"),
    ],
)
def test_a_text_of_another_encoding_is_not_taken_for_damaged_utf_8(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


@given(st.text(alphabet="abcdef áéíóúüñÁÉÍÓÚÑ¿¡«»“”…–º\n", min_size=1, max_size=60))
def test_spanish_in_cp1252_is_never_taken_for_damaged_utf_8(text: str) -> None:
    data = text.encode("cp1252")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert not _is_damaged_utf8(data)
