"""`python -m rag models`: what is there, what fits, and why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.settings import ROOT
from rag.llama.gguf import GGUFInfo, read_gguf
from rag.llama.kv import kv_bytes
from rag.models import bytes_needed
from rag.shelf.catalogue import LENGTHS, LLAMAS
from rag.shelf.table import catalogue_json, catalogue_lines, file_json, file_lines, fit, lengths, parameters, size
from tests.make_gguf import tiny_llama, tiny_llama4

GIB = 1 << 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    tiny_llama(made / "short.gguf", window=32_768)
    tiny_llama4(made / "long.gguf")
    return made


@pytest.fixture
def short(folder: Path) -> GGUFInfo:
    return read_gguf(folder / "short.gguf")


def ran(folder: Path, *arguments: str, llm: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "TOMO_MODELS": str(folder), "TOMO_LLM": llm}
    command = [sys.executable, "-m", "rag", "models", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def run(folder: Path, *arguments: str, llm: str = "") -> list[str]:
    done = ran(folder, *arguments, llm=llm)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_command_lists_each_file_with_what_it_takes(folder: Path) -> None:
    head, *rows, note = run(folder)
    assert head.split()[:3] == ["file", "parameters", "type"]
    assert {row.split()[0] for row in rows} == {"short.gguf", "long.gguf"}
    assert all("yes: 8k needs" in row for row in rows)
    assert "active" in next(row for row in rows if "long" in row)
    assert "memory" in note


def test_the_command_writes_one_object_a_line(folder: Path) -> None:
    by_file = {found["file"]: found for found in map(json.loads, run(folder, "--json"))}
    info = read_gguf(folder / "long.gguf")
    assert by_file["long.gguf"]["kv_bytes"] == {str(n): kv_bytes(info.kv, n, "f16") for n in LENGTHS[:3]}
    assert {*by_file["short.gguf"]["kv_bytes"]} == {"8192", "32768"}
    assert by_file["long.gguf"]["active_parameters"] < by_file["long.gguf"]["parameters"]


def test_the_file_that_is_set_is_listed_too_and_once(folder: Path, tmp_path: Path) -> None:
    assert [json.loads(line)["file"] for line in run(tmp_path, "--json", llm=str(folder / "long.gguf"))] == [
        "long.gguf"
    ]
    assert len(run(folder, "--json", llm=str(folder / "long.gguf"))) == 2


def test_a_file_that_is_set_and_missing_hides_no_other(folder: Path, tmp_path: Path) -> None:
    done = ran(folder, "--json", llm=str(tmp_path / "gone.gguf"))
    assert done.returncode == 2
    assert "gone.gguf: no such model file" in done.stderr
    assert {json.loads(line)["file"] for line in done.stdout.splitlines()} == {"short.gguf", "long.gguf"}


def test_the_catalogue_needs_no_file(tmp_path: Path) -> None:
    found = [json.loads(line) for line in run(tmp_path, "--catalogue", "--json")]
    assert [row["model"] for row in found] == [llama.name for llama in LLAMAS]
    assert len(run(tmp_path, "--catalogue")) == len(LLAMAS) + 2


def test_a_length_beyond_training_is_shown_as_such() -> None:
    rows = {line[:16].strip(): line for line in catalogue_lines(0, 64 * GIB)}
    assert "[128.0 GiB]" in rows["Llama 3.1 8B"]
    assert "[" not in rows["Llama 4 Scout"]
    assert catalogue_json(LLAMAS[-1], 0, None)["beyond_training"] == [10_485_760]


def test_what_does_not_fit_says_why(short: GGUFInfo) -> None:
    needed = bytes_needed(short, 8192)
    assert "yes: 8k needs" in "\n".join(file_lines([short], 0, needed))
    assert "no: 8k needs" in "\n".join(file_lines([short], 0, needed - 1))
    assert file_json(short, 0, needed - 1)["largest_window"] == 8192 - 256
    assert "none" in "\n".join(file_lines([short], 0, short.size))


def test_the_set_window_is_what_has_to_fit(short: GGUFInfo) -> None:
    needed = bytes_needed(short, 16_384)
    assert fit(short.footprint, short.window, 16_384, needed).fits
    assert not fit(short.footprint, short.window, 16_385, needed).fits
    assert fit(short.footprint, short.window, 10**9, None).window == short.window


def test_unknown_memory_is_no_bound_and_said(short: GGUFInfo) -> None:
    found = fit(short.footprint, short.window, 0, None)
    assert (found.fits, found.largest) == (True, short.window)
    assert "not known" in found.why


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(lengths(131_072), "128k", id="k"),
        pytest.param(lengths(10_485_760), "10M", id="M"),
        pytest.param(lengths(129_280 + 1), "129,281", id="odd"),
        pytest.param(size(3 * GIB // 2), "1.5 GiB", id="GiB"),
        pytest.param(size(300 << 20), "300 MiB", id="MiB"),
        pytest.param(parameters(107_769_861_120, 17_172_894_720), "107.8 B (17.2 B active)", id="mixture"),
        pytest.param(parameters(134_515_008, 134_515_008), "135 M", id="dense"),
    ],
)
def test_numbers_are_written_as_people_say_them(shown: str, expected: str) -> None:
    assert shown == expected
