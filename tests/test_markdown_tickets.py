"""Tickets that are Markdown files: known by their facts, and read as those of any export."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.types import Document

FRONT = """---
ticket: "HX-12"
estado: Cerrado
abierto: 2025-03-04
cerrado: 2025-03-09
cliente: Ana Ruiz
etiquetas: [agua, urgente]
---

# Pierde agua

## Descripción

Gotea por **abajo**.

## Comentarios

**Soporte** (2025-03-05 10:00):

¿Desde cuándo?

## Resolución

Junta nueva.
"""
LISTED = """# HX-13: Leaks at the back

- **Status:** Open
- **Priority:** High
- **Opened:** 2025-04-01
- **Customer:** Bob

## Steps

It drips.
"""
TABLE = """# HX-14 - Noise

| Field | Value |
|---|---|
| Status | Open |
| Reporter | Bob |

It hums at night.
"""


def only(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "one.md"
    path.write_text(text, encoding="utf-8")
    (document,) = read(path)
    return document


def test_facts_in_front_matter_make_a_ticket(tmp_path: Path) -> None:
    found = only(tmp_path, FRONT)
    fields = found.fields
    assert (found.kind, found.title, fields.key, fields.status) == ("ticket", "Pierde agua", "HX-12", "Cerrado")
    assert (fields.requester, fields.created, fields.tags) == ("Ana Ruiz", "2025-03-04", ("agua", "urgente"))
    assert fields.resolution == "Junta nueva."
    assert [one.title for one in found.sections] == [
        "Problema", "Último comentario — Soporte, 2025-03-05", "Resolución",
    ]  # fmt: skip
    assert "Gotea por abajo." in found.text


@pytest.mark.parametrize(("text", "key"), [(LISTED, "HX-13"), (TABLE, "HX-14")], ids=["a-list", "a-table"])
def test_facts_below_the_title_make_a_ticket(tmp_path: Path, text: str, key: str) -> None:
    found = only(tmp_path, text)
    assert (found.kind, found.fields.key, found.fields.status) == ("ticket", key, "Open")
    assert found.fields.requester == "Bob"
    assert "Bob" not in found.text.split("\n\n", 2)[2]
    assert key not in found.title


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Notes\nstatus: draft\nauthor: Ana\ndate: 2025-01-02\n---\n\n# Notes\n\nText.",
        "---\nid: intro\nstatus: stable\ntags: [a]\n---\n\n# Intro\n\nText.",
        "# 3: Lights\n\n- Status: green when it runs\n- Power: red\n\nText.",
        "# Guide\n\nStatus: final\n\n## Problem\n\nText.",
    ],
    ids=["a-post", "a-page-of-a-site", "a-list-of-lights", "a-guide"],
)
def test_other_files_with_facts_are_manuals(tmp_path: Path, text: str) -> None:
    assert only(tmp_path, text).kind == "manual"


@pytest.mark.parametrize("status", ["accepted", "draft", "approved", "vigente"])
def test_records_of_decisions_and_guides_with_a_number_a_day_and_a_status_are_manuals(tmp_path, status) -> None:
    text = f"---\nid: ADR-7\nstatus: {status}\ncreated: 2025-03-04\n---\n# Use WAL\n\nWe write ahead."
    assert only(tmp_path, text).kind == "manual"


def test_a_status_of_a_teams_own_does_where_someone_reported_it_and_it_is_urgent(tmp_path) -> None:
    text = "---\nid: HX-7\nstatus: Con el fabricante\npriority: Alta\nrequester: Ana\n---\n# Gotea\n\nAbajo."
    assert only(tmp_path, text).kind == "ticket"
