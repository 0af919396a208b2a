"""One record of an export in the shape its program gives it → a record of plain columns, and who has which number."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.readers.ticket_cells import as_text

Record = Mapping[str, object]
People = Mapping[str, str]
"""Names by number."""

_CUSTOM = ("custom_fields", "customFields", "custom_field")
_LABEL = re.compile(r"^cf_|_\d+$")
"""What Freshdesk puts around the name of a custom field."""
_LISTED = ("users", "people", "contacts", "customers", "agents")
_NUMBERED = ("requester", "assignee")


def spread(record: Record) -> Record:
    """The record with what its `custom_fields` and its `stats` hold as columns beside its own, which stay as they are.

    Custom fields are a list of objects with `name` and `value` (Redmine, Help Scout) or an object of names such as
    `cf_product` or `producto_14` (Freshdesk); those that are empty or that have no name are left out. Messages that
    Help Scout keeps in `_embedded` are `threads`, the oldest of them the description.
    """
    custom = next((record[name] for name in _CUSTOM if record.get(name)), None)
    stats = record.get("stats")
    named: list[tuple[object, object]] = []
    if isinstance(custom, list):
        named = [(one.get("name"), one.get("value")) for one in custom if isinstance(one, Mapping)]
    elif isinstance(custom, Mapping):
        named = [(_LABEL.sub("", name), value) for name, value in custom.items() if isinstance(name, str)]
    if isinstance(stats, Mapping):
        named += [(name, stats.get(name)) for name in ("resolved_at", "closed_at")]
    more = {
        name: text
        for name, value in named
        if isinstance(name, str) and name.strip() and not isinstance(value, bool) and (text := as_text(value))
        if not record.get(name)
    }
    return {**record, **more, **_embedded(record)}


def _embedded(record: Record) -> Record:
    """The messages of a conversation of Help Scout, whose own `threads` counts them."""
    inside = record.get("_embedded")
    threads = inside.get("threads") if isinstance(inside, Mapping) else None
    if not isinstance(threads, list):
        return {}
    messages = [one for one in threads if isinstance(one, Mapping) and one.get("body")]
    messages.sort(key=lambda one: as_text(one.get("createdAt")))
    if any(record.get(name) for name in ("body", "description")):
        return {"threads": messages}
    return {"threads": messages[1:], "body": messages[0]["body"] if messages else ""}


def people_of(record: Record) -> dict[str, str]:
    """Who has which number, by the people that the record itself names: its requester, its assignee and so on."""
    people = [one for one in record.values() if isinstance(one, Mapping) and one.get("id")]
    return {str(one["id"]): name for one in people if (name := as_text(one)) and name != str(one["id"])}


def people_in(data: object) -> People:
    """Who has which number, by the lists of people that an export has beside its tickets, as Zendesk's `users`."""
    if not isinstance(data, Mapping):
        return {}
    listed = [one for name in _LISTED if isinstance(people := data.get(name), list) for one in people]
    return people_of({str(at): one for at, one in enumerate(listed)})


def with_people(record: Record, people: People) -> Record:
    """The record with the names of those whom it has by their numbers only: `requester_id`."""
    named = {
        name: people[number]
        for name in _NUMBERED
        if not record.get(name) and (number := str(record.get(f"{name}_id", ""))) in people
    }
    return {**record, **named} if named else record
