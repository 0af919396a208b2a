"""Column names of a ticket export → which column holds what."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.errors import SettingsError

# Folded names (see `fold`), the surest first: where two columns fit a field that takes one, the surer is taken.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": (
        "key", "issue key", "display id", "ticket id", "ticket key", "ticket number", "ticket no", "ticket",
        "case number", "case id", "case", "incident number", "incident id", "number", "issue id", "id", "clave",
        "clave de incidencia", "numero",
        "numero de ticket", "n de ticket", "no de ticket", "nro", "nro ticket", "nro de ticket", "num", "id de ticket",
        "id ticket", "id de incidencia", "numero de incidencia", "incidencia", "numero de caso", "caso", "folio",
        "referencia", "reference", "ref", "no", "#", "no ticket", "n ticket", "no incidencia", "n incidencia",
        "no de incidencia", "n de incidencia", "nro de incidencia", "no caso", "no de caso", "n de caso",
        "n o ticket", "n o de ticket", "n o incidencia", "n o de incidencia", "id del ticket", "id caso",
        "id incidencia",
        "numero del ticket", "numero de solicitud", "codigo de incidencia", "codigo de ticket",
    ),
    "subject": (
        "subject", "summary", "ticket subject", "issue summary", "short description", "headline", "asunto", "resumen",
        "descripcion breve", "descripcion corta", "ticket name", "nombre del ticket", "title", "titulo", "topic",
        "tema", "ticket title", "case subject", "case title", "titulo del ticket", "asunto del ticket",
        "titulo de la incidencia", "resumen de la incidencia",
    ),
    "description": (
        "description text", "description", "ticket description", "issue description", "descripcion", "body", "details",
        "detail", "detalle", "detalles", "cuerpo", "message", "mensaje", "content", "contenido", "text", "texto",
        "problem", "problema", "consulta", "descripcion del problema", "descripcion de la incidencia",
        "descripcion del ticket", "descripcion detallada", "problem description", "detailed description",
    ),
    "status": (
        "status name", "status", "ticket status", "issue status", "state", "estado", "estatus", "situacion",
        "current status", "estado actual", "case status", "incident state", "estado del ticket",
        "estado de la incidencia",
    ),
    "resolution": (
        "resolution", "resolution notes", "resolution note", "resolution text", "resolution details", "solution",
        "resolution comment", "close notes", "closing notes", "fix", "resolucion", "solucion", "notas de resolucion",
        "notas de cierre", "solucion aplicada", "detalle de la solucion", "resolution code", "close code",
        "codigo de resolucion", "codigo de cierre", "solution solution", "solucion solucion",
        "descripcion de la solucion",
        "resolution description", "comentario de cierre", "acciones realizadas",
    ),
    "created": (
        "created", "created at", "created on", "created date", "creation date", "date created", "opened", "opened at",
        "open date", "submitted", "submitted at", "creado", "creada", "creado el", "fecha de creacion",
        "fecha creacion", "fecha de apertura", "fecha apertura", "fecha de alta", "fecha alta", "abierto", "abierto el",
        "create date", "fecha de creacion del ticket",
        "created time", "creation time", "opening date", "sys created on", "fecha y hora de creacion",
        "hora de creacion", "fecha de registro", "fecha de solicitud", "fecha y hora de apertura",
        "date opened", "opened date", "reported date", "date reported", "reported on", "fecha", "date",
    ),
    "updated": (
        "updated", "updated at", "updated on", "last updated", "update date", "modified", "modified at",
        "last modified", "last modified date",
        "user updated at", "actualizado", "actualizada", "actualizado el", "fecha de actualizacion",
        "ultima actualizacion", "fecha actualizacion", "modificado", "ultima modificacion", "last update",
        "last update time", "updated time", "sys updated on", "changed", "last changed", "ultimo cambio",
        "hora de ultima actualizacion", "hora de actualizacion",
        "fecha de modificacion", "fecha de ultima actualizacion", "last update date",
    ),
    "resolved": (
        "resolved", "resolved at", "resolution date", "resolutiondate", "solved at", "closed", "closed at",
        "close date", "resuelto", "resuelta", "fecha de resolucion", "cerrado", "cerrado el", "fecha de cierre",
        "fecha cierre", "resolved time", "closed time", "close time", "cerrada", "cerrada el", "resuelto el",
        "closed date", "date closed", "resolved date", "closed on", "resolved on", "hora de cierre",
        "hora de resolucion", "fecha de solucion", "fecha solucion", "fecha resolucion", "date resolved",
    ),
    "requester": (
        "requester", "requester name", "requester email", "reporter", "customer", "customer name", "client", "caller",
        "contact", "reported by", "opened by", "requested by", "submitter", "user", "from", "creator", "created by",
        "caller id", "customer user", "full name", "author", "solicitante", "cliente", "usuario", "informador",
        "reportado por", "creado por", "contacto", "remitente", "autor", "nombre completo", "usuario cliente",
        "requester requester", "solicitante solicitante", "primary customer", "associated contact",
        "contacto asociado",
        "associated company", "empresa asociada",
    ),
    "product": (
        "product", "product name", "affected product", "producto", "nombre del producto", "device", "dispositivo",
        "equipo", "model", "modelo", "application", "aplicacion", "project name", "project", "proyecto", "service",
        "servicio", "cmdb ci", "configuration item", "business service", "elemento de configuracion",
        "nombre del proyecto",
    ),
    "version": (
        "version", "versions", "product version", "affects version s", "affects versions", "affects version",
        "firmware version", "software version", "firmware", "version del producto", "version de firmware",
        "version afectada", "versiones afectadas", "versiones",
    ),
    "tags": (
        "tags", "tag", "labels", "label", "keywords", "components", "component", "component s", "category",
        "categories", "etiquetas", "etiqueta", "palabras clave", "categoria", "categorias", "componente", "componentes",
    ),
    "comments": (
        "comments", "comment", "conversation", "conversations", "thread", "threads",
        "notes", "work notes", "additional comments",
        "public comments", "replies", "messages", "comentarios", "comentario", "conversacion", "hilo", "notas",
        "respuestas", "mensajes", "seguimiento", "comments and work notes", "last notes", "ultimas notas",
        "article tree", "followups description", "seguimientos descripcion", "seguimientos",
        "journals", "note", "nota", "reply", "respuesta", "public comment", "private comment", "internal comment",
        "internal note", "internal notes", "comentario publico", "comentario privado", "comentario interno",
        "nota interna", "notas internas", "comentarios y notas de trabajo", "notas de trabajo",
        "comentarios adicionales", "response", "agent response", "respuesta del agente",
    ),
    "priority": ("priority name", "priority", "severity", "urgency", "prioridad", "severidad", "gravedad", "urgencia"),
    "environment": ("environment", "entorno"),
}  # fmt: skip
SEVERAL = frozenset({"resolution", "tags", "comments"})
# A catalogue has titles and descriptions too; only these names say by themselves that a row is a request.
_SURE_SUBJECTS = frozenset(ALIASES["subject"]) - {"title", "titulo", "topic", "tema"}
_NUMBER = re.compile(r" ?\d+$")
_HANDLING = ("status", "resolution", "created", "updated", "resolved", "requester", "priority")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of an export holds which field of a ticket: pairs (column, field), in the file's order."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> ColumnMap:
        """From `column=field` texts; a text without `=` or with an unknown field is a SettingsError."""
        pairs = []
        for text in texts:
            column, _, name = text.rpartition("=")
            if not column.strip() or name.strip() not in ALIASES:
                raise SettingsError(
                    f"{text!r} maps no column. Write column=field, a field being: {', '.join(ALIASES)}."
                )
            pairs.append((column.strip(), name.strip()))
        return cls(tuple(pairs))

    def within(self, columns: Sequence[str]) -> ColumnMap:
        """The same with the columns spelt as in `columns`: as written, else but for case, accents and punctuation.

        What is not there keeps its spelling.
        """
        spelt = {fold(column): column for column in reversed(columns)}
        pairs = ((c if c in columns else spelt.get(fold(c), c), name) for c, name in self.pairs)
        return ColumnMap(tuple(pairs))

    def missing(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The columns it names that are not among `columns`."""
        there = set(columns)
        return tuple(column for column, _ in self.within(columns).pairs if column not in there)

    @property
    def is_numbered(self) -> bool:
        """Whether it names columns by their numbers, from 1: for a table without a row of names."""
        return bool(self.pairs) and all(column.isdecimal() for column, _ in self.pairs)

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
    bare = plain.lower().removeprefix("custom field").removeprefix("campo personalizado")
    return " ".join(re.findall(r"[a-z0-9]+", bare)) or name.strip()[:1]


_RANKS = {alias: (name, rank) for name, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


def guess(columns: Sequence[str], chosen: ColumnMap | None = None) -> ColumnMap:
    """The likely map of these columns, English or Spanish; what `chosen` says comes first.

    A field that takes one column gets its surest; `resolution`, `tags` and `comments` take every column that fits.
    """
    return _guess(tuple(dict.fromkeys(columns)), chosen or ColumnMap())


def _numbered(column: str) -> tuple[str, int]:
    """The field and rank of a column that is one of several, `Comment 2`; ("", 0) for any other."""
    name, rank = _RANKS.get(_NUMBER.sub("", fold(column)), ("", 0))
    return (name, rank) if name in ("comments", "tags") else ("", 0)


@lru_cache(maxsize=256)
def _guess(columns: tuple[str, ...], chosen: ColumnMap) -> ColumnMap:
    taken = {column: name for column, name in chosen.within(columns).pairs if column in columns}
    settled = {name for _, name in chosen.pairs}
    candidates: dict[str, list[tuple[int, str]]] = {}
    for column in columns:
        name, rank = _RANKS.get(fold(column)) or _numbered(column)
        if name and column not in taken and name not in settled:
            candidates.setdefault(name, []).append((rank, column))
    for name, ranked in candidates.items():
        for _, column in ranked if name in SEVERAL else [min(ranked)]:
            taken[column] = name
    return ColumnMap(tuple((column, taken[column]) for column in columns if column in taken))


def read_map(path: Path) -> ColumnMap:
    """The column map in a file: TOML, or a line a column with `=`, `;`, `,` or a tab between field and column.

        # map.toml                                  # map.txt
        id = "Ticket Nr"                            id = Ticket Nr
        comments = ["Note 1", "Note 2"]             comments = Note 1
                                                    comments = Note 2

    A field is one of `ALIASES`, or one of its names there in English or Spanish (`asunto`). A column is named as in the
    export's first row, or by its number from 1 where the export has no such row. What the map does not say is guessed.
    SettingsError when the file cannot be read, names an unknown field, or gives a column to two fields.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as a column map ({error}). Save it as UTF-8 text.") from error
    said = _toml_lines(path, text) if path.suffix.lower() == ".toml" else _plain_lines(path, text)
    pairs = [(column, _field(path, name)) for name, column in said]
    if not pairs:
        raise SettingsError(f"{path}: maps no column. Write one a line, as in: subject = Column name.")
    fields: dict[str, str] = {}
    for column, name in pairs:
        if fields.setdefault(column, name) != name:
            raise SettingsError(f"{path}: column {column} is given to both {fields[column]} and {name}. Choose one.")
    return ColumnMap(tuple(dict.fromkeys(pairs)))


def _field(path: Path, name: str) -> str:
    known = name if name in ALIASES else _RANKS.get(fold(name), ("", 0))[0]
    if not known:
        raise SettingsError(f"{path}: {name} is no field. Fields are: {', '.join(ALIASES)}.")
    return known


def _toml_lines(path: Path, text: str) -> list[tuple[str, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML ({error}). Correct that line.") from error
    lines: list[tuple[str, str]] = []
    for name, columns in table.items():
        for column in columns if isinstance(columns, list) else [columns]:
            if not isinstance(column, str | int) or isinstance(column, bool):
                raise SettingsError(f"{path}: {name} must be a column's name or number, or a list of them.")
            lines.append((name, str(column).strip()))
    return lines


def _plain_lines(path: Path, text: str) -> list[tuple[str, str]]:
    """(field, column) of each line; the column may also stand first. A first line of headings is passed over."""
    lines: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [part.strip().strip("\"'").strip() for part in re.split(r"[=;,\t]", line.strip(), maxsplit=1)]
        if len(parts) < 2 or not all(parts):
            raise SettingsError(f"{path}, line {number}: maps no column. Write field = column.")
        if not lines and {fold(part) for part in parts} in ({"field", "column"}, {"campo", "columna"}):
            continue
        name, column = parts
        lines.append((column, name) if name not in ALIASES and column in ALIASES else (name, column))
    return lines
