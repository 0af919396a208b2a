"""Every sentence Tomo says about its own work, in Spanish and English."""

from __future__ import annotations

from ingest.types import Language
from rag.numerals import amounts
from rag.place_phrases import PLACES

_PHRASES: dict[str, dict[str, str]] = {
    "es": {
        "document.scope": "Se lee entero lo que has elegido ({tokens} tokens): cabe en los {room} que hay para documentos y este "
        "modelo lo aprovecha.",
        "document.implied": "La búsqueda señala un solo documento, {title}, y entero ({tokens} tokens) cabe en los {room} "
        "que hay para documentos.",
        "document.ready": "{title} ya está leído y guardado ({tokens} tokens): se usa entero en {seconds} s.",
        "document.partly": "Se lee entero lo que más importa, {title} ({tokens} tokens), y los mejores pasajes de {rest} documentos "
        "más, que no caben enteros en los {room} tokens que hay.",
        "document.others": "Se leen además los mejores pasajes de otros documentos: {passages}.",
        "document.stays": "La conversación sigue con {title}, que ya se leyó entero ({tokens} tokens).",
        "document.forced": "Has pedido el documento entero ({tokens} tokens) y cabe en los {room} que hay.",
        "document.wider": "Las secciones no bastaron: se lee {title} entero ({tokens} tokens, unos {seconds} s).",
        "sections.forced": "Has pedido secciones: se leen enteras las que rodean a los mejores pasajes.",
        "sections.unsure": "La búsqueda no está segura ({percent} %): se leen enteras las secciones de los mejores pasajes.",
        "sections.kind": "La pregunta pide comparar o enumerar: se leen secciones enteras en vez de pasajes sueltos.",
        "sections.global": "La pregunta abarca todo {title}, que entero son {tokens} tokens: es más de {limit}. "
        "Se leen las secciones que más importan.",
        "sections.wider": "Los pasajes no bastaron: se leen enteras sus secciones.",
        "passages.library": "La pregunta es para toda la biblioteca: se leen los mejores pasajes de {documents} documentos.",
        "passages.large": "La búsqueda se centra en {title}. Entero son {tokens} tokens, más de {limit}: se leen los mejores pasajes.",
        "limit.budget": "los {tokens} que has pedido",
        "limit.room": "los {tokens} que caben",
        "limit.effective": "los {tokens} que este modelo aprovecha",
        "limit.slow": "lo que se lee en {seconds} s",
        "passages.forced": "Has pedido buscar: se leen los mejores pasajes.",
        "passages.none": "No se ha encontrado nada en la biblioteca.",
        "summary.forced": "Has pedido un resumen de {title} ({tokens} tokens): se lee sección a sección y se guarda.",
        "summary.kind": "La pregunta pide un resumen de {title} ({tokens} tokens): se lee sección a sección y se guarda.",
        "comparison": "La pregunta compara {title}: se comparan sección a sección ({tokens} tokens en total).",
        "declined": "el modelo no encontró ahí la respuesta",
        "unsure": "la búsqueda estaba segura solo al {percent} %",
        "left.room": "no cabía entero",
        "left.effective": "hay bastante con los mejores: este modelo pierde el hilo con más texto",
        "left.budget": "no cabía en los tokens que has pedido",
        "left.slow": "leer más tardaría demasiado con este modelo en este equipo",
        "left.enough": "lo anterior ya reúne casi todo lo que la búsqueda señala",
        "left.history": "turno antiguo de la conversación: no cabía",
        "left.shortened": "respuesta antigua: solo se leen sus dos primeras frases",
        "too.large": "{title} entero son {tokens} tokens y hay sitio para {room} (ventana de {window}, {reserve} reservados "
        "para la respuesta). El modo secciones lee las partes que importan, hasta {room} tokens; el modo resumen lo lee todo por partes.",
        "too.large.one": "Solo, {title} ({tokens} tokens) sí cabe.",
        "too.many": "Has elegido {documents} documentos: enteros no caben en los {room} tokens que hay. Elige menos, o usa el modo "
        "secciones o pasajes, que busca en todos.",
        "budget.large": "Has pedido leer hasta {budget} tokens y hay sitio para {room} (ventana de {window}, {reserve} reservados para "
        "la respuesta). Pide {room} o menos.",
        "pinned": "Se lee además, porque lo has pedido: {what}.",
        "pinned.large": "Has pedido leer {what} ({tokens} tokens) y hay sitio para {room} (ventana de {window}, {reserve} reservados para "
        "la respuesta). Incluye menos páginas, o haz la pregunta en una conversación nueva.",
        "pinned.gone": "{document}: este documento ya no está en la biblioteca. Pregunta otra vez sin incluirlo.",
        "pinned.no.page": "{title} tiene {pages} páginas: no hay página {page}. Pide una de las que tiene.",
        "pinned.summary": "Un resumen o una comparación lee documentos enteros: no se le puede añadir una página de otro. Elige también ese "
        "documento, o usa el modo secciones o pasajes.",
        "question.long": "La pregunta ocupa {tokens} tokens con sus instrucciones y la ventana tiene {window}, {reserve} de ellos para la "
        "respuesta. Haz una pregunta más corta.",
        "no.scope": "Para leer un documento entero hay que elegir cuál: --document ID.",
        "no.scope.summary": "Para resumir hay que elegir qué documento: --document ID.",
        "quote.one": "Esto es lo que dice el documento:",
        "quote.many": "Esto es lo que dicen los documentos:",
        "quote.one.doubtful": "Puede que esto no responda a la pregunta. Lo más cercano que dice el documento:",
        "quote.many.doubtful": "Puede que esto no responda a la pregunta. Lo más cercano que dicen los documentos:",
        "written.doubtful": "Puede que esto no responda a la pregunta: la confianza en lo hallado es del {percent} %.",
        "quote.foreign": "{lead} (en inglés, tal cual):",
        "refused": "No he encontrado la respuesta en los documentos. Lo más cercano está en estas páginas:",
        "refused.unread": "No he podido leer nada: ninguno de los pasajes encontrados cabe en el sitio que hay para documentos (el mejor "
        "ocupa {tokens} tokens, y su título otros). Haz una pregunta más corta, o permite leer más (en la página, «Leer como mucho»; si no, --budget o TOMO_WINDOW). Está en estas páginas:",
        "refused.empty": "No he encontrado nada sobre esto en los documentos.",
        "claim.mark": "no hay ningún pasaje [{what}]",
        "claim.repeated": "ya se ha dicho",
        "claim.identifier": "«{what}» no está en lo leído",
        "claim.name": "«{what}» no está en lo leído",
        "claim.number": "«{what}» no es lo que dice el texto",
        "claim.date": "la fecha no es la del texto",
        "claim.apart": "el texto dice «{what}» de otra cosa",
        "claim.negation": "el texto dice lo contrario",
        "claim.opposite": "el texto dice lo contrario",
        "claim.joined": "el texto dice eso de otra cosa",
        "claim.bounds": "el texto lo dice solo de algunos casos",
        "claim.order": "el texto pone los pasos en otro orden",
        "claim.words": "lo leído no dice nada parecido",
        "claim.none": "Lo que escribió el modelo no lo respalda lo leído, así que no se muestra.",
        "claim.unsupported": "(sin respaldo en el texto)",
        "claim.removed": "(Frases quitadas por no tener respaldo en el texto: {count}.)",
        "answer.cut": "(La respuesta no está completa: se paró en el máximo de {tokens} tokens. Pide solo la parte que falta, o sube "
        "TOMO_ANSWER_TOKENS, que llega hasta un cuarto de la ventana.)",
        "blocked.question": "Esta pregunta no se puede responder aquí: la ha parado un filtro de tu equipo. Pregunta de otra manera o "
        "habla con quien se ocupa de Tomo.",
        "blocked.answer": "La respuesta no se muestra: la ha parado un filtro de tu equipo. Pregunta de otra manera o habla con quien "
        "se ocupa de Tomo.",
        "blocked.unread": "No se ha leído nada: un filtro ha parado la pregunta.",
        "summary.quoted": "Lo esencial de {title} ({pages}), citado tal cual:",
        "summary.written": "{title} ({pages}):",
        "summary.page": "1 página",
        "summary.pages": "{count} páginas",
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
        "export.head": "Preguntas: {turns}. Del {first} al {last}.",
        "export.question": "Pregunta",
        "export.sources": "Fuentes",
        "export.nearest": "Páginas más cercanas",
        "export.verified": "comprobada",
        "export.unverified": "no comprobada",
        "export.scope": "Se preguntó solo en: {titles}",
        "export.older": "versión antigua: la actual es {title}",
        "export.unsupported": "Sin respaldo en el texto: «{claim}» ({why})",
        "export.attempts": "Páginas leídas que intentan dar órdenes al asistente: {pages}",
        "export.blocked": "Un filtro lo ha parado: {why}",
        "export.partial": "Se paró: la respuesta puede estar incompleta.",
        "export.document": "documento entero",
        "export.sections": "secciones",
        "export.passages": "búsqueda",
        "export.summary": "resumen",
        "export.receipt": "{mode}; {used} de {window} tokens leídos; {model}",
        "export.good": "Valorada: buena",
        "export.bad": "Valorada: mala",
        "export.stopped": "Se paró antes de terminar; este texto no está comprobado.",
        "export.unfinished": "Sin respuesta: Tomo se cerró o falló por el camino.",
        "export.unknown": "La letra de este PDF no tiene {count} de los signos: en su lugar pone {sign}.",
    },
    "en": {
        "document.scope": "What you chose is read whole ({tokens} tokens): it fits the {room} there are for documents, and this model "
        "makes good use of it.",
        "document.implied": "The search points at one document, {title}, and all of it ({tokens} tokens) fits the {room} "
        "there are for documents.",
        "document.ready": "{title} has been read and kept ({tokens} tokens): all of it is used, in {seconds} s.",
        "document.partly": "What matters most, {title} ({tokens} tokens), is read whole, with the best passages of {rest} more documents "
        "that do not fit whole into the {room} tokens there are.",
        "document.others": "The best passages of other documents are read as well: {passages}.",
        "document.stays": "The conversation goes on about {title}, which has been read whole ({tokens} tokens).",
        "document.forced": "You asked for the whole document ({tokens} tokens) and it fits the {room} there are.",
        "document.wider": "The sections were not enough: all of {title} is read ({tokens} tokens, about {seconds} s).",
        "sections.forced": "You asked for sections: those around the best passages are read whole.",
        "sections.unsure": "The search is not sure ({percent}%): the sections of the best passages are read whole.",
        "sections.kind": "The question compares or lists: whole sections are read instead of single passages.",
        "sections.global": "The question is about all of {title}, which is {tokens} tokens: more than {limit}. "
        "The sections that matter most are read.",
        "sections.wider": "The passages were not enough: their whole sections are read.",
        "passages.library": "The question is for the whole library: the best passages of {documents} documents are read.",
        "passages.large": "The search centres on {title}. All of it is {tokens} tokens, more than {limit}: the best passages are read.",
        "limit.budget": "the {tokens} that you asked for",
        "limit.room": "the {tokens} that fit",
        "limit.effective": "the {tokens} that this model makes good use of",
        "limit.slow": "is read in {seconds} s",
        "passages.forced": "You asked for a search: the best passages are read.",
        "passages.none": "Nothing was found in the library.",
        "summary.forced": "You asked for a summary of {title} ({tokens} tokens): it is read section by section and kept.",
        "summary.kind": "The question asks for a summary of {title} ({tokens} tokens): it is read section by section and kept.",
        "comparison": "The question compares {title}: they are compared section by section ({tokens} tokens in all).",
        "declined": "the model did not find the answer there",
        "unsure": "the search was only {percent}% sure",
        "left.room": "did not fit whole",
        "left.effective": "the best ones are enough: this model loses the thread with more text",
        "left.budget": "did not fit the tokens that you asked for",
        "left.slow": "reading more would take too long with this model on this machine",
        "left.enough": "what is read holds nearly all that the search points at",
        "left.history": "an old turn of the conversation: did not fit",
        "left.shortened": "an old answer: only its first two sentences are read",
        "too.large": "All of {title} is {tokens} tokens and there is room for {room} (window {window}, {reserve} kept for the "
        "answer). Mode sections reads the parts that matter, up to {room} tokens; mode summary reads all of it, piece by piece.",
        "too.large.one": "{title} alone ({tokens} tokens) would fit.",
        "too.many": "You chose {documents} documents: whole they do not fit the {room} tokens there are. Choose fewer, or use mode "
        "sections or passages, which search all of them.",
        "budget.large": "You asked to read up to {budget} tokens and there is room for {room} (window {window}, {reserve} kept for the "
        "answer). Ask for {room} or fewer.",
        "pinned": "Also read, because you asked for it: {what}.",
        "pinned.large": "You asked to read {what} ({tokens} tokens) and there is room for {room} (window {window}, {reserve} kept for the "
        "answer). Include fewer pages, or ask in a new conversation.",
        "pinned.gone": "{document}: this document is no longer in the library. Ask again without including it.",
        "pinned.no.page": "{title} has {pages} pages: there is no page {page}. Ask for one that it has.",
        "pinned.summary": "A summary or a comparison reads whole documents: no page of another one can be added. Choose that document too, "
        "or use mode sections or passages.",
        "question.long": "The question takes {tokens} tokens with its instructions and the window has {window}, {reserve} of them for the "
        "answer. Ask a shorter question.",
        "no.scope": "To read a whole document, choose which: --document ID.",
        "no.scope.summary": "To summarise, choose which document: --document ID.",
        "quote.one": "This is what the document says:",
        "quote.many": "This is what the documents say:",
        "quote.one.doubtful": "This may not answer the question. The nearest that the document says:",
        "quote.many.doubtful": "This may not answer the question. The nearest that the documents say:",
        "written.doubtful": "This may not answer the question: confidence in what was found is {percent}%.",
        "quote.foreign": "{lead} (in Spanish, as it stands):",
        "refused": "I did not find the answer in the documents. The nearest is on these pages:",
        "refused.unread": "I could not read anything: none of the passages found fits the room there is for documents (the best takes "
        "{tokens} tokens, and its title some more). Ask a shorter question, or allow more to be read (on the page, “Read at most”; else --budget or TOMO_WINDOW). These are the pages:",
        "refused.empty": "I found nothing about this in the documents.",
        "claim.mark": "there is no passage [{what}]",
        "claim.repeated": "has been said already",
        "claim.identifier": "“{what}” is not in what was read",
        "claim.name": "“{what}” is not in what was read",
        "claim.number": "“{what}” is not what the text says",
        "claim.date": "the date is not that of the text",
        "claim.apart": "the text says “{what}” of something else",
        "claim.negation": "the text says the contrary",
        "claim.opposite": "the text says the contrary",
        "claim.joined": "the text says that of something else",
        "claim.bounds": "the text says so only of some cases",
        "claim.order": "the text puts the steps in another order",
        "claim.words": "nothing that was read says anything like it",
        "claim.none": "What the model wrote is not borne out by what was read, so it is not shown.",
        "claim.unsupported": "(not supported by the text)",
        "claim.removed": "(Sentences removed because the text does not support them: {count}.)",
        "answer.cut": "(The answer is not complete: it stopped at its most, {tokens} tokens. Ask for the part that is missing, or raise "
        "TOMO_ANSWER_TOKENS, which goes up to a quarter of the window.)",
        "blocked.question": "This question cannot be answered here: a filter of your team stopped it. Ask in another way, or talk to "
        "whoever looks after Tomo.",
        "blocked.answer": "The answer is not shown: a filter of your team stopped it. Ask in another way, or talk to whoever looks after Tomo.",
        "blocked.unread": "Nothing was read: a filter stopped the question.",
        "summary.quoted": "The gist of {title} ({pages}), quoted as it stands:",
        "summary.written": "{title} ({pages}):",
        "summary.page": "1 page",
        "summary.pages": "{count} pages",
        "summary.chapter": "{title}, from page {page}:",
        "summary.others": "It also covers: {titles}.",
        "summary.other": "{title} (page {page})",
        "summary.more": "and {count} more chapters",
        "summary.nothing": "{title}: has no text that could be summed up.",
        "summary.joining": "{title}: putting the summaries together",
        "compare.head": "From {old} to {new}: {changed} sentences changed, {added} sections added, {removed} sections removed; "
        "{unchanged} sentences are the same ({share}% have a counterpart).",
        "compare.same": "{old} and {new} say the same: their {unchanged} sentences are equal.",
        "compare.apart": "{old} and {new} have very little in common: only {share}% of their sentences have a counterpart. "
        "They are not versions of one text, so there are no changes to list.",
        "compare.languages": "{old} and {new} are in different languages: only {share}% of their sentences agree, and they cannot "
        "be compared word by word.",
        "compare.changed": "- {section}: before «{before}» [{n}], now «{after}» [{m}]",
        "compare.gone": "- {section}: removed «{text}» [{n}]",
        "compare.come": "- {section}: new «{text}» [{n}]",
        "compare.section.gone": "- Section removed, {section} (sentences: {count}): «{text}» [{n}]",
        "compare.section.come": "- Section added, {section} (sentences: {count}): «{text}» [{n}]",
        "compare.untitled": "Before the first section",
        "compare.more": "And {count} more changes: {changed} in sentences, {added} sections added, {removed} sections removed.",
        "export.head": "Questions: {turns}. From {first} to {last}.",
        "export.question": "Question",
        "export.sources": "Sources",
        "export.nearest": "Nearest pages",
        "export.verified": "verified",
        "export.unverified": "not verified",
        "export.scope": "Asked only in: {titles}",
        "export.older": "old revision: the current one is {title}",
        "export.unsupported": "Not supported by the text: “{claim}” ({why})",
        "export.attempts": "Pages that were read and try to give the assistant orders: {pages}",
        "export.blocked": "A filter stopped it: {why}",
        "export.partial": "It was stopped: the answer may be incomplete.",
        "export.document": "whole document",
        "export.sections": "sections",
        "export.passages": "search",
        "export.summary": "summary",
        "export.receipt": "{mode}; {used} of {window} tokens read; {model}",
        "export.good": "Rated: good",
        "export.bad": "Rated: bad",
        "export.stopped": "It was stopped before its end; this text has not been checked.",
        "export.unfinished": "No answer: Tomo was closed or failed on the way.",
        "export.unknown": "The typeface of this PDF lacks {count} of the characters: {sign} stands in their place.",
    },
}


def say(language: Language, key: str, **values: object) -> str:
    """The phrase in Spanish, or in English for any other language, its placeholders filled; amounts as it writes them."""
    name: Language = "es" if language == "es" else "en"
    return (PLACES[name].get(key) or _PHRASES[name][key]).format(**amounts(name, values))


def place(language: Language, title: str, label: str, number: int, ticket: str = "") -> str:
    """A page as printed on it, and its number in the file where that is another; with a ticket's own number."""
    title = entitled(language, title, ticket)
    key = "page" if label in ("", str(number)) else "page.numbered"
    return say(language, key, title=title, page=label or number, number=number)


def entitled(language: Language, title: str, ticket: str) -> str:
    """A title, with the ticket's own number where it is one's and does not say it."""
    return say(language, "ticket.named", title=title, number=ticket) if ticket and ticket not in title else title
