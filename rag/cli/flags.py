"""The command line's filter flags → Filters."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import get_args

from ingest.filters import Filters
from ingest.types import Kind, Language


def add_filters(command: argparse.ArgumentParser, document: str = "only this document; may be repeated") -> None:
    """The flags that narrow a command to some documents; `document` is the help of --document."""
    group = command.add_argument_group("filters", "Upper case and accents do not matter.")
    group.add_argument("--kind", choices=get_args(Kind), default="", help="manuals or tickets only")
    group.add_argument("--document", action="append", default=[], metavar="ID", help=document)
    group.add_argument("--id", default="", metavar="NUMBER", help="the ticket of this number")
    group.add_argument("--subject", default="", metavar="WORDS", help="with these words in the subject or title")
    group.add_argument("--resolution", default="", metavar="WORDS", help="resolved with these words")
    group.add_argument("--product", default="", metavar="NAME", help="tickets about this product")
    group.add_argument("--version", default="", metavar="V", help="of this version: 2.1 is also 2.1.3")
    group.add_argument("--status", default="", metavar="S", help="open, closed, or a status by its name")
    group.add_argument("--requester", default="", metavar="NAME", help="asked by somebody with this in the name")
    group.add_argument("--tag", action="append", default=[], metavar="TAG", help="with this tag; may be repeated")
    group.add_argument("--since", default="", metavar="DATE", help="created then or later (2025, 2025-01, 2025-01-31)")
    group.add_argument("--until", default="", metavar="DATE", help="created then or earlier, that day included")
    group.add_argument("--updated-since", default="", metavar="DATE", help="changed then or later")
    group.add_argument("--updated-until", default="", metavar="DATE", help="changed then or earlier")
    group.add_argument("--language", choices=get_args(Language), default="", help="documents in this language")
    group.add_argument("--resolved", action="store_true", help="tickets that say how they were resolved")


def filters_of(arguments: argparse.Namespace, documents: Iterable[str]) -> Filters:
    """What the flags say, `documents` being the ids of those named; SettingsError for what makes no sense."""
    return Filters(
        kind=arguments.kind,
        documents=tuple(documents),
        key=arguments.id,
        subject=arguments.subject,
        resolution=arguments.resolution,
        product=arguments.product,
        version=arguments.version,
        status=arguments.status,
        requester=arguments.requester,
        tags=tuple(arguments.tag),
        created_from=arguments.since,
        created_to=arguments.until,
        updated_from=arguments.updated_since,
        updated_to=arguments.updated_until,
        language=arguments.language,
        resolved=arguments.resolved,
    )
