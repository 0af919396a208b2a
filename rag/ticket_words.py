"""What people call a ticket, as parts of patterns for folded text: no accents, lower case."""

from __future__ import annotations

TICKETS = r"tickets|incidencias|incidentes|incidents|solicitudes|peticiones|quejas|complaints"
"""Several of them, by words that stand for nothing else where support is given."""
TICKET = r"tickets?|incidencias?|incidentes?|incidents?|solicitud(?:es)?|peticion(?:es)?|quejas?|complaints?"
"""The same of one or several."""
CASE = r"cas[oe]s?|requests?|issues?|bugs?|folios?"
"""One or several, by words that may stand for other things too."""
