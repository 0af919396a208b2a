"""The name of a mail thread → the documents that belong to it."""

from __future__ import annotations

import sqlite3


def met(db: sqlite3.Connection, name: str) -> list[str]:
    """Ids of the mails that are met by following names up and down from `name`, in order."""
    # A mail may name only the one before it: follow the names up (its thread) and down (its own) until all are met.
    query = """WITH RECURSIVE met(name) AS (VALUES (?)
        UNION SELECT thread FROM documents, met WHERE thread <> '' AND key = met.name
        UNION SELECT key FROM documents, met WHERE thread <> '' AND thread = met.name)
        SELECT documents.id FROM documents, met WHERE thread <> '' AND (thread = met.name OR key = met.name)"""
    return sorted({row[0] for row in db.execute(query, (name,))})
