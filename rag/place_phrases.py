"""What places are called, and tickets, in Spanish and English."""

from __future__ import annotations

PLACES: dict[str, dict[str, str]] = {
    "es": {
        "page": "{title}, página {page}",
        "page.numbered": "{title}, página {page} (la {number} del archivo)",
        "export.page": "página {label}",
        "export.page.numbered": "página {label} (la {number} del archivo)",
        "ticket.none": "La biblioteca no tiene ningún ticket {number}. Lo más cercano está en estas páginas:",
        "ticket.named": "{title} (ticket {number})",
        "tickets.one": "1 ticket{what}:",
        "tickets.some": "{count} tickets{what}, el más reciente primero:",
        "tickets.first": "{count} tickets{what}; estos son los {shown} más recientes:",
        "tickets.nothing": "Ningún ticket{what}.",
        "tickets.but": "Ningún ticket{what}. Sin mirar el estado ni la fecha hay {count}:",
        "tickets.open": " sin cerrar",
        "tickets.closed": " en estado cerrado",
        "tickets.since": " con fecha de creación del {since} al {until}",
        "tickets.words": " con «{words}»",
        "tickets.listed": "La pregunta pide una lista o un recuento de tickets: se cuentan los del catálogo.",
    },
    "en": {
        "page": "{title}, page {page}",
        "page.numbered": "{title}, page {page} (number {number} in the file)",
        "export.page": "page {label}",
        "export.page.numbered": "page {label} (number {number} in the file)",
        "ticket.none": "The library holds no ticket {number}. The nearest is on these pages:",
        "ticket.named": "{title} (ticket {number})",
        "tickets.one": "1 ticket{what}:",
        "tickets.some": "{count} tickets{what}, the latest first:",
        "tickets.first": "{count} tickets{what}; these are the latest {shown}:",
        "tickets.nothing": "No ticket{what}.",
        "tickets.but": "No ticket{what}. Of any status and date there are {count}:",
        "tickets.open": " still open",
        "tickets.closed": " closed",
        "tickets.since": " created from {since} to {until}",
        "tickets.words": " with “{words}”",
        "tickets.listed": "The question asks for a list or a count of tickets: those of the catalogue are counted.",
    },
}
