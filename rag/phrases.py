"""Every sentence Tomo says about its own work, in Spanish and English."""

from __future__ import annotations

from ingest.types import Language

_PHRASES: dict[str, dict[str, str]] = {
    "es": {
        "document.scope": "Se lee entero lo que has elegido ({tokens} tokens): cabe en los {room} que hay para documentos.",
        "document.implied": "La búsqueda señala un solo documento, {title}, y entero ({tokens} tokens) cabe en los {room} "
        "que hay para documentos.",
        "document.forced": "Has pedido el documento entero ({tokens} tokens) y cabe en los {room} que hay.",
        "passages.library": "La pregunta es para toda la biblioteca: se leen los mejores pasajes de {documents} documentos.",
        "passages.large": "La búsqueda se centra en {title}. Entero son {tokens} tokens y no cabe en los {room} que hay para documentos: "
        "se leen los mejores pasajes.",
        "passages.forced": "Has pedido buscar: se leen los mejores pasajes.",
        "passages.none": "No se ha encontrado nada en la biblioteca.",
        "left.room": "no cabía entero",
        "left.effective": "hay bastante con los mejores: este modelo pierde el hilo con más texto",
        "left.history": "turno antiguo de la conversación: no cabía",
        "too.large": "{title} entero son {tokens} tokens y hay sitio para {room} (ventana de {window}, {reserve} reservados "
        "para la respuesta). Pregunta en modo pasajes, o usa un modelo con más ventana.",
        "no.scope": "Para leer un documento entero hay que elegir cuál: --document ID, o la lista de documentos de la página.",
        "not.yet": "El modo {mode} todavía no está disponible. Usa auto, document o passages.",
        "quote.one": "Esto es lo que dice el documento:",
        "quote.many": "Esto es lo que dicen los documentos:",
        "quote.foreign": "El documento está en inglés; se cita tal cual.",
        "refused": "No he encontrado la respuesta en los documentos. Lo más cercano está en estas páginas:",
        "refused.empty": "No he encontrado nada sobre esto en los documentos.",
        "page": "{title}, página {page}",
        "summary.quoted": "Lo esencial de {title} (páginas: {pages}), citado tal cual:",
        "summary.written": "{title} (páginas: {pages}):",
        "summary.chapter": "{title}, desde la página {page}:",
        "summary.others": "Trata también: {titles}.",
        "summary.other": "{title} (página {page})",
        "summary.more": "y {count} capítulos más",
        "summary.nothing": "{title}: no tiene texto que se pueda resumir.",
        "summary.joining": "{title}: se juntan los resúmenes",
        "compare.head": "De {old} a {new}: {changed} frases cambiadas, {added} secciones nuevas, {removed} secciones quitadas; "
        "{unchanged} frases iguales ({share} % tiene correspondencia).",
        "compare.same": "{old} y {new} dicen lo mismo: sus {unchanged} frases son iguales.",
        "compare.apart": "{old} y {new} tienen muy poco en común: solo el {share} % de sus frases tiene correspondencia. "
        "No son versiones de un mismo texto, así que no hay cambios que enumerar.",
        "compare.languages": "{old} y {new} están en idiomas distintos: solo el {share} % de sus frases coincide y no se pueden "
        "comparar palabra por palabra.",
        "compare.changed": "- {section}: antes «{before}» [{n}], ahora «{after}» [{m}]",
        "compare.gone": "- {section}: quitado «{text}» [{n}]",
        "compare.come": "- {section}: nuevo «{text}» [{n}]",
        "compare.section.gone": "- Sección quitada, {section} (frases: {count}): «{text}» [{n}]",
        "compare.section.come": "- Sección nueva, {section} (frases: {count}): «{text}» [{n}]",
        "compare.untitled": "Antes de la primera sección",
        "compare.more": "Y {count} cambios más: {changed} en frases, {added} secciones nuevas, {removed} secciones quitadas.",
        "library.empty": "La biblioteca está vacía. Carga manuales o tickets con `python -m ingest CARPETA`.",
    },
    "en": {
        "document.scope": "What you chose is read whole ({tokens} tokens): it fits the {room} there are for documents.",
        "document.implied": "The search points at one document, {title}, and all of it ({tokens} tokens) fits the {room} "
        "there are for documents.",
        "document.forced": "You asked for the whole document ({tokens} tokens) and it fits the {room} there are.",
        "passages.library": "The question is for the whole library: the best passages of {documents} documents are read.",
        "passages.large": "The search centres on {title}. All of it is {tokens} tokens and does not fit the {room} there are for documents: "
        "the best passages are read.",
        "passages.forced": "You asked for a search: the best passages are read.",
        "passages.none": "Nothing was found in the library.",
        "left.room": "did not fit whole",
        "left.effective": "the best ones are enough: this model loses the thread with more text",
        "left.history": "an old turn of the conversation: did not fit",
        "too.large": "All of {title} is {tokens} tokens and there is room for {room} (window {window}, {reserve} kept for the "
        "answer). Ask in passages mode, or use a model with a larger window.",
        "no.scope": "To read a whole document, choose which: --document ID, or the page's list of documents.",
        "not.yet": "Mode {mode} is not there yet. Use auto, document or passages.",
        "quote.one": "This is what the document says:",
        "quote.many": "This is what the documents say:",
        "quote.foreign": "The document is in Spanish; it is quoted as it stands.",
        "refused": "I did not find the answer in the documents. The nearest is on these pages:",
        "refused.empty": "I found nothing about this in the documents.",
        "page": "{title}, page {page}",
        "summary.quoted": "The gist of {title} (pages: {pages}), quoted as it stands:",
        "summary.written": "{title} (pages: {pages}):",
        "summary.chapter": "{title}, from page {page}:",
        "summary.others": "It also covers: {titles}.",
        "summary.other": "{title} (page {page})",
        "summary.more": "and {count} more chapters",
        "summary.nothing": "{title}: has no text that could be summed up.",
        "summary.joining": "{title}: putting the summaries together",
        "compare.head": "From {old} to {new}: {changed} sentences changed, {added} sections added, {removed} sections removed; "
        "{unchanged} sentences are the same ({share} % have a counterpart).",
        "compare.same": "{old} and {new} say the same: their {unchanged} sentences are equal.",
        "compare.apart": "{old} and {new} have very little in common: only {share} % of their sentences have a counterpart. "
        "They are not versions of one text, so there are no changes to list.",
        "compare.languages": "{old} and {new} are in different languages: only {share} % of their sentences agree, and they cannot "
        "be compared word by word.",
        "compare.changed": "- {section}: before «{before}» [{n}], now «{after}» [{m}]",
        "compare.gone": "- {section}: removed «{text}» [{n}]",
        "compare.come": "- {section}: new «{text}» [{n}]",
        "compare.section.gone": "- Section removed, {section} (sentences: {count}): «{text}» [{n}]",
        "compare.section.come": "- Section added, {section} (sentences: {count}): «{text}» [{n}]",
        "compare.untitled": "Before the first section",
        "compare.more": "And {count} more changes: {changed} in sentences, {added} sections added, {removed} sections removed.",
        "library.empty": "The library is empty. Load manuals or tickets with `python -m ingest FOLDER`.",
    },
}


def say(language: Language, key: str, **values: object) -> str:
    """The phrase in Spanish, or in English for any other language, its placeholders filled."""
    return _PHRASES["es" if language == "es" else "en"][key].format(**values)
