"""Text → its language: Spanish, English or undetermined."""

from __future__ import annotations

import re

from ingest.types import Language

ENOUGH = 1.0
"""Evidence, in common words, below which a text is undetermined."""
SAMPLE = 20_000
"""Characters looked at; a longer text is sampled at its start, middle and end."""

_ES = frozenset(
    "a al algo algún alguna ante antes aquí así aún aunque bajo bien cada como cómo con contra cuál "
    "cuáles cualquier cuando cuándo cuánta cuántas cuánto cuántos cuya cuyo de debe del desde después "
    "donde dónde dos durante e el él ella ellos en entre era eran es esa ese eso esta está están estas "
    "este esto estos fue fueron gran ha haber había hace hacen hacer hacia han hasta hay la las le les lo "
    "los más me mi mientras muy nada ni no nos o otra otro otros para pero poco por porque pueda puede "
    "pueden puedo qué que quién quiénes se sea según ser si sí sido sin sobre solo son su sus también tan "
    "tanto te tiene tienen tengo toda todas todo todos tras tu tus un una unas uno unos usa usar y ya yo "
    "archivo archivos fichero ficheros código contraseña usuario versión página puerto equipo pantalla "
    "impresora clave servidor correo red instalar configurar borrar guardar abrir cambiar falla fallo "
    "funciona sirve versiones luz roja verde botón tecla conectar encender apagar encendido apagado actualizar "
    "ajustes sistema ventana disco batería cola".split()
)
_EN = frozenset(
    "a about after all also although an and any are as at be because been before being between both but "
    "by can cannot could did do does down each for from get had has have he her his how i if in into is "
    "it its just like many may me more most much must my new not of off on one only or other our out over "
    "own same she should so some such than that the their them then there these they this those through "
    "to too under up use used uses using was we were what when where which while who whom whose why will "
    "with within without would you your isn doesn don didn file files code password user page printer "
    "screen server mail network settings reset install setup delete save open change fails failed works "
    "working key button driver light port default update upgrade disk drive support".split()
)
_OTHERS = (
    frozenset("à au aux avec ce ces cette dans des du elle est et être il ils je la le les leur mais ne nous ou où "
        "par pas pour qui sont sur une vous".split()),
    frozenset("ao aos as à às com da das do dos é em isso mais mas na não nas no nos o os ou para pela pelo que se "
        "são sua seu também um uma você".split()),
    frozenset("al alla che ci come con da dal degli dei del della delle di e è gli i il in la le lo ma nel nella "
        "non per più può quando questo sono su un una".split()),
    frozenset("aber als am auf aus bei das dass dem den der des die durch ein eine einen er es für hat im in ist "
        "mit nach nicht oder sich sie sind und von was wie wird zu zum zur".split()),
    frozenset("això als amb aquest aquesta com dels el els en és han hi i la les més no o per perquè que seva són "
        "també una".split()),
)  # fmt: skip
_COMMON = _ES.union(_EN, *_OTHERS)
WRITTEN: tuple[Language, ...] = ("es", "en", "und", "und", "und", "und", "und")
"""What each language that `counted` tells of is called here."""
_IN = {word: [at for at, own in enumerate((_ES, _EN, *_OTHERS)) if word in own] for word in _COMMON}
_SHARED = frozenset(word for word in _COMMON if len(word) > 1)
_SHORTEST = 2
"""Characters that a word takes up at least, being no single letter."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CODE = re.compile(r"\S*[\d_@\\/]\S*|\b\w+(?:[.:]\w+)+")
_ES_LETTERS = re.compile(r"[ñ¿¡]")
_FOREIGN = re.compile(r"[^\x00-\x7fáéíóúüñïç’ªº]")
_ES_SHAPE = re.compile(
    r"(?:[áéíóúñ]|(?:ciones|mente|dades|miento|iendo|ando|arse|erse|irse|ado|ada|ados|adas|ito|oso)$)"
)
_EN_SHAPE = re.compile(r"(?:[kw]|th|sh|oo|ee|(?:ing|tion|tions|ness|ment|ly|ght|ck|ty|'s|’s)$)")
_EN_ENDING = re.compile(r"[^aeioulnrsdzxáéíóú]$|(?:[^aeiou][rlnds])$")
_ES_ENDING = re.compile(r"(?:[aeiou]|[aeo]s|[aei]r|ad)$")


def detect(text: str) -> Language:
    """The language most of `text` is written in; "und" for other languages, codes, and too little evidence.

    Made for one question as much as for a book: common words count most, then letters and word shapes.
    """
    words = _words(_sample(text))
    es, en = _evidence(text[:200], words)
    best = max(es, en)
    if best < ENOUGH or abs(es - en) < 0.1 * best:
        return "und"
    language: Language = "es" if es > en else "en"
    return "und" if _is_another(words, _ES if language == "es" else _EN) else language


def common_words(text: str) -> float:
    """The share of a text's words that everybody uses, in Spanish, English and five languages beside; 0 to 1.

    A fifth and more of running text; next to none of what no language is. Single letters are no words here.
    """
    words = [word for word in _words(_sample(text)) if len(word) > 1]
    return sum(word in _COMMON for word in words) / len(words) if words else 0.0


def counted(text: str) -> list[int]:
    """How many words of a text are among the common ones of each language, in the order of `WRITTEN`."""
    found = [0] * len(WRITTEN)
    for word in _words(text):
        for at in _IN.get(word, ()):
            found[at] += 1
    return found


def has_common_words(text: str, share: float) -> bool:
    """Whether `common_words` is that share or more; a text's first words may be enough to tell."""
    sample = _CODE.sub(" ", _sample(text))
    enough = share * len(sample) / _SHORTEST
    known = words = 0
    for match in _WORD.finditer(sample):
        word = match.group().lower()
        words += len(word) > 1
        known += word in _SHARED
        if known > enough:
            return True
    return words > 0 and known >= share * words


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    third = SAMPLE // 3
    middle = (len(text) - third) // 2
    return "\n".join((text[:third], text[middle : middle + third], text[-third:]))


def _words(text: str) -> list[str]:
    """Lower-case words; what looks like a code, a path or an address is none."""
    return [match.group().lower() for match in _WORD.finditer(_CODE.sub(" ", text))]


def _evidence(start: str, words: list[str]) -> tuple[float, float]:
    es = 2.0 * bool(_ES_LETTERS.search(start.lower()))
    en = 0.0
    for word in words:
        in_es, in_en = word in _ES, word in _EN
        if in_es or in_en:
            es += in_es
            en += in_en
        elif len(word) > 2:
            es += 0.5 * bool(_ES_SHAPE.search(word)) + 0.15 * bool(_ES_ENDING.search(word))
            en += 0.5 * bool(_EN_SHAPE.search(word)) + 0.15 * bool(_EN_ENDING.search(word))
    return es, en


def _is_another(words: list[str], own: frozenset[str]) -> bool:
    """Whether a language that is neither Spanish nor English explains more of it, or foreign letters stand out."""
    if len(words) < 8:
        return False
    if sum(bool(_FOREIGN.search(word)) for word in words) > 0.1 * len(words):
        return True
    ours = sum(word in own for word in words)
    theirs = max(sum(word in other for word in words) for other in _OTHERS)
    return theirs > max(ours, 0.1 * len(words))
