"""`make` on machines as they are: a set-up that broke off, a folder with a space, a question with any signs in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.settings import ROOT

MAKE = shutil.which("make") or ""
pytestmark = pytest.mark.skipif(not MAKE or sys.platform == "win32", reason="there is no make here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile with nothing to install, in a folder with a space in its name."""
    made = tmp_path / "a folder"
    made.mkdir()
    shutil.copy(ROOT / "Makefile", made)
    for name in ("requirements.txt", "requirements-models.txt"):
        (made / name).touch()
    return made


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "Q")}
    environ["PIP_NO_INDEX"] = "1"
    return subprocess.run(
        [MAKE, *words], cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def without_pip(venv: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)


def of_a_python_that_is_gone(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/nowhere/python3.11")
    (venv / "bin" / "python3").symlink_to("python")


def of_an_old_python(venv: Path) -> None:
    program(venv / "bin" / "python", "exit 1")


@pytest.mark.heavy
@pytest.mark.parametrize("broken", [without_pip, of_a_python_that_is_gone, of_an_old_python])
def test_a_set_up_that_is_half_made_is_made_anew(folder: Path, broken: Callable[[Path], None]) -> None:
    broken(folder / ".venv")
    done = make(folder, "setup", f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr
    assert (folder / ".venv" / "ready").is_file()


@pytest.mark.heavy
def test_what_cannot_be_installed_is_said_with_what_to_do_and_nothing_counts_as_ready(folder: Path) -> None:
    (folder / "requirements.txt").write_text("tomo-no-such-package==1.0\n")
    done = make(folder, "setup", f"PYTHON={sys.executable}")
    assert done.returncode
    assert "The same command goes on from here." in done.stderr
    assert not (folder / ".venv" / "ready").exists()


def test_an_old_python_is_named_and_leaves_nothing(folder: Path) -> None:
    old = program(folder / "old", f"shift; exec '{sys.executable}' -c \"import sys; sys.version_info = (3, 9, 2); $*\"")
    done = make(folder, "setup", f"PYTHON=./{old.name}")
    assert done.returncode
    assert "this is 3.9. Name another, as in: make run PYTHON=" in done.stderr
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param('What does "E10 (pump)" mean?', id="quotes-and-brackets"),
        pytest.param("It costs $5; `touch gone` $(touch gone) or ${HOME}?", id="signs-of-the-shell"),
        pytest.param("¿Qué dice el cap. 2 de 'la guía'?", id="apostrophes"),
    ],
)
def test_a_question_arrives_as_it_was_typed(folder: Path, question: str) -> None:
    program(folder / ".venv" / "bin" / "python", '[ "$3" = ask ] && printf %s "$4"; exit 0')
    (folder / ".venv" / "ready").touch()
    assert make(folder, "-s", "ask", f"Q={question}").stdout == question
    assert not (folder / "gone").exists()


@pytest.mark.parametrize("target", ["run", "check"])
def test_a_folder_that_was_moved_still_runs(folder: Path, target: str) -> None:
    """The other programs of a .venv name the place where it was made; its python alone does not."""
    program(folder / ".venv" / "bin" / "python", "exit 0")
    (folder / ".venv" / "ready").touch()
    done = make(folder, target)
    assert done.returncode == 0, done.stderr
