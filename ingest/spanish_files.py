"""The Spanish of what is said of a file that is read, passed over or cannot be read (templates: see ingest.spanish)."""

from __future__ import annotations

FILES = {
    # the file itself
    "{name}: is empty.":
        "{name}: está vacío.",
    "{name}: has no text.":
        "{name}: no tiene texto.",
    "{name}: holds no text.":
        "{name}: no contiene texto.",
    "{name}: is not a regular file.":
        "{name}: no es un archivo normal.",
    "{name}: is not there. Check the path, or the link if it is one.":
        "{name}: no está. Comprueba la ruta, o el enlace si lo es.",
    "{name}: may not be read. Give yourself permission to read it and ingest it again.":
        "{name}: no tienes permiso para leerlo. Date permiso de lectura y vuelve a añadirlo.",
    "{name}: cannot be opened ({why}). Check its disk and its name, and ingest it again.":
        "{name}: no se puede abrir ({why}). Comprueba su disco y su nombre, y vuelve a añadirlo.",
    "{name}: is in a format Tomo does not read. Save it as {better} or .pdf and ingest that.":
        "{name}: está en un formato que Tomo no lee. Guárdalo como {better} o .pdf y añade esa copia.",
    "{name}: Tomo does not read this kind of file. It reads {suffixes}.":
        "{name}: Tomo no lee este tipo de archivo. Lee {suffixes}.",
    "{name}: is not {why_kind} (it is {why_content}). {why_advice}":
        "{name}: no es {why_kind} (es {why_content}). {why_advice}",
    "{name}: is not text (it holds binary data). Give it the ending of its real format.":
        "{name}: no es texto (contiene datos binarios). Ponle la extensión de su formato real.",
    "{name}: changes while it is read. Ingest it again when the program that writes it is done.":
        "{name}: cambia mientras se lee. Vuelve a añadirlo cuando el programa que lo escribe haya terminado.",
    "{name}: needs a password. Save a copy without one and ingest that.":
        "{name}: pide contraseña. Guarda una copia sin contraseña y añade esa.",
    "{name}: its reading was interrupted. The same command reads the rest.":
        "{name}: su lectura se interrumpió. Vuelve a añadirlo y se leerá el resto.",
    "{name}: is larger than {n_size}. Split it, or add it by folder.":
        "{name}: pasa de {n_size}. Divídelo, o añádelo con su carpeta.",
    # office files, pictures and PDFs
    "{name}: is damaged ({why}). Open it in the program it was made with and save it again.":
        "{name}: está dañado ({why}). Ábrelo en el programa con que se hizo y guárdalo de nuevo.",
    "{name}: is damaged ({why}). Open it in its program and save it again.":
        "{name}: está dañado ({why}). Ábrelo en su programa y guárdalo de nuevo.",
    "{name}: is damaged ({why}). Open it in {program} and save it again.":
        "{name}: está dañado ({why}). Ábrelo en {program} y guárdalo de nuevo.",
    "{name}: is damaged ({why}). Open it in a viewer and save it again.":
        "{name}: está dañado ({why}). Ábrelo en un visor y guárdalo de nuevo.",
    "{name}: is damaged ({why}). Get a new copy of it.":
        "{name}: está dañado ({why}). Consigue otra copia.",
    "{name}: is damaged and no longer a PDF. Get a new copy of it.":
        "{name}: está dañado y ya no es un PDF. Consigue otra copia.",
    "{name}: is damaged, and no text can be saved from it. Get a new copy of it.":
        "{name}: está dañado y no se puede rescatar texto de él. Consigue otra copia.",
    "{name}: is locked in a way only its own viewer opens. Print it to a new PDF.":
        "{name}: está protegido de un modo que solo abre su propio visor. Imprímelo en un PDF nuevo.",
    "{name}: is copy-protected. Ask its publisher for a copy that is not.":
        "{name}: está protegido contra copia. Pide a su editor una copia sin protección.",
    "{name}: has {n} pages, more than {n_most}. Split it into smaller files.":
        "{name}: tiene {n} páginas, más de {n_most}. Divídelo en archivos más pequeños.",
    "{name}: {why}, and OCR found none. If you can read it in a viewer, scan it in better quality.":
        "{name}: {why}, y el OCR no encontró ninguno. Si se lee en un visor, escanéalo con más calidad.",
    "{name}: {why}, and --no-ocr is on. Ingest it without --no-ocr to have its pictures read.":
        "{name}: {why}, y se usó --no-ocr. Añádelo sin --no-ocr para que se lean sus imágenes.",
    "{name}: is a picture, and --no-ocr is on. Ingest it without --no-ocr to have its text read.":
        "{name}: es una imagen, y se usó --no-ocr. Añádela sin --no-ocr para que se lea su texto.",
    "{name}: no text was found in this picture.":
        "{name}: no se encontró texto en esta imagen.",
    "{name}: has more than {n} million pixels. Save it smaller and ingest that.":
        "{name}: tiene más de {n} millones de píxeles. Guárdala más pequeña y añade esa copia.",
    "{name}: holds {n} parts, more than {n_most}. {why}":
        "{name}: contiene {n} partes, más de {n_most}. {why}",
    "{name}: one of its parts unpacks to over {n} times its size. {why}":
        "{name}: una de sus partes ocupa más de {n} veces su tamaño al descomprimirse. {why}",
    "{name}: unpacks to {n} MiB, more than {n_most}. Split it into smaller files.":
        "{name}: ocupa {n} MiB descomprimido, más de {n_most}. Divídelo en archivos más pequeños.",
    "{name}: has no {part}; it is {why}. Give it its proper ending, or save it again.":
        "{name}: no tiene {part}; es {why}. Ponle la extensión que le toca, o guárdalo de nuevo.",
    # mails, tables and ticket exports
    "{name}: is damaged ({why}). Save the mail from Outlook again.":
        "{name}: está dañado ({why}). Guarda otra vez el correo desde Outlook.",
    "{name}: is an Office file but no Outlook mail.":
        "{name}: es un archivo de Office, pero no un correo de Outlook.",
    "{name}: holds no mail.":
        "{name}: no contiene correos.",
    "A mail's structure is broken ({why}). Save it again from its mail program.":
        "La estructura de un correo está rota ({why}). Guárdalo de nuevo desde su programa de correo.",
    "{name}: is no readable CSV near line {n} ({why}). A quote there is probably never closed: export the file again "
    "or correct that line.":
        "{name}: no es un CSV legible cerca de la línea {n} ({why}). Seguramente falta cerrar unas comillas: "
        "exporta otra vez el archivo o corrige esa línea.",
    "{name}: has no column {missing}. It has: {there}. Correct the column map.":
        "{name}: no tiene la columna {missing}. Tiene: {there}. Corrige el mapa de columnas.",
    "{name}: is JSON nested too deeply to be a ticket export. Export it as CSV.":
        "{name}: es un JSON con demasiados niveles para ser una exportación de tickets. Expórtala como CSV.",
    "{name}: is not valid JSON ({why}). Export it again.":
        "{name}: no es JSON válido ({why}). Expórtalo otra vez.",
    "{name}: is not valid XML ({why}). Export it again.":
        "{name}: no es XML válido ({why}). Expórtalo otra vez.",
    "{name}: holds no tickets.":
        "{name}: no contiene tickets.",
    "{name}: holds no ticket ({why}). Export it again.":
        "{name}: no contiene ningún ticket ({why}). Expórtalo otra vez.",
    "{name}: ticket {n} is nested too deeply to be read. Export it as CSV.":
        "{name}: el ticket {n} tiene demasiados niveles para leerlo. Expórtalo como CSV.",
    "{name}: is JSON but no ticket export Tomo knows (no key, subject or description). Export the tickets as Jira "
    "JSON, or as CSV with a row of column names.":
        "{name}: es JSON, pero no una exportación de tickets que Tomo conozca (sin clave, asunto ni descripción). "
        "Exporta los tickets como JSON de Jira, o como CSV con una fila de nombres de columna.",
    # what a reader needs
    "{name}: took longer than {n_seconds} s for page {n} of {n_all} to be read and was stopped. Split it or leave it "
    "out.":
        "{name}: se detuvo porque leer la página {n} de {n_all} llevó más de {n_seconds} s. Divídelo o déjalo fuera.",
    "{name}: took longer than {n} s and was stopped. Split it or leave it out.":
        "{name}: se detuvo porque llevaba más de {n} s. Divídelo o déjalo fuera.",
    "{name}: holds more than {n} of text. Split it into smaller files.":
        "{name}: contiene más de {n} de texto. Divídelo en archivos más pequeños.",
    "{name}: needs more than {n} of memory. Split it into smaller files.":
        "{name}: necesita más de {n} de memoria. Divídelo en archivos más pequeños.",
    "{name}: crashed the {format} reader ({why}). Save it again in its own program, or split it.":
        "{name}: hizo fallar el lector de {format} ({why}). Guárdalo de nuevo en su programa, o divídelo.",
    # what a scan passes over
    "{name}: is a folder that cannot be looked into ({why}). Check its permissions.":
        "{name}: es una carpeta en la que no se puede mirar ({why}). Comprueba sus permisos.",
    "{name}: is a link to something that is not there. Remove it, or put back what it points to.":
        "{name}: es un enlace a algo que no está. Quítalo, o repón lo que señala.",
    "{name}: is a link to another place in this folder, and is read there.":
        "{name}: es un enlace a otro sitio de esta carpeta, y se lee allí.",
    "{name}: is a link to {target}, in a hidden folder. Give that path itself to read it.":
        "{name}: es un enlace a {target}, en una carpeta oculta. Da esa ruta para que se lea.",
    "{name}: is a link to {target}, outside this folder. Give that path itself to read it.":
        "{name}: es un enlace a {target}, fuera de esta carpeta. Da esa ruta para que se lea.",
    "{name}: is the note that an Office program leaves beside a file it has open.":
        "{name}: es la nota que un programa de Office deja junto a un archivo abierto.",
    "{name}: is not a regular file (a pipe, socket or device). Nothing to read.":
        "{name}: no es un archivo normal (es una tubería, un socket o un dispositivo). No hay nada que leer.",
    "{name}: no such file or folder. Check the spelling.":
        "{name}: no hay tal archivo ni carpeta. Comprueba cómo está escrito.",
    "{name}: cannot be read ({why}). Check its permissions.":
        "{name}: no se puede leer ({why}). Comprueba sus permisos.",
    # what became of one that was read
    "was {path}":
        "antes era {path}",
    "moved from {path}":
        "se ha movido desde {path}",
    "is read again with other options":
        "se lee otra vez con otras opciones",
    "was not read before and is tried again":
        "no se leyó antes y se intenta otra vez",
    "its file is gone":
        "su archivo ya no está",
    "holds nothing now: is its drive mounted? Nothing was removed; `python -m rag remove` does that.":
        "ahora no contiene nada: ¿está montado su disco? No se ha quitado nada; eso lo hace `python -m rag remove`.",
    "{n} of its documents were new or changed":
        "{n} de sus documentos eran nuevos o habían cambiado",
    "{n} of its documents were new or changed; {why}":
        "{n} de sus documentos eran nuevos o habían cambiado; {why}",
    "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. If a viewer shows text there, "
    "print or scan it to a new PDF and ingest that.":
        "{n} de sus {n_all} páginas apenas tienen texto, y de esas no sale ninguna respuesta. Si un visor muestra "
        "texto en ellas, imprímelo o escanéalo a un PDF nuevo y añade ese.",
    "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. Ingest it without --no-ocr to have "
    "its pictures read.":
        "{n} de sus {n_all} páginas apenas tienen texto, y de esas no sale ninguna respuesta. Añádelo sin --no-ocr "
        "para que se lean sus imágenes.",
    "{why} What was read of it before is kept.":
        "{why} Se conserva lo que se leyó antes.",
    "{why} What was read of it up to there is kept: {n} documents.":
        "{why} Se conserva lo leído hasta ahí: documentos: {n}.",
}  # fmt: skip

WORDS = {
    # what it is, and what to do
    "a PDF": "un PDF",
    "a ZIP archive, as today's Office files are": "un archivo ZIP, como los de Office de hoy",
    "an old or encrypted Office file": "un archivo de Office antiguo o cifrado",
    "Rich Text": "texto enriquecido (RTF)",
    "plain text": "texto sin formato",
    "unexpected end of data": "el archivo acaba antes de tiempo",
    "binary data": "datos binarios",
    "a picture": "una imagen",
    "a program": "un programa",
    "compressed": "un archivo comprimido",
    "PostScript": "PostScript",
    "a Word document (.docx)": "un documento de Word (.docx)",
    "an Excel workbook (.xlsx)": "un libro de Excel (.xlsx)",
    "a PowerPoint presentation (.pptx)": "una presentación de PowerPoint (.pptx)",
    "an e-book (.epub)": "un libro electrónico (.epub)",
    "an OpenDocument file (.odt, .ods, .odp)": "un archivo de OpenDocument (.odt, .ods, .odp)",
    "some other ZIP archive": "algún otro archivo ZIP",
    "an HTML page": "una página HTML",
    "an OpenDocument file": "un archivo de OpenDocument",
    "a plain text file": "un archivo de texto",
    "a ticket export file": "una exportación de tickets",
    "a Jira XML file": "un XML de Jira",
    "a mail file": "un archivo de correo",
    "a picture file": "una imagen",
    "a Rich Text file": "un archivo de texto enriquecido (RTF)",
    "an OpenDocument spreadsheet file": "una hoja de cálculo de OpenDocument",
    "an OpenDocument presentation file": "una presentación de OpenDocument",
    "a {format} file": "un archivo {format}",
    "an {format} file": "un archivo {format}",
    "Rename it to .txt, or to .html if it is a web page, and ingest it again.":
        "Cambia su extensión por .txt, o por .html si es una página web, y vuelve a añadirlo.",
    "Rename it to .pdf and ingest it again.":
        "Cambia su extensión por .pdf y vuelve a añadirlo.",
    "If it has a password, save a copy without one; if it is an old Office file, save it in today's format.":
        "Si tiene contraseña, guarda una copia sin ella; si es un archivo de Office antiguo, guárdalo en el formato "
        "de hoy.",
    "If it is an Office file, give it its proper ending (such as .docx); if an archive, unpack it first.":
        "Si es un archivo de Office, ponle su extensión (como .docx); si es un archivo comprimido, descomprímelo "
        "antes.",
    "Get a good copy of it, or give it its proper ending.":
        "Consigue una copia buena, o ponle la extensión que le toca.",
    "It looks like a ZIP bomb: do not open it unless you know where it comes from.":
        "Parece una bomba ZIP: no lo abras si no sabes de dónde viene.",
    "its fonts do not say which letters they show":
        "sus fuentes no dicen qué letras muestran",
    "has no text, only pictures or blank pages":
        "no tiene texto, solo imágenes o páginas en blanco",
    # how reading it ended
    "line {n}: {name}: ticket {n_row} is nested too deeply to be read. Export it as CSV.":
        "línea {n}: {name}: el ticket {n_row} tiene demasiados niveles para leerlo. Expórtalo como CSV.",
    "line {n}: {why}":
        "línea {n}: {why}",
    "{cause}; perhaps it needs more than {n} of memory":
        "{cause}; quizá necesita más de {n} de memoria",
    "exit code {n}":
        "código de salida {n}",
    # the commonest words of the system and of its libraries
    "No such file or directory": "no existe el archivo o la carpeta",
    "Permission denied": "permiso denegado",
    "No space left on device": "no queda espacio en el disco",
    "Read-only file system": "el disco es de solo lectura",
    "Input/output error": "error de entrada o salida",
    "Is a directory": "es una carpeta",
    "Not a directory": "no es una carpeta",
    "File exists": "ya existe",
    "File name too long": "el nombre es demasiado largo",
    "Disk quota exceeded": "se ha superado la cuota de disco",
    "Operation not permitted": "operación no permitida",
    "Stale file handle": "el archivo ya no está en el disco de red",
    "[Errno {errno}] {why}": "[Errno {errno}] {why}",
    "[Errno {errno}] {why}: {path}": "[Errno {errno}] {why}: {path}",
    "File is not a zip file": "no es un archivo ZIP",
    "{why}: line {n} column {n_column} (char {n_char})": "{why}: línea {n}, columna {n_column} (carácter {n_char})",
    "Expecting value": "falta un valor",
    "Expecting {sign} delimiter": "falta {sign}",
    "Expecting property name enclosed in double quotes": "falta un nombre entre comillas dobles",
    "Unterminated string starting at": "falta cerrar un texto que empieza ahí",
    "Invalid control character at": "hay un carácter de control",
    "Extra data": "sobran datos",
    "database is locked": "la base de datos está bloqueada",
    "database disk image is malformed": "la base de datos está dañada",
    "file is not a database": "no es una base de datos",
    "disk I/O error": "error de disco",
    "database or disk is full": "el disco está lleno",
    "unable to open database file": "no se puede abrir la base de datos",
    "attempt to write a readonly database": "la base de datos es de solo lectura",
}  # fmt: skip
"""What stands within those sentences: what a file turns out to be, what to do with it, why something failed."""
