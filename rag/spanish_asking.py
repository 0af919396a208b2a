"""The Spanish of what is refused about questions, evaluations and conversations (templates: see ingest.spanish)."""

from __future__ import annotations

ASKING = {
    "The question holds no words. Write what you want to know.":
        "La pregunta no tiene palabras. Escribe lo que quieres saber.",
    "There is nothing to score: the continuation is empty.":
        "No hay nada que puntuar: la continuación está vacía.",
    "A passage cannot be scored, 1 to {n} tokens can. Cut it into sentences.":
        "Un pasaje no se puede puntuar; de 1 a {n} tokens, sí. Córtalo en frases.",
    "A passage of {n} tokens cannot be scored, 1 to {n_most} can. Cut it into sentences.":
        "Un pasaje de {n} tokens no se puede puntuar; de 1 a {n_most}, sí. Córtalo en frases.",
    "An answer cannot have {n} tokens. Ask for 0 or more.":
        "Una respuesta no puede tener {n} tokens. Pide 0 o más.",
    "The prompt has {n} tokens and the answer may take {n_answer}, {n_over} more than the window of {n_window}. Ask "
    "about fewer documents or let Tomo search instead.":
        "El texto tiene {n} tokens y la respuesta puede llevar {n_answer}: son {n_over} más que la ventana de "
        "{n_window}. "
        "Pregunta por menos documentos o deja que Tomo busque.",
    "A summary needs room for {n} tokens of text at a time and the window of {n_window} leaves {n_room}. Use a model "
    "with a larger window.":
        "Un resumen necesita sitio para {n} tokens de texto a la vez y la ventana de {n_window} deja {n_room}. Usa un "
        "modelo con una ventana mayor.",
    "Two summaries of parts do not fit the {n} tokens that the window of {n_window} leaves. Use a model with a larger "
    "window.":
        "Dos resúmenes de partes no caben en los {n} tokens que deja la ventana de {n_window}. Usa un modelo con una "
        "ventana mayor.",
    "{title}: was changed or removed while it was summed up. Ask again.":
        "{title}: ha cambiado o se ha quitado mientras se resumía. Pregunta otra vez.",
    "It takes {needed}, and all that is kept may take {most}. Free some disk, or raise prefix_mb.":
        "Ocupa {needed}, y todo lo guardado puede ocupar {most}. Libera espacio en el disco, o sube prefix_mb.",
    "It could not be kept (the log says why: too short, or no room).":
        "No se pudo guardar (el registro dice por qué: demasiado corto, o sin sitio).",
    "-k must be 1 or more.":
        "-k ha de ser 1 o más.",
    "--budget and --seconds must be more than 0.":
        "--budget y --seconds han de ser más de 0.",
    'Give either a "question" or --questions FILE.jsonl.':
        'Da una "pregunta" o --questions ARCHIVO.jsonl.',
    '{file}, line {line}: is not a JSON object with a "question". Correct it.':
        '{file}, línea {line}: no es un objeto JSON con "question". Corrígela.',
    '--include {named}: is no page. Write ID:PAGE, as in --include "manual.pdf:12".':
        '--include {named}: no es una página. Escribe ID:PÁGINA, como en --include "manual.pdf:12".',
    "Name the documents to get ready, or say how many with --top N.":
        "Nombra los documentos que preparar, o di cuántos con --top N.",
    "Setting prefix_mb is 0: nothing is kept on disk. Raise it first.":
        "El ajuste prefix_mb es 0: no se guarda nada en el disco. Súbelo antes.",
    "A password has {least} to {n} characters. Choose another, a few words for one.":
        "Una contraseña tiene de {least} a {n} caracteres. Elige otra, por ejemplo unas cuantas palabras.",
    "No password was given. Nothing was changed; run the command again.":
        "No se ha dado ninguna contraseña. No se ha cambiado nada; vuelve a ejecutar la orden.",
    "The two passwords differ. Nothing was changed; run the command again.":
        "Las dos contraseñas no coinciden. No se ha cambiado nada; ejecuta la orden otra vez.",
    "{path}: the page's password cannot be read ({why}). Run `python -m rag password` to set it again.":
        "{path}: la contraseña de la página no se puede leer ({why}). Ejecuta `python -m rag password` para ponerla de "
        "nuevo.",
    "{path}: cannot be written ({why}). Check the folder's permissions.":
        "{path}: no se puede escribir ({why}). Comprueba los permisos de la carpeta.",
}  # fmt: skip

MEASURING = {
    "{file}: cannot be read as a question file ({why}). Save it as UTF-8 text, a JSON object a line.":
        "{file}: no se puede leer como archivo de preguntas ({why}). Guárdalo como texto UTF-8, un objeto JSON por "
        "línea.",
    "{file}, line {line}: is not a question in JSON with {fields} (and, as far as known, {others}). Correct it.":
        "{file}, línea {line}: no es una pregunta en JSON con {fields} (y, si se conocen, {others}). Corrígela.",
    "Give either a question file, or --from-tickets FILE.jsonl or --from-feedback FILE.jsonl to make one.":
        "Da un archivo de preguntas, o --from-tickets ARCHIVO.jsonl o --from-feedback ARCHIVO.jsonl para hacer uno.",
    "--html goes with a question file: first make it with --from-tickets or --from-feedback, then evaluate it.":
        "--html va con un archivo de preguntas: hazlo antes con --from-tickets o --from-feedback, y luego evalúalo.",
    "{file}: none of the documents it asks about is in the library {library}: {names}. Ingest them first{other}.":
        "{file}: ninguno de los documentos por los que pregunta está en la biblioteca {library}: {names}. Añádelos "
        "antes{other}.",
    "{file}: holds no question. Write one a line, as a JSON object.":
        "{file}: no contiene preguntas. Escribe una por línea, como objeto JSON.",
    "{file}: holds no question that can be asked: {why}":
        "{file}: no contiene preguntas que se puedan hacer: {why}",
    "{why_questions} left out, about {why_documents} not in the library: {names}. Ingest what is missing.":
        "Sin hacer: {why_questions}, sobre {why_documents} que no hay en la biblioteca: {names}. Añade lo que falta.",
    "{why_questions} left out: each {why}.":
        "Sin hacer: {why_questions}. Motivo: {why}.",
    "{why_questions} about a file of several documents without naming one (`document`): any of them counts.":
        "Hay {why_questions} sobre un archivo de varios documentos sin decir cuál (`document`): vale cualquiera.",
    "{target}: a report cannot be written there. Name a file in a folder that is there.":
        "{target}: ahí no se puede escribir un informe. Nombra un archivo en una carpeta que exista.",
    "{target}: is the question file. Give the report another name.":
        "{target}: es el archivo de preguntas. Da otro nombre al informe.",
    "{target}: cannot be written ({why}). Free some space, or choose another with --html.":
        "{target}: no se puede escribir ({why}). Libera espacio, o elige otro con --html.",
    "{file}: is there already and is kept. Name another file.":
        "{file}: ya existe y se conserva. Nombra otro archivo.",
    "{file}: cannot be written ({why}). Name another file.":
        "{file}: no se puede escribir ({why}). Nombra otro archivo.",
    "No answer with a verified quote has been called right yet: rate answers in the page with the thumb under them, "
    "then try again.":
        "Aún no se ha valorado como buena ninguna respuesta con una cita comprobada: valora respuestas en la página "
        "con "
        "el pulgar que tienen debajo, y vuelve a intentarlo.",
    "{folder}: holds no resolved ticket to ask with. Ingest a ticket export with its statuses, or name another library "
    "with --library.":
        "{folder}: no contiene tickets resueltos con que preguntar. Añade una exportación de tickets con sus estados, "
        "o "
        "nombra otra biblioteca con --library.",
    "{path}: this evaluation could not be kept ({why}). Free some space, or check the folder's permissions; its "
    "figures "
    "are as shown.":
        "{path}: esta evaluación no se pudo guardar ({why}). Libera espacio, o comprueba los permisos de la carpeta; "
        "sus "
        "cifras son las que se ven.",
}  # fmt: skip

CHATS = {
    "This conversation is somebody else's. Start a new one.":
        "Esta conversación es de otra persona. Empieza una nueva.",
    "This answer is no longer kept: its conversation was deleted.":
        "Esta respuesta ya no se conserva: su conversación se borró.",
    "{path}: was written by another version of Tomo (format {format}, this one writes {ours}). Use that version, or "
    "move the file away to start with no conversations.":
        "{path}: lo escribió otra versión de Tomo (formato {format}; esta escribe {ours}). Usa esa versión, o aparta "
        "el "
        "archivo para empezar sin conversaciones.",
    "{path}: cannot be opened for writing ({why}). Conversations are not kept: check the folder's permissions.":
        "{path}: no se puede abrir para escribir ({why}). Las conversaciones no se guardan: comprueba los permisos de "
        "la "
        "carpeta.",
    "{path}: the disk is full or failing ({why}). Free some space; what was saved before is there.":
        "{path}: el disco está lleno o falla ({why}). Libera espacio; lo guardado antes sigue ahí.",
    "{path}: is damaged ({why}). Move it away to start with no conversations, or restore a copy.":
        "{path}: está dañado ({why}). Apártalo para empezar sin conversaciones, o recupera una copia.",
    "{path}: cannot be used ({why}). Move it away to start with no conversations, or restore a copy.":
        "{path}: no se puede usar ({why}). Apártalo para empezar sin conversaciones, o recupera una copia.",
    "{path}: cannot be written ({why}). Free some space, or check its permissions.":
        "{path}: no se puede escribir ({why}). Libera espacio, o comprueba sus permisos.",
    "{path}: the choice cannot be kept ({why}). Free some space, or check the folder's permissions.":
        "{path}: la elección no se puede guardar ({why}). Libera espacio, o comprueba los permisos de la carpeta.",
}  # fmt: skip

PAGE = {
    "Files are being added. Wait for that to end, or stop it.":
        "Se están añadiendo archivos. Espera a que termine, o páralo.",
    "{path}: has documents in the library. Remove those instead.":
        "{path}: tiene documentos en la biblioteca. Quita esos.",
    "{path}: is no longer in the library, and its copy could not be deleted ({why}). Delete it by hand.":
        "{path}: ya no está en la biblioteca, y su copia no se pudo borrar ({why}). Bórrala a mano.",
    "None of the files in the library is still where it was. Add any file to finish.":
        "Ninguno de los archivos de la biblioteca sigue donde estaba. Añade cualquier archivo para terminar.",
    "{document}: could not be removed. Try again.":
        "{document}: no se pudo quitar. Inténtalo otra vez.",
    "{folder}: the files could not be saved ({why}). Free some space, or choose another library folder with "
    "TOMO_LIBRARY.":
        "{folder}: los archivos no se pudieron guardar ({why}). Libera espacio, o elige otra carpeta para la "
        "biblioteca "
        "con TOMO_LIBRARY.",
    "The file could not be added. Add it in the library, where its reason is shown.":
        "El archivo no se pudo añadir. Añádelo en la biblioteca, donde se ve el motivo.",
    "An evaluation is on its way already. Wait for it to end, or stop it.":
        "Ya hay una evaluación en marcha. Espera a que termine, o párala.",
    "Nothing: is no whole path. Type one such as /home/ana/manuals.":
        "No has escrito ninguna ruta. Escribe una completa, como /home/ana/manuales.",
    "{typed}: is no whole path. Type one such as /home/ana/manuals.":
        "{typed}: no es una ruta completa. Escribe una como /home/ana/manuales.",
    "{path}: there is no such folder on this computer. Check how it is written.":
        "{path}: no hay tal carpeta en este equipo. Comprueba cómo está escrita.",
    "{path}: cannot be looked into ({why}). Check how it is written.":
        "{path}: no se puede mirar ({why}). Comprueba cómo está escrita.",
    "{folder}: is watched already, with {known}.":
        "{folder}: ya se vigila, con {known}.",
    "{command} ended with code {code}. Try again; if that does not help, run `python -m rag doctor`.":
        "{command} terminó con el código {code}. Inténtalo otra vez; si no sirve, ejecuta `python -m rag doctor`.",
    "{command}: could not be started ({why}). Install Tomo again.":
        "{command}: no se pudo iniciar ({why}). Instala Tomo otra vez.",
    "ingest wrote a line that is not its own: {said}. Install Tomo again.":
        "ingest escribió una línea que no es suya: {said}. Instala Tomo otra vez.",
}  # fmt: skip

PIECES = {
    "At {n} tokens it needs {n_all} GiB (weights {n_weights}, KV cache {n_kv}, buffers {n_buffers}), and {n_free} GiB "
    "of memory are free":
        "Con {n} tokens necesita {n_all} GiB (pesos {n_weights}, caché KV {n_kv}, búferes {n_buffers}), y hay {n_free} "
        "GiB de memoria libres",
    "{n} question":
        "{n} pregunta",
    "{n} questions":
        "{n} preguntas",
    "{n} document":
        "{n} documento",
    "{n} documents":
        "{n} documentos",
    "holds no words":
        "no tiene palabras",
    "is marked as answerable and names no page":
        "dice tener respuesta y no nombra página",
    "names a page that its document does not have":
        "nombra una página que su documento no tiene",
    "is about a document that is not in the library":
        "es sobre un documento que no está en la biblioteca",
}  # fmt: skip
"""What stands within those sentences: what a model needs, how many questions there are and what is wrong with them."""
