"""Settings come from the environment and a file, once; what is not known is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.settings import Settings, read_settings


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_is_the_defaults(tmp_path: Path) -> None:
    assert read_settings({}, write(tmp_path / "t.toml", "")) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "t.toml", 'window = 2048\nlibrary = "/from/file"')
    settings = read_settings({"TOMO_WINDOW": "4096", "HOME": "/x"}, file)
    assert (settings.window, settings.library) == (4096, Path("/from/file"))


@pytest.mark.parametrize(
    ("environ", "text", "message"),
    [
        pytest.param({"TOMO_WINDO": "1"}, "", "windo", id="unknown-in-environment"),
        pytest.param({}, "colour = 1", "colour", id="unknown-in-file"),
        pytest.param({"TOMO_WINDOW": "many"}, "", "whole number", id="not-a-number"),
        pytest.param({"TOMO_WINDOW": "-1"}, "", "0 or more", id="negative"),
        pytest.param({"TOMO_CHUNK_TOKENS": "0"}, "", "1 or more", id="nothing-of-what-is-needed"),
        pytest.param({}, "window = ", "TOML", id="not-toml"),
        pytest.param({"TOMO_UNSUPPORTED": "hide"}, "", "one of mark, remove, not 'hide'", id="not-a-choice"),
        pytest.param({"TOMO_OCR": "maybe"}, "", "one of true, false, yes, no, 1, 0, not 'maybe'", id="not-a-switch"),
        pytest.param({"TOMO_KV_TYPE": "q5_0"}, "", "one of auto, f16, q8_0, q4_0, not 'q5_0'", id="not-a-kv-type"),
        pytest.param({"TOMO_THREADS": "100000000000"}, "", "1024 or less", id="more-threads-than-there-can-be"),
        pytest.param({"TOMO_FILE_SECONDS": "9" * 30}, "", "or less", id="a-number-that-overflows"),
        pytest.param({}, 'library = ["/a", "/b"]', "a text in quotes, not", id="a-list-for-a-folder"),
        pytest.param({}, "llm = 5", "a text in quotes, not 5", id="a-number-for-a-file"),
        pytest.param({}, "a = " + "[" * 9000, "TOML", id="nested-without-end"),
        pytest.param({}, "flash_attention = true", "one of auto, on, off, not True", id="not-a-choice"),
    ],
)
def test_what_makes_no_sense_is_named(tmp_path: Path, environ: dict[str, str], text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_settings(environ, write(tmp_path / "t.toml", text))


@pytest.mark.parametrize(
    ("environ", "text", "on"),
    [
        pytest.param({"TOMO_OCR": "0"}, "", False, id="zero"),
        pytest.param({"TOMO_OCR": "No"}, "ocr = true", False, id="a-word-over-the-file"),
        pytest.param({"TOMO_OCR": "yes"}, "ocr = false", True, id="yes-over-the-file"),
        pytest.param({}, "ocr = false", False, id="toml"),
    ],
)
def test_a_switch_is_set_by_words_and_numbers(tmp_path: Path, environ: dict[str, str], text: str, on: bool) -> None:
    assert read_settings(environ, write(tmp_path / "t.toml", text)).ocr is on


@pytest.mark.parametrize(
    ("name", "message"),
    [pytest.param("", r"cannot be read \(Is a dir", id="folder"), pytest.param("x" * 300, "no such", id="long-name")],
)
def test_a_settings_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_settings({"TOMO_CONFIG": str(tmp_path / name)})


def test_a_settings_file_that_is_named_and_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such settings file"):
        read_settings({"TOMO_CONFIG": str(tmp_path / "absent.toml")})


@pytest.mark.parametrize("key", ["TOMO_LIBRARY", "TOMO_MODELS", "TOMO_WINDOW", "TOMO_OCR", "TOMO_KV_TYPE"])
def test_what_is_set_to_nothing_has_its_default(tmp_path: Path, key: str) -> None:
    assert read_settings({key: ""}, write(tmp_path / "t.toml", "")) == Settings()


def test_a_settings_file_as_windows_saves_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_bytes("window = 2048\r\nllm = 'modelo-ñ.gguf'\r\n".encode("utf-8-sig"))
    settings = read_settings({}, file)
    assert (settings.window, settings.llm) == (2048, "modelo-ñ.gguf")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_settings_file_in_another_encoding_says_so_and_blames_no_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "t.toml"
    file.write_bytes('library = "/home/señor"'.encode(encoding))
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        read_settings({}, file)


@pytest.mark.parametrize("key", ["library", "llm", "embedder", "guard_words", "columns"])
def test_the_home_folder_is_known_in_a_settings_file(tmp_path: Path, key: str) -> None:
    file = tmp_path / "tomo.toml"
    file.write_text(f'{key} = "~/some file"', encoding="utf-8")
    assert str(getattr(read_settings({}, file), key)) == str(Path.home() / "some file")
