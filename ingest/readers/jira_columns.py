"""The columns of Jira's CSV → those that say something of a request: it exports hundreds, most of them for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.readers.columns import fold

MOST = 12
"""Columns beyond the known ones that are worth reading."""
_KEYS = frozenset({"issue key", "clave de incidencia", "clave de la incidencia"})
_NOISE = re.compile(
    r"chart .*|rank|rango|sprint|epic (?:name|colou?r|status|link)|story points?.*|development|desarrollo|flagged|team"
    r"|request participants|participantes de la solicitud|organi[sz]ations|organizaciones"
    r"|time to .*|tiempo (?:hasta|para) .*"
    r"|log work|registro de trabajo|(?:original|remaining) estimate|estimacion (?:original|restante)"
    r"|time spent|tiempo (?:empleado|invertido|trabajado|dedicado)|work ratio|proporcion de(?:l)? trabajo"
    r"|status category.*|categoria de(?:l)? estado.*|satisfaction.*|satisfaccion.*|security level|nivel de seguridad"
    r"|watchers?|observador(?:es)?|votos|creator|creador|last viewed|ultima (?:vista|visualizacion)|attachment|adjunto"
    r"|project (?:key|type|lead|description)|(?:clave|tipo|lider|responsable|descripcion) del? proyecto|id del? .*"
)
"""Folded names of columns by which Jira plans, ranks, counts and measures."""
_DUMP = re.compile(r"\{(?!\{|code|noformat|quote|panel|color).*|\d\|\w*:?\w*|com\.atlassian\..*", re.DOTALL)
"""What a plug-in writes for itself."""
_CUSTOM = re.compile(r"(?:custom field|campo personalizado) \((.+)\)", re.IGNORECASE)


def is_export(names: Iterable[str]) -> bool:
    """Whether a table's columns are those of Jira's CSV, in English or Spanish."""
    return any(fold(name) in _KEYS for name in names)


def heading(name: str) -> str:
    """What a column is called: "Custom field (Serial number)" is the serial number."""
    custom = _CUSTOM.fullmatch(name)
    return custom[1] if custom else name


def is_noise(name: str, text: str) -> bool:
    """Whether a cell is nothing for who reads the request."""
    return _NOISE.fullmatch(fold(heading(name))) is not None or _DUMP.fullmatch(text) is not None
