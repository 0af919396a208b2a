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
    },
    "en": {
        "page": "{title}, page {page}",
        "page.numbered": "{title}, page {page} (number {number} in the file)",
        "export.page": "page {label}",
        "export.page.numbered": "page {label} (number {number} in the file)",
        "ticket.none": "The library holds no ticket {number}. The nearest is on these pages:",
        "ticket.named": "{title} (ticket {number})",
    },
}
