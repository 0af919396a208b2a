"""Look up what the page says, in Spanish and in English.

A key gives the Spanish and the English text; `{name}` is a place for a value. Values are foreign or numbers: whoever
shows the result as Markdown escapes foreign values first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.numerals import figures
from rag.page.ask_strings import ASK
from rag.page.chat_strings import CHATS
from rag.page.insight_strings import INSIGHT
from rag.page.on_page import told_here
from rag.page.queue_strings import QUEUE
from rag.page.view_strings import VIEWS

Tongue = Literal["es", "en"]
TONGUES: dict[Tongue, str] = {"es": "Español", "en": "English"}

_GENERAL = {
    "tagline": ("Respuestas de tus manuales, con la página que las prueba.",
                "Answers from your manuals, with the page that proves them."),
    "chat": ("Preguntar", "Ask"),
    "library": ("Biblioteca", "Library"),
    "language": ("Idioma", "Language"),
    "offline": ("Todo se queda en este equipo.", "Everything stays on this computer."),
    "offline_there": ("Todo se queda en el equipo donde corre Tomo.",
                      "Everything stays on the computer that Tomo runs on."),
    "new_chat": ("Conversación nueva", "New conversation"),
    "totals": ("{documents} · {pages}", "{documents} · {pages}"),
    "documents_one": ("{n} documento", "{n} document"),
    "documents_many": ("{n} documentos", "{n} documents"),
    "pages_one": ("{n} página", "{n} page"),
    "pages_many": ("{n} páginas", "{n} pages"),
    "pending_one": ("Falta {n} fragmento por preparar: se busca solo por palabras. Termínalo en la biblioteca.",
                    "{n} piece is not prepared: it is found by its words only. Finish that in the library."),
    "pending_many": ("Faltan {n} fragmentos por preparar: se buscan solo por palabras. Termínalos en la biblioteca.",
                     "{n} pieces are not prepared: they are found by words only. Finish that in the library."),
    "finish": ("Terminar de preparar la búsqueda", "Finish preparing the search"),
    "lost": ("Tomo falló por el camino. El detalle está en la ventana desde la que lo iniciaste. Inténtalo otra vez.",
             "Tomo failed on the way. The details are in the window you started it from. Try again."),
    "password": ("Contraseña", "Password"),
    "enter": ("Entrar", "Enter"),
    "sign_out": ("Salir", "Sign out"),
    "sign_out_help": ("Este navegador volverá a pedir la contraseña. Sin salir, la pide cada 12 horas.",
                      "This browser asks for the password again. Without it, that is every 12 hours."),
    "door_wrong": ("No es la contraseña. Inténtalo otra vez.", "That is not the password. Try again."),
    "door_wait": ("Demasiados intentos fallidos. Espera {seconds} s y vuelve a probar.",
                  "Too many wrong tries. Wait {seconds} s and try again."),
    "door_no_password": ("Tomo se ha iniciado para otros equipos y no tiene contraseña, así que no sirve nada. En el "
                         "equipo donde corre, ejecuta `python -m rag password`, o inícialo con la dirección 127.0.0.1.",
                         "Tomo was started for other computers and has no password, so it serves nothing. On the "
                         "computer it runs on, run `python -m rag password`, or start it at the address 127.0.0.1."),
}  # fmt: skip

_ASKING = {
    "ask_placeholder": ("Pregunta sobre tus manuales y tickets…", "Ask about your manuals and tickets…"),
    "greeting": ("¿Qué necesitas saber?", "What do you need to know?"),
    "greeting_help": ("Pregunta como lo harías a un compañero. Cada respuesta trae las páginas de donde sale.",
                      "Ask as you would ask a colleague. Each answer comes with the pages it was taken from."),
    "try_these": ("Pregunta por todo, o elige un documento:", "Ask about everything, or choose one document:"),
    "too_long": ("La pregunta tiene {n} caracteres y caben {most}. Acórtala, o adjunta el texto como archivo.",
                 "The question has {n} characters and {most} fit. Shorten it, or attach the text as a file."),
    "about_help": ("Preguntar solo por este documento", "Ask about this document only"),
    "how": ("Cómo leer", "How to read"),
    "mode_auto": ("Automático", "Automatic"),
    "mode_document": ("Documento entero", "Whole document"),
    "mode_sections": ("Secciones", "Sections"),
    "mode_passages": ("Búsqueda", "Search"),
    "mode_summary": ("Resumen", "Summary"),
    "scope": ("Dónde buscar", "Where to look"),
    "scope_help": ("Vacío: en toda la biblioteca.", "Empty: in the whole library."),
    "scope_all": ("Toda la biblioteca", "The whole library"),
    "scope_some": ("Se preguntó solo en: {titles}", "Asked only in: {titles}"),
    "more": ("Más opciones", "More options"),
    "style": ("Respuesta", "Answer"),
    "wish_auto": ("Automática", "Automatic"),
    "wish_quote": ("Citas literales", "Verbatim quotes"),
    "wish_write": ("Redactada por el modelo", "Written by the model"),
    "budget": ("Leer como mucho (tokens)", "Read at most (tokens)"),
    "budget_help": ("0: Tomo decide según la pregunta y el modelo.", "0: Tomo decides by the question and the model."),
    "part": ("Leyendo la parte {done} de {total}: {what}", "Reading part {done} of {total}: {what}"),
    "stop": ("Parar", "Stop"),
    "opening": ("Abriendo el modelo…", "Opening the model…"),
    "searching": ("Buscando en la biblioteca…", "Searching the library…"),
    "reading": ("Leyendo {tokens} tokens…", "Reading {tokens} tokens…"),
    "writing": ("Escribiendo…", "Writing…"),
    "stopping": ("Parando…", "Stopping…"),
    "unchecked": ("Sin comprobar todavía", "Not checked yet"),
    "stopped": ("Lo paraste. Este texto quedó a medias y no está comprobado.",
                "You stopped it. This text is unfinished and has not been checked."),
    "stopped_empty": ("Lo paraste antes de que empezara a responder.", "You stopped it before it began to answer."),
    "stopped_answer": ("Lo paraste: la respuesta puede estar incompleta.",
                       "You stopped it: the answer may be incomplete."),
}  # fmt: skip

_SOURCES = {
    "sources": ("Fuentes", "Sources"),
    "nearest": ("Páginas más cercanas", "Nearest pages"),
    "page": ("página {label}", "page {label}"),
    "page_numbered": ("página {label} (la {number} del archivo)", "page {label} (number {number} in the file)"),
    "verified": ("✓ comprobada", "✓ verified"),
    "unverified": ("⚠ no comprobada", "⚠ not verified"),
    "verified_help": ("El texto citado está, palabra por palabra, en la {page}.",
                      "The quoted text is on {page}, word for word."),
    "unverified_help": ("El texto citado no está en la {page}, o no respalda la frase. Léela antes de fiarte.",
                        "The quoted text is not on {page}, or does not support the sentence. Read it before you "
                        "rely on it."),
    "unsupported": ("⚠ Sin respaldo en el texto: «{claim}» ({why})", "⚠ Not supported by the text: “{claim}” ({why})"),
    "quote": ("Cita", "Quote"),
    "picture_caption": ("{file}, {page}", "{file}, {page}"),
    "page_text": ("Texto de la página", "Text of the page"),
    "page_gone": ("Esa página ya no está en la biblioteca. El documento se ha quitado o ha cambiado.",
                  "That page is no longer in the library. The document was removed or has changed."),
    "no_picture": ("No se puede dibujar la página: el PDF original ya no está donde estaba o no se deja leer.",
                   "The page cannot be drawn: the original PDF is no longer where it was, or cannot be read."),
    "field_key": ("Ticket", "Ticket"),
    "field_product": ("Producto", "Product"),
    "field_version": ("Versión", "Version"),
    "field_status": ("Estado", "Status"),
    "field_resolution": ("Resolución", "Resolution"),
    "field_created": ("Creado", "Created"),
    "field_updated": ("Actualizado", "Updated"),
    "field_requester": ("Solicitante", "Requester"),
    "field_tags": ("Etiquetas", "Tags"),
    "thread": ("Otros correos de la misma conversación", "Other mails of the same conversation"),
}  # fmt: skip

_RECEIPT = {
    "receipt": ("{mode} · {used} de {window} tokens", "{mode} · {used} of {window} tokens"),
    "read_document": ("Leyó el documento entero", "Read the whole document"),
    "read_sections": ("Leyó secciones", "Read sections"),
    "read_passages": ("Leyó pasajes", "Read passages"),
    "read_summary": ("Leyó para resumir", "Read for a summary"),
    "part_system": ("instrucciones {n}", "instructions {n}"),
    "part_document": ("documentos {n}", "documents {n}"),
    "part_history": ("conversación {n}", "conversation {n}"),
    "part_question": ("pregunta {n}", "question {n}"),
    "part_reserve": ("para la respuesta {n}", "for the answer {n}"),
    "part_free": ("libre {n}", "free {n}"),
    "confidence": ("Confianza en lo hallado: {percent} %", "Confidence in what was found: {percent}%"),
    "twin_translation": ("Lo mismo, en otro idioma: {place}", "The same in another language: {place}"),
    "twin_copy": ("Lo mismo en: {place}", "The same in: {place}"),
    "older": ("Es una versión antigua. La actual es {title}.", "This is an old revision. The current one is {title}."),
    "tried": ("Antes probó «{mode}»: {why}.", "It tried “{mode}” first: {why}."),
    "expected": ("Previsto: primera palabra a los {first} s, total {total} s",
                 "Expected: first word at {first} s, total {total} s"),
    "kv": ("Memoria de la lectura (caché KV): {mb} MB", "Memory of the reading (KV cache): {mb} MB"),
    "window_trained": ("Ventana de {window} tokens: la del entrenamiento del modelo.",
                       "Window of {window} tokens: what the model was trained for."),
    "window_set": ("Ventana de {window} tokens: la de los ajustes.", "Window of {window} tokens: as set."),
    "window_default": ("Ventana de {window} tokens.", "Window of {window} tokens."),
    "window_memory": ("Ventana de {window} tokens: la que cabe en la memoria libre.",
                      "Window of {window} tokens: what the free memory holds."),
    "blocked": ("Un filtro lo ha parado: {why}.", "A filter stopped it: {why}."),
    "attempts": ("Algunas páginas leídas intentan dar órdenes al asistente. Se han leído como texto, sin obedecerlas; "
                 "comprueba quién las escribió.",
                 "Some of the pages that were read try to give the assistant orders. They were read as text and not "
                 "obeyed; check who wrote them."),
    "attempt": ("{title}, página {page}: {what}", "{title}, page {page}: {what}"),
    "attempts_more": ("y {n} más", "and {n} more"),
    "attempt_override": ("pide que olvide sus instrucciones", "asks it to forget its instructions"),
    "attempt_role": ("le da otro papel", "gives it another role"),
    "attempt_address": ("se dirige a la máquina, no a quien lee", "speaks to the machine, not to the reader"),
    "attempt_dictate": ("le dicta la respuesta", "dictates the answer"),
    "attempt_secret": ("pide ocultar o revelar algo", "asks it to hide or to reveal something"),
    "attempt_leak": ("pide enviar datos fuera", "asks it to send data elsewhere"),
    "attempt_control": ("contiene señales de control de un chat", "holds control signs of a chat"),
    "attempt_hidden": ("tiene texto que no se ve", "holds text that cannot be seen"),
    "attempt_encoded": ("lleva una orden cifrada", "holds an encoded order"),
    "searched": ("Se ha buscado: {question}", "Searched for: {question}"),
    "times": ("Buscar {retrieve} s · leer {prefill} s · primera palabra a los {first} s · total {total} s",
              "Search {retrieve} s · read {prefill} s · first word at {first} s · total {total} s"),
    "prefix_none": ("Leído de nuevo, sin lectura guardada.", "Read from scratch, no saved reading."),
    "prefix_saved": ("Leído de nuevo y guardado: la próxima vez será rápido.",
                     "Read from scratch and saved: next time will be quick."),
    "prefix_restored": ("Lectura recuperada del disco.", "Reading restored from disk."),
    "prefix_hot": ("Lectura ya en memoria.", "Reading already in memory."),
    "style_quote": ("Citas literales, elegidas por el embedder y el modelo.",
                    "Verbatim quotes, chosen by the embedder and the model."),
    "style_write": ("Redactado por el modelo.", "Written by the model."),
    "model": ("Modelo: {name}", "Model: {name}"),
    "left_out_one": ("{n} cosa considerada y no leída", "{n} thing considered and not read"),
    "left_out_many": ("{n} cosas consideradas y no leídas", "{n} things considered and not read"),
    "tokens": ("{n} tokens", "{n} tokens"),
}  # fmt: skip

_LIBRARY = {
    "first_title": ("Empieza en tres pasos", "Start in three steps"),
    "first_1": ("**Añade** tus manuales y tickets en la biblioteca: PDF, Word, HTML, Markdown, texto o exportaciones.",
                "**Add** your manuals and tickets to the library: PDF, Word, HTML, Markdown, text or exports."),
    "first_2": ("**Pregunta** con tus palabras, en español o en inglés.",
                "**Ask** in your own words, in Spanish or in English."),
    "first_3": ("**Comprueba**: cada respuesta enseña la página exacta de donde sale.",
                "**Check**: each answer shows the exact page it was taken from."),
    "load_samples": ("Probar con los ejemplos", "Try it with the samples"),
    "add_own": ("Añadir mis archivos", "Add my files"),
    "no_samples": ("No hay ejemplos en {folder}. Añade tus propios archivos.",
                   "There are no samples in {folder}. Add your own files."),
    "add": ("Añadir archivos", "Add files"),
    "drop": ("Arrastra aquí manuales y tickets, o elígelos. Solo se guardan en el equipo donde corre Tomo.",
             "Drop manuals and tickets here, or choose them. They are kept only on the computer that Tomo runs on."),
    "add_button": ("Añadir a la biblioteca", "Add to the library"),
    "nothing_chosen": ("Elige primero uno o más archivos.", "Choose one or more files first."),
    "ingesting": ("Leyendo archivos: {done} de {all}", "Reading files: {done} of {all}"),
    "finishing_one": ("Archivos leídos. Preparando la búsqueda: queda {n} fragmento…",
                      "Files read. Preparing the search: {n} piece left…"),
    "finishing_many": ("Archivos leídos. Preparando la búsqueda: quedan {n} fragmentos…",
                       "Files read. Preparing the search: {n} pieces left…"),
    "adding": ("Añadiendo archivos…", "Adding files…"),
    "ingest_done": ("Terminado: {good} en la biblioteca, {bad} sin leer.",
                    "Done: {good} in the library, {bad} not read."),
    "ingest_failed": ("No se pudo añadir: {reason}", "Could not add: {reason}"),
    "ingest_stopped": ("Lo paraste. Lo ya leído está en la biblioteca; añade el resto cuando quieras.",
                       "You stopped it. What was read is in the library; add the rest whenever you like."),
    "close": ("Cerrar", "Close"),
    "files_one": ("{n} archivo", "{n} file"),
    "files_many": ("{n} archivos", "{n} files"),
    "status_added": ("añadido", "added"),
    "status_updated": ("actualizado", "updated"),
    "status_unchanged": ("ya estaba", "already there"),
    "status_removed": ("quitado", "removed"),
    "status_skipped": ("no se usa", "not used"),
    "status_failed": ("no se pudo leer", "could not be read"),
    "shown": ("{shown} de {all}", "{shown} of {all}"),
    "no_match": ("Ningún documento tiene esas palabras.", "No document has those words."),
    "col_kind": ("Tipo", "Kind"),
    "col_language": ("Idioma", "Language"),
    "kind_manual": ("Manual", "Manual"),
    "kind_ticket": ("Ticket", "Ticket"),
    "lang_es": ("español", "Spanish"),
    "lang_en": ("inglés", "English"),
    "lang_und": ("otro", "other"),
    "remove": ("Quitar…", "Remove…"),
    "remove_title": ("¿Quitar de la biblioteca?", "Remove from the library?"),
    "remove_text": ("Tomo dejará de encontrar lo que quites. De un archivo subido se borra también la copia que guardó "
                    "Tomo, con su último documento. Tus propios archivos no se tocan.",
                    "Tomo will no longer find what you remove. Of an uploaded file the copy that Tomo keeps is deleted "
                    "too, with its last document. Your own files are not touched."),
    "remove_yes": ("Sí, quitar", "Yes, remove"),
    "cancel": ("Cancelar", "Cancel"),
    "removing": ("Quitando…", "Removing…"),
    "removed_one": ("{n} documento quitado.", "{n} document removed."),
    "removed_many": ("{n} documentos quitados.", "{n} documents removed."),
}  # fmt: skip

TABLES = (_GENERAL, _ASKING, QUEUE, ASK, CHATS, _SOURCES, _RECEIPT, _LIBRARY, INSIGHT, VIEWS)
STRINGS: dict[str, tuple[str, str]] = {key: texts for table in TABLES for key, texts in table.items()}


@dataclass(frozen=True, slots=True)
class Say:
    """The page's voice in one language: `say("stop")`, `say("page", label="iv")`."""

    tongue: Tongue

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its places filled; KeyError when the key or a place is unknown."""
        text = STRINGS[key][0 if self.tongue == "es" else 1]
        return text.format(**values) if values else text

    def count(self, key: str, n: int) -> str:
        """`key_one` or `key_many`, with the number written as this language writes it."""
        return self(f"{key}_one" if n == 1 else f"{key}_many", n=self.number(n))

    def error(self, error: object) -> str:
        """What an error, a reason or a warning says, in this language; it comes in English, or in the question's."""
        return told_here(error, self.tongue)

    def number(self, value: float, digits: int = 0) -> str:
        """12 345,6 and 1234 in Spanish, 12,345.6 and 1,234 in English."""
        return figures(self.tongue, value, digits)


def tongue_of(locale: str | None) -> Tongue:
    """The page's language for a browser's locale; English for every one but Spanish."""
    return "es" if (locale or "").lower().replace("_", "-").split("-")[0] == "es" else "en"
