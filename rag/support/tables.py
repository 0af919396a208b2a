"""Word lists of Spanish and English that tell what a sentence claims: numbers, units, months, opposites, negation."""

from __future__ import annotations

import re

NUMBER_WORDS = {
    "es": {
        "cero": 0, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
        "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16,
        "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21, "veintiuno": 21,
        "veintiuna": 21, "veintidos": 22,
        "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
        "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
        "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "mil": 1000,
    },
    "en": {
        "zero": 0, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
        "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
        "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
    },
}  # fmt: skip
NUMBER_WORDS["es"] |= {
    f"{stem}ient{end}": hundreds
    for stem, hundreds in (
        ("dosc", 200), ("tresc", 300), ("cuatroc", 400), ("quin", 500), ("seisc", 600), ("setec", 700), ("ochoc", 800),
        ("novec", 900),
    )
    for end in ("os", "as")
}  # fmt: skip
"""Folded words. One is left out: it is an article in Spanish and a pronoun in English."""

UNITS: dict[str, tuple[str, float]] = {
    word: (dimension, factor)
    for dimension, factor, words in (
        ("time", 0.001, "ms milisegundo milisegundos millisecond milliseconds"),
        ("time", 1, "s seg sec segundo segundos second seconds"),
        ("time", 60, "min mins minuto minutos minute minutes"),
        ("time", 3600, "h hora horas hour hours hrs"),
        ("time", 86400, "dia dias day days"),
        ("time", 604800, "semana semanas week weeks"),
        ("time", 2592000, "mes meses month months"),
        ("time", 31536000, "ano anos year years"),
        ("length", 0.001, "mm milimetro milimetros millimetre millimetres millimeter millimeters"),
        ("length", 0.01, "cm centimetro centimetros centimetre centimetres centimeter centimeters"),
        ("length", 1, "m metro metros metre metres meter meters"),
        ("length", 1000, "km kilometro kilometros kilometre kilometres kilometer kilometers"),
        ("length", 0.0254, "pulgada pulgadas inch inches"), ("length", 0.3048, "ft"),
        ("length", 1609.344, "milla millas mile"),
        ("mass", 0.001, "mg miligramo miligramos milligram milligrams"),
        ("mass", 1, "g gramo gramos gram grams"),
        ("mass", 1000, "kg kilo kilos kilogramo kilogramos kilogram kilograms"),
        ("mass", 453.592, "lb lbs libra libras pounds"), ("mass", 28.3495, "oz onza onzas ounce ounces"),
        ("volume", 0.001, "ml mililitro mililitros millilitre millilitres milliliter milliliters"),
        ("volume", 1, "l litro litros litre litres liter liters"),
        ("volume", 3.78541, "gal galon galones gallon gallons"),
        ("bytes", 1, "byte bytes"),
        ("bytes", 1e3, "kb kib kilobyte kilobytes"),
        ("bytes", 1e6, "mb mib megabyte megabytes mega megas"),
        ("bytes", 1e9, "gb gib gigabyte gigabytes giga gigas"),
        ("bytes", 1e12, "tb tib terabyte terabytes"),
        ("rate", 1, "kbps"), ("rate", 1e3, "mbps"), ("rate", 1e6, "gbps"),
        ("share", 1, "% percent"),
        ("euro", 1, "€ eur euro euros"),
        ("dollar", 1, "$ usd dolar dolares dollar dollars"),
        ("degree", 1, "° ºc °c c grado grados degree degrees"), ("fahrenheit", 1, "°f ºf fahrenheit"),
        ("pressure", 1, "bar bares bars"), ("pressure", 0.0689, "psi"), ("pressure", 0.01, "kpa"),
        ("voltage", 1, "v voltio voltios volt volts"), ("voltage", 0.001, "mv"), ("voltage", 1000, "kv"),
        ("current", 1, "a amperio amperios amp amps ampere amperes"), ("current", 0.001, "ma"),
        ("power", 1, "w vatio vatios watt watts"), ("power", 1000, "kw"),
        ("energy", 1, "wh"), ("energy", 1000, "kwh"), ("charge", 1, "mah"), ("charge", 1000, "ah"),
        ("torque", 1, "nm"), ("turns", 1, "rpm"), ("loudness", 1, "db"),
        ("resistance", 1, "ohm ohms ohmio ohmios ω"), ("resistance", 1000, "kohm kohms kω"),
        ("frequency", 1, "hz"), ("frequency", 1e3, "khz"), ("frequency", 1e6, "mhz"), ("frequency", 1e9, "ghz"),
        ("dots", 1, "dpi ppp"),
    )
    for word in words.split()
}  # fmt: skip
"""A folded unit as written → what it measures, and how many of that dimension's base it is."""

MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        "enero january|febrero february|marzo march|abril april|mayo|junio june|julio july|agosto august|"
        "septiembre setiembre september|octubre october|noviembre november|diciembre december".split("|"),
        1,
    )
    for word in words.split()
}
"""Folded. `May` is told by its capital, where dates are looked for."""

NEGATORS = re.compile(
    r"\b(?:no|not|never|nunca|jamas|tampoco|cannot|nobody|nadie|ningun[oa]?|none|neither|nor|ni|"
    r"sin(?! (?:problema|riesgo|duda|falta))|without(?! (?:any |a )?(?:problem|risk|doubt|fail)))\b|n['’]t\b"
)
"""What turns a clause into its contrary, in folded text."""

UNDONE = (
    r"un(?!i[dfoqtv]|der)\w{5,}|"
    r"des(?!agu|arroll|ayun|cans|cend|conta|cri[bp]|cuent|ea|erv|gast|ign|ir|ktop|liz|pach|pe[dgj]|pert|plaz|pl[ei]|tac|tin|"
    r"troy)\w{5,}"
)
"""A word that begins with an un- or a des- of something: `unplugged`, `desconectado`; not `universal` nor `desgaste`."""

SOFT = re.compile(
    r"\b(?:"
    r"agot\w*|acab\w*|falt\w*|missing|lack\w*|carec\w*|vaci[oa]\w*|empt\w*|run(?:s|ning)? out|fail\w*|"
    r"fall[aoe]\w*|(?<=\bse )para|par(?:an|en?|ad[ao]s?)|stop\w*|det[ie]\w*|dej\w*|prohib\w*|forbid\w*|prevent\w*|"
    r"impid\w*|impedir|"
    r"evit\w*|avoid\w*|refus\w*|rechaz\w*|reject\w*|den[iy]\w*|deneg\w*|exclu\w*|except\w*|salvo|unless|"
    r"menos que|skip\w*|omit\w*|pierd\w*|perd\w*|lose[sn]?|lost|unable|impossib\w*|imposib\w*|desactiv\w*|"
    r"disabl\w*|off|instead|en lugar|en vez|fuera|outside|rather|keep\w* \w* ?away|away|lejos|"
    rf"{UNDONE}|"
    r"in(?:valid|complet|correct|suficient|sufficient)\w*|only|solo|solamente|unicamente|exclusiv\w*|"
    r"reserv\w*|sole\w*|just|otherwise|si no|danger\w*|peligr\w*|dan[ao]\w*|damag\w*|spoil\w*|harm\w*|"
    r"as long as|provided|siempre que|siempre y cuando|"
    r"estrop\w*|opcional\w*|optional\w*|free|gratis|hasta|until|bann\w*|caduc\w*|expir\w*|down|bloque\w*|"
    r"lock\w*|block\w*|limit\w*|maxim\w*|at most|como mucho|more than|mas de|over|empty|blank|wiped?|"
    r"borr\w*|delet\w*|conserv\w*|kept|keep\w*|mal|stays?|remain\w*|in\w{3,}ble"
    r")\b"
)
"""What says a no without a negation, or bounds one: beside it, a missing negation proves nothing."""

CLAUSE = re.compile(
    r"[,;:()«»\"–—]\s|[.!?]\s|\s(?=(?:y|e|o|u|and|or|but|pero|sino|porque|because|since|so|aunque|although|though|even|"
    r"aun|if|si|when|cuando|while|mientras|whereas|until|hasta|unless|before|antes|after|despues|tras|salvo|except|"
    r"which|that|que|where|donde)\s)"
)
"""Where a clause ends, in folded text."""

COARSE = re.compile(r"[,;:()]\s|[.!?]\s|(?!(?<=\d)\s(?:y|and) \d)\s(?=(?:y|e|and|but|pero|while|mientras|whereas)\s)")
"""Where one quantity's words end and another's begin, in folded text."""
