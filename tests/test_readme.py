"""What the README promises is there: commands, targets, settings, pictures."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields

import pytest

from ingest import command_line as ingest_main
from ingest.settings import ROOT, Settings
from rag.cli import command_line as rag_main

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if " -m ingest" in line or " -m rag" in line]
TARGETS = [line.split()[1] for line in LINES if line.startswith("make ")] + re.findall(r"`make (\w+)", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    _, _, package, *arguments = shlex.split(command)
    parser = ingest_main._parser() if package == "ingest" else rag_main._parser()
    assert parser.parse_args(arguments)


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_every_make_target_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_of_settings_is_complete() -> None:
    named = set(re.findall(r"`TOMO_([A-Z_]+)`", README)) - {"CONFIG"}
    assert {name.lower() for name in named} == {field.name for field in fields(Settings)}


def test_every_picture_is_there() -> None:
    assert all((ROOT / path).is_file() for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README))


def test_no_placeholder_is_left() -> None:
    assert not re.search(r"^[A-Z]{5,}$", README, re.MULTILINE)
