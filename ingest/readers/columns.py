"""Column names of a ticket export → which column holds what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.errors import SettingsError

# Folded names (see `fold`), the surest first: where two columns fit a field that takes one, the surer is taken.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": (
        "key", "issue key", "ticket id", "ticket key", "ticket number", "ticket no", "ticket", "case number", "case id",
        "case", "incident number", "incident id", "number", "issue id", "id", "clave", "clave de incidencia", "numero",
        "numero de ticket", "n de ticket", "no de ticket", "nro", "nro ticket", "nro de ticket", "num", "id de ticket",
        "id ticket", "id de incidencia", "numero de incidencia", "incidencia", "numero de caso", "caso", "folio",
        "referencia", "reference", "ref",
    ),
    "subject": (
        "subject", "summary", "ticket subject", "issue summary", "short description", "headline", "asunto", "resumen",
        "descripcion breve", "descripcion corta", "title", "titulo", "topic", "tema",
    ),
    "description": (
        "description", "description text", "ticket description", "issue description", "descripcion", "body", "details",
        "detail", "detalle", "detalles", "cuerpo", "message", "mensaje", "content", "contenido", "text", "texto",
        "problem", "problema", "consulta",
    ),
    "status": ("status", "ticket status", "issue status", "state", "estado", "estatus", "situacion"),
    "resolution": (
        "resolution", "resolution notes", "resolution note", "resolution text", "resolution details", "solution",
        "resolution comment", "close notes", "closing notes", "fix", "resolucion", "solucion", "notas de resolucion",
        "notas de cierre", "solucion aplicada", "detalle de la solucion",
    ),
    "created": (
        "created", "created at", "created on", "created date", "creation date", "date created", "opened", "opened at",
        "open date", "submitted", "submitted at", "creado", "creada", "creado el", "fecha de creacion",
        "fecha creacion", "fecha de apertura", "fecha apertura", "fecha de alta", "fecha alta", "abierto", "abierto el",
        "fecha", "date",
    ),
    "updated": (
        "updated", "updated at", "updated on", "last updated", "update date", "modified", "modified at",
        "last modified", "actualizado", "actualizada", "actualizado el", "fecha de actualizacion",
        "ultima actualizacion", "fecha actualizacion", "modificado", "ultima modificacion",
    ),
    "resolved": (
        "resolved", "resolved at", "resolution date", "resolutiondate", "solved at", "closed", "closed at",
        "close date", "resuelto", "resuelta", "fecha de resolucion", "cerrado", "cerrado el", "fecha de cierre",
        "fecha cierre",
    ),
    "requester": (
        "requester", "requester name", "requester email", "reporter", "customer", "customer name", "client", "caller",
        "contact", "reported by", "opened by", "requested by", "submitter", "user", "from", "creator", "created by",
        "solicitante", "cliente", "usuario", "informador", "reportado por", "creado por", "contacto", "remitente",
    ),
    "product": (
        "product", "product name", "affected product", "producto", "nombre del producto", "device", "dispositivo",
        "equipo", "model", "modelo", "application", "aplicacion", "project name", "project", "proyecto", "service",
        "servicio",
    ),
    "version": (
        "version", "versions", "product version", "affects version s", "affects versions", "affects version",
        "firmware version", "software version", "firmware", "version del producto", "version de firmware",
        "version afectada", "versiones",
    ),
    "tags": (
        "tags", "tag", "labels", "label", "keywords", "components", "component", "component s", "category",
        "categories", "etiquetas", "etiqueta", "palabras clave", "categoria", "categorias", "componente", "componentes",
    ),
    "comments": (
        "comments", "comment", "conversation", "conversations", "thread", "notes", "work notes", "additional comments",
        "public comments", "replies", "messages", "comentarios", "comentario", "conversacion", "hilo", "notas",
        "respuestas", "mensajes", "seguimiento",
    ),
    "priority": ("priority", "severity", "urgency", "prioridad", "severidad", "gravedad", "urgencia"),
    "environment": ("environment", "entorno"),
}  # fmt: skip
SEVERAL = frozenset({"resolution", "tags", "comments"})
# A catalogue has titles and descriptions too; only these names say by themselves that a row is a request.
_SURE_SUBJECTS = frozenset(ALIASES["subject"]) - {"title", "titulo", "topic", "tema"}
_HANDLING = ("status", "resolution", "created", "updated", "resolved", "requester", "priority")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of an export holds which field of a ticket: pairs (column, field), in the file's order."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> ColumnMap:
        """From `column=field` texts; a text without `=` or with an unknown field is a SettingsError."""
        pairs = []
        known = ", ".join(ALIASES)
        for text in texts:
            column, equals, name = text.rpartition("=")
            if not equals or not column.strip() or name.strip() not in ALIASES:
                raise SettingsError(f"{text!r} maps no column. Write column=field, a field being: {known}.")
            pairs.append((column.strip(), name.strip()))
        return cls(tuple(pairs))

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns that hold field `name`, in the file's order; () when none does."""
        return tuple(column for column, held in self.pairs if held == name)

    def holds(self, name: str) -> bool:
        return any(held == name for _, held in self.pairs)

    @property
    def names_tickets(self) -> bool:
        """Whether such columns are a ticket export, not a parts list, a catalogue or a price list."""
        handling = sum(self.holds(name) for name in _HANDLING)
        if any(fold(column) in _SURE_SUBJECTS for column in self.columns("subject")):
            return handling >= 1 or self.holds("description") or self.holds("comments")
        return handling >= (1 if self.holds("subject") else 2) and (self.holds("subject") or self.holds("description"))


def fold(name: str) -> str:
    """A column name without case, accents, punctuation or camelCase: `createdAt`, `Created_at` → `created at`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower().removeprefix("custom field")))


_RANKS = {alias: (name, rank) for name, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


def guess(columns: Sequence[str], chosen: ColumnMap | None = None) -> ColumnMap:
    """The likely map of these columns, English or Spanish; what `chosen` says comes first.

    A field that takes one column gets its surest; `resolution`, `tags` and `comments` take every column that fits.
    """
    return _guess(tuple(dict.fromkeys(columns)), chosen or ColumnMap())


@lru_cache(maxsize=256)
def _guess(columns: tuple[str, ...], chosen: ColumnMap) -> ColumnMap:
    taken = {column: name for column, name in chosen.pairs if column in columns}
    settled = {name for _, name in chosen.pairs}
    candidates: dict[str, list[tuple[int, str]]] = {}
    for column in columns:
        name, rank = _RANKS.get(fold(column), ("", 0))
        if name and column not in taken and name not in settled:
            candidates.setdefault(name, []).append((rank, column))
    for name, ranked in candidates.items():
        for _, column in ranked if name in SEVERAL else [min(ranked)]:
            taken[column] = name
    return ColumnMap(tuple((column, taken[column]) for column in columns if column in taken))
