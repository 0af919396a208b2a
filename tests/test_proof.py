"""Whether a machine can restore what it saved: proved once by two processes, noted, told by doctor when it cannot."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.library import Library
from rag.llama.kv import KVShape
from rag.llm import LlamaCpp
from rag.prefixes.check import check_prefixes
from rag.prefixes.keeping import Trust
from rag.prefixes.key import key_of
from rag.prefixes.proof import FILE, Proof, Run, proofs, prove, proved, why_not
from tests.make_gguf import tiny_llama, tiny_llama4

IDENTITY = {"model": "abc"}


def note(folder: Path, ok: bool, why: str, **more: bool) -> None:
    """As an earlier run would have."""
    text = json.dumps({key_of(IDENTITY, ()): {"model": "m.gguf", "ok": ok, "why": why, "seconds": 1.0} | more})
    (folder / FILE).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("ok", [True, False])
def test_what_was_proved_is_not_proved_again(tmp_path: Path, ok: bool) -> None:
    note(tmp_path, ok, "" if ok else "it differs", settled=True)
    proof = proved(Run(tmp_path / "absent.gguf"), IDENTITY, tmp_path)
    assert (proof.ok, proof.seconds) == (ok, 1.0)


def test_what_an_older_version_noted_counts_if_it_went_well_and_is_tried_once_more_else(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    note(tmp_path, True, "")
    assert proved(Run(tmp_path / "absent.gguf"), IDENTITY, tmp_path).ok
    note(tmp_path, False, "the attempt to save a state ended with code -2")
    proof = proved(Run(path, threads=1), IDENTITY, tmp_path)
    assert proof.ok
    assert list(proofs(tmp_path).values()) == [proof]


@pytest.mark.skipif(os.name == "nt", reason="a script of the shell")
def test_a_second_model_is_noted_beside_the_first(tmp_path: Path, child: Callable[[str], None]) -> None:
    note(tmp_path, True, "")
    path = tiny_llama(tmp_path / "tiny.gguf")
    child("echo 7")
    assert proved(Run(path), {"model": "another"}, tmp_path).ok
    assert len(proofs(tmp_path)) == 2


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What the process that is started does instead, as a line of shell."""

    def does(line: str) -> None:
        script = tmp_path / "child"
        script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        script.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(script))

    return does


@pytest.mark.skipif(os.name == "nt", reason="a child is ended by signals")
@pytest.mark.parametrize(
    ("line", "kept"),
    [
        pytest.param("kill -INT $$", False, id="interrupted"),
        pytest.param("kill -TERM $$", False, id="ended"),
        pytest.param("kill -KILL $$", False, id="no-memory"),
        pytest.param("exit 1", False, id="an-error-of-python"),
        pytest.param("echo x", False, id="something-else-printed"),
        pytest.param("exit 0", False, id="nothing-printed"),
        pytest.param("kill -SEGV $$", True, id="crashed"),
        pytest.param("exit 4", True, id="not-restored"),
        pytest.param("echo $$", True, id="goes-on-differently"),
        pytest.param("echo 7", True, id="goes-on-alike"),
    ],
)
def test_only_what_says_something_of_the_model_is_kept(
    tmp_path: Path, child: Callable[[str], None], line: str, kept: bool
) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    child(line)
    proof = proved(Run(path), IDENTITY, tmp_path)
    assert proof.ok is (line == "echo 7")
    assert list(proofs(tmp_path).values()) == ([proof] if kept else [])


def test_where_no_process_can_be_started_it_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    assert "no process" in proved(Run(path, threads=1), IDENTITY, tmp_path).why
    monkeypatch.undo()
    assert proved(Run(path, threads=1), IDENTITY, tmp_path).ok


def test_a_model_that_cannot_be_loaded_proves_nothing_and_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF")
    proof = proved(Run(tmp_path / "bad.gguf"), IDENTITY, tmp_path)
    assert not proof.ok
    assert "save" in proof.why
    assert proofs(tmp_path) == {}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"ok": true}}'])
def test_a_damaged_note_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert proofs(tmp_path) == {}


def test_doctor_says_why_nothing_is_kept(tmp_path: Path) -> None:
    note(tmp_path, True, "")
    assert not any("not kept" in f.text for f in check_prefixes(Library(tmp_path / "library"), tmp_path))
    note(tmp_path, False, "the restored state goes on differently from token 3 of 24")
    found = [finding.text for finding in check_prefixes(Library(tmp_path / "library"), tmp_path)]
    assert any("m.gguf are not kept" in text and "token 3" in text for text in found)


@pytest.mark.parametrize("make", [tiny_llama, tiny_llama4], ids=lambda f: f.__name__)
def test_two_processes_go_on_alike(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    path = make(tmp_path / "tiny.gguf")
    proof = prove(Run(path, threads=1))
    assert proof == Proof("tiny.gguf", True, "", proof.seconds)


@pytest.mark.parametrize(
    ("shape", "kept"),
    [
        pytest.param(KVShape(1024), True, id="dense"),
        pytest.param(KVShape(1024, 512, 8192, chunked=True), True, id="chunks"),
        pytest.param(KVShape(1024, 512, 512), False, id="slides"),
    ],
)
def test_models_whose_layers_slide_are_computed_anew_and_the_reason_is_told(shape: KVShape, kept: bool) -> None:
    assert (why_not(shape) == "") is kept


def test_trust_is_asked_once_and_kept(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    llm = LlamaCpp(path, window=1024, threads=1)
    trust = Trust(Run(path, threads=1), llm, tmp_path)
    assert trust() is True
    (tmp_path / FILE).unlink()
    assert trust() is True
    llm.close()
