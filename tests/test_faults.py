"""Killed anywhere, an ingest is finished by the same command, and the library is as if nothing had happened."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faulty import LATER_POINTS, POINTS, Material, held, in_a_process, make_material, wrong


@dataclass(frozen=True)
class Ground:
    """The folder, a library of how it was, and what whole libraries of how it was and of how it is hold."""

    material: Material
    library: Path
    before: list[str]
    after: list[str]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("faults")
    material = make_material(folder)
    whole = folder / "whole"
    assert in_a_process(material.files, whole) == 0
    kept = folder / "kept"
    shutil.copytree(whole, kept)
    before = held(whole)
    material.show(material.after)
    assert in_a_process(material.files, whole) == 0
    assert wrong(whole) == []
    return Ground(material, kept, before, held(whole))


def test_the_two_states_differ_and_a_rerun_changes_nothing(ground: Ground, tmp_path: Path) -> None:
    assert ground.before != ground.after
    shutil.copytree(ground.library, tmp_path / "library")
    ground.material.show(ground.material.before)
    assert in_a_process(ground.material.files, tmp_path / "library") == 0
    assert held(tmp_path / "library") == ground.before


@pytest.mark.heavy
@pytest.mark.parametrize("point", POINTS)
def test_a_first_ingest_killed_is_finished_by_the_next(ground: Ground, tmp_path: Path, point: str) -> None:
    ground.material.show(ground.material.before)
    assert in_a_process(ground.material.files, tmp_path / "library", point) == -9, "it never came to this point"
    assert in_a_process(ground.material.files, tmp_path / "library") == 0
    assert wrong(tmp_path / "library") == []
    assert held(tmp_path / "library") == ground.before


QUICK = ("while-storing-chunks", "before-commit", "after-keeping-vectors", "while-indexing", *LATER_POINTS)
"""Points that every run of the tests looks at."""


@pytest.mark.parametrize(
    ("point", "nth"),
    [
        pytest.param(point, nth, id=f"{point}-{nth}", marks=[] if nth == 1 and point in QUICK else pytest.mark.heavy)
        for point in (*POINTS, *LATER_POINTS)
        for nth in (1, 2)
    ],
)
def test_an_ingest_of_changes_killed_is_finished_by_the_next(
    ground: Ground, tmp_path: Path, point: str, nth: int
) -> None:
    if nth > 1 and point.endswith("the-summary"):
        pytest.skip("there is one summary")
    shutil.copytree(ground.library, tmp_path / "library")
    ground.material.show(ground.material.after)
    assert in_a_process(ground.material.files, tmp_path / "library", point, nth) == -9, "it never came to this point"
    assert in_a_process(ground.material.files, tmp_path / "library") == 0
    assert wrong(tmp_path / "library") == []
    assert held(tmp_path / "library") == ground.after
