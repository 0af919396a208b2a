"""The name of a mail thread → the documents that belong to it."""

from __future__ import annotations

import hashlib
import sqlite3


def met(db: sqlite3.Connection, name: str) -> list[str]:
    """Ids of the mails that are met by following names up and down from `name`, in order; [] for an empty name."""
    # A mail may name only the one before it: follow the names up (its thread) and down (its own) until all are met.
    # Its own name is its part: the reader calls a document after the Message-ID of its first mail.
    query = """WITH RECURSIVE met(name) AS (SELECT :name WHERE :name <> ''
        UNION SELECT thread FROM documents, met WHERE thread <> '' AND part = met.name
        UNION SELECT part FROM documents, met WHERE thread <> '' AND thread = met.name AND part <> '')
        SELECT documents.id FROM documents, met WHERE thread <> '' AND thread = met.name ORDER BY documents.id"""
    return [row[0] for row in db.execute(query, {"name": name})]


def hidden(message_id: str) -> str:
    """A Message-ID as a masked library keeps it: 32 hexadecimal digits of its SHA-256; as it is without an "@".

    It looks like an address and may be one; its hash still says which mails belong together.
    """
    digest = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
    return digest[:32] if "@" in message_id else message_id
