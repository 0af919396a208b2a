"""Question text → what can be told from its words: language, kind, identifiers."""

from __future__ import annotations

import re

from ingest.errors import SettingsError
from ingest.language import detect
from ingest.lexical import fold, words
from ingest.types import Language
from rag.codes import codes
from rag.types import Question, QuestionKind

LONGEST = 4000
"""Characters of a question that are read."""

_QUOTED = re.compile(r"[\"“«`]([^\"”»`\n]{2,80})[\"”»`]")
_IDENTIFIER = re.compile(
    r"""(?<![\w/])(?:
        --?[a-z][\w-]+                             # an option: --force
      | (?:~|\.{0,2})?/[\w.+-]+(?:/[\w.+-]*)*      # a path: /etc/fstab
      | \w+(?:[/.:=@+-]\w+)*\d\w*(?:[/.:=@+-]\w+)*   # holds a digit: E-47, ttyS0, 10.0.2.15
      | [^\W\d_]+-\d\w*                         # a code of one digit: E-4
      | \d+(?:[.,]\d+)+                           # a version, a measure: 2.7
      | \w+(?:[/_:=@]\w+)+                         # joined: netcfg/disable_autoconfig=true
      | \w+\.\w{2,4}(?=[\s?!,;)]|$)                # a file: preseed.cfg
      | [A-Z][A-Z0-9]{2,}(?![a-z])                 # capitals: UEFI
      | (?:Ctrl|Control|Alt|AltGr|Shift|Mayús|Cmd|Fn)[-+]\w+  # keys: Ctrl-R
      | [%~^][A-Za-z]\w*                           # a code with a sign: %v, ~U, ^R
      | \d>&\d | [A-Za-z]\w*(?:\+\+|\#)           # 2>&1, C++
    )""",
    re.VERBOSE,
)
_PROPER = re.compile(r"(?<=[\w,;:)»”\"'] )[«“\"'(]?([^\W\d_a-zà-ÿ][\w-]*|[a-z]+[A-Z]\w*|[a-z]\w*\d\w*)")
_SHORT = 2
"""Letters of a name that may be a unit: uF, mA."""
_PLAIN_NUMBER = re.compile(r"(?:n\.?[º°])?\d{1,3}", re.IGNORECASE)

# The first pattern that is found names the kind; written on folded text (no accents, lower case).
_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("summary", re.compile(r"\b(resum\w+|sintesis|summar\w+|overview|de que trata|what is .* about)\b")),
    (
        "comparison",
        re.compile(
            r"\b(diferencia\w*|compar(?!t)\w+|frente a|versus|vs|difference\w*|differ|better than|mejor que|instead)\b"
        ),
    ),
    (
        "list",
        re.compile(
            r"\b(que (tipos|opciones|modos|formas|metodos|pasos)|cuales son|enumera|lista\w*|lists?|which .*s are|"
            r"what (are the|types|kinds|options|ways|methods)|name (all|the)|todos los|todas las|all the)\b"
        ),
    ),
    (
        "procedure",
        re.compile(
            r"\b(como (\w+ ){0,2}\w+(o|amos|ar|er|ir|arlo|erlo|irlo|arla)\b|pasos|procedimiento|how (do|can|should|to)|"
            r"steps?|procedure|que hago|what should i do|how would)\b"
        ),
    ),
)


# What is asked for is one of these: an option, a path, a command, a name. Written on folded text, like the kinds.
_WANTS_NAME = re.compile(
    r"\b((con|a|en|de)? ?(que|cual) (es el |es la )?(opcion|parametro|orden|comando|fichero|archivo|paquete|linea|"
    r"carpeta|directorio|teclas?|puerto|nombre|controlador|llamada|funcion|variables?|grupo|programa|herramienta|ajuste|codigo|"
    r"direccion|servidor|lista|modulo|campo|menu|boton|combinacion|pieza|referencia|modelo)|"
    r"que (le )?(pongo|escribo|tecleo|ejecuto|paso|marco|pulso|elijo)|donde|en que|con que|a que|"
    r"which|what (is the |are the )?(option|parameter|command|file|package|line|folder|directory|key|keystroke|port|"
    r"hostname|username|variable|group|tool|flag|setting|pattern|switch|field|name|call|menu|button|part|model|code)s?|"
    r"what do i (type|put|write|run|set|pass|press|pick|enter)|what goes|where|"
    r"comando|orden|opcion|parametro|paquete|atajo|nombre de|command|option|parameter|package|flag|switch|one-liner|"
    r"shortcut|name of)\b"
)
_WANTS_NUMBER = re.compile(
    r"\b(cuant[oa]s?|que (valor|tamano|numero|cantidad|medida|temperatura|tension|frecuencia|velocidad|presion|peso)|"
    r"cual es (el|la) (valor|tamano|numero|limite|maxim[oa]|minim[oa])|maxim[oa]s?|minim[oa]s?|limites?|tamano|"
    r"valor(es)?|how (many|much|big|long|far|often|fast|large|high|heavy|wide|deep|old)|"
    r"what (rate|size|frequency|value|range|voltage|time|number|temperature|speed|pressure|weight|"
    r"amount)|maximum|minimum|limits?)\b"
)
_WRITTEN_NAME = re.compile(
    _IDENTIFIER.pattern
    + r"""| (?<=\s)-[a-zA-Z]\b   # a short option: -x
      | \b[a-z]+[A-Z]\w+                              # camelCase
      | \^[A-Z]\b                                     # a control key
      | \b[A-Z]\d\b                                  # a terminal: A1
    """,
    re.VERBOSE,
)


_CHANGES = re.compile(
    r"\b(que (ha |han )?cambi\w+|cambios? (entre|de|desde|en)|novedades|que (hay|trae|tiene) de nuevo|"
    r"what(s| has| is|'s)? (changed|new|different)|changes? (between|from|since|in)|"
    r"differences? between|diferencias? entre|compar(?!t)\w+)\b"
)


def asks_for_changes(text: str) -> bool:
    """Whether a question is about what two texts do not have in common."""
    return _CHANGES.search(fold(text)) is not None


def holds_name(text: str) -> bool:
    """Whether a text holds what a question for a name may want: an option, a path, a command, a code."""
    return _WRITTEN_NAME.search(text) is not None


def understand(text: str, language: Language | None = None) -> Question:
    """The question with its language, kind and identifiers; SettingsError when there is nothing to search for.

    A very long question is read up to LONGEST characters.
    """
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
    if not re.search(r"\w", clean):
        raise SettingsError("The question holds no words. Write what you want to know.")
    folded, asked = fold(clean), codes(clean)
    names = identifiers(clean)
    names = (*names, *(code for code in asked if code not in map(fold, names)))
    wants = (bool(_WANTS_NAME.search(folded)), bool(_WANTS_NUMBER.search(folded)))
    return Question(clean, language or detect(clean), kind(clean, names), names, *wants, bool(asked))


def identifiers(text: str) -> tuple[str, ...]:
    """Error codes, paths, options, file names, quoted strings: what must be found to the letter."""
    quoted = [match.group(1) for match in _QUOTED.finditer(text)]
    found = [match.group().strip(".,;:") for match in _IDENTIFIER.finditer(text)]
    kept = [name for name in quoted + found if len(name) > 1 and not _PLAIN_NUMBER.fullmatch(name)]
    return tuple(dict.fromkeys(kept))


def proper_names(text: str) -> frozenset[str]:
    """The words, in lower case, that are written as names amid a sentence: iPhone, Telegram, arm64, HttpOnly."""
    if text.isupper():
        return frozenset()
    found = (word.casefold() for name in _PROPER.findall(text) for word in words(name))
    return frozenset(word for word in found if len(word) > _SHORT and not word.isdigit())


def kind(text: str, names: tuple[str, ...]) -> QuestionKind:
    """What sort of answer is wanted."""
    folded = fold(text)
    for name, pattern in _KINDS:
        if pattern.search(folded):
            return name
    return "identifier" if names else "lookup"
