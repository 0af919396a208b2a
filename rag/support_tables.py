"""Word lists of Spanish and English that tell what a sentence claims: numbers, units, months, opposites, negation."""

from __future__ import annotations

import re

NUMBER_WORDS = {
    "es": {
        "cero": 0, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
        "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16,
        "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiuno": 21, "veintidos": 22,
        "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
        "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
        "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "mil": 1000,
    },
    "en": {
        "zero": 0, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
        "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
        "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
    },
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
        ("length", 0.0254, "pulgada pulgadas inch inches"),
        ("mass", 0.001, "mg miligramo miligramos milligram milligrams"),
        ("mass", 1, "g gramo gramos gram grams"),
        ("mass", 1000, "kg kilo kilos kilogramo kilogramos kilogram kilograms"),
        ("volume", 0.001, "ml mililitro mililitros millilitre millilitres milliliter milliliters"),
        ("volume", 1, "l litro litros litre litres liter liters"),
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

_AXES = (
    # each line: the sides of one opposition, parted by |; patterns on folded text, in both languages
    r"abr(?:a|e|ir|es|en|iendo|i[oó])\b|abiert[oa]s?|open(?:ed|ing|s)?\b / cierr[ae]n?|cerrar|cerrad[oa]s?|"
    r"clos(?:e|ed|es|ing)\b|shut(?! down)",
    r"enc(?:end|iend)\w*|prend(?:er|ido)|activ(?:ad|ar|e|a)\w*|habilit\w*|enabl\w*|activat\w*|"
    r"(?:turn|switch|power)(?:ed|s|ing)?(?: \w+){0,2} on\b|(?:is|be|unit|while) on\b|running\b|en marcha / apag\w*|desactiv\w*|deshabilit\w*|"
    r"disabl\w*|deactivat\w*|(?:turn|switch|power)(?:ed|s|ing)?(?: \w+){0,2} off\b|(?:is|be|unit) off\b|"
    r"shut(?:s|ting)?(?: \w+){0,2} down",
    r"antes de|before (?=\w)|prior to / despues de|after (?=\w)|tras\b|once (?:you|it|the)",
    r"maxim\w*|at most|como mucho|up to|hasta un maximo / minim\w*|at least|al menos|como minimo",
    r"arriba|\bup\b|upward\w* / abajo|\bdown\b|downward\w*",
    r"superior(?:es)?|\bupper|\btop / inferior(?:es)?|\blower\b|\bbottom|fondo",
    r"encima|above|por encima|supera\w*|exceed\w*|\bover\b|mas de|more than / debajo|below|por debajo|\bunder\b|menos de|"
    r"less than|fewer than",
    r"mayor(?:es)?|larger?\b|bigger?\b|greater|grandes? / menor(?:es)?|smaller?\b|pequen\w*|lesser",
    r"alt[oa]s?\b|elevad[oa]s?|high(?:er|est)?\b / baj[oa]s?\b|low(?:est)?\b",
    r"izquierd\w*|\bleft\b / derech[oa]\b|\bright\b",
    r"calient\w*|calor\b|\bhot(?:test|ter)?\b|\bwarm\w* / fri[oa]s?\b|\bcold(?:est|er)?\b|\bcool\b",
    r"conect(?!ar a)\w*|enchuf\w*|connect\w*|plug(?:ged|s|ging)? / desconect\w*|desenchuf\w*|disconnect\w*|unplug\w*",
    r"desbloque\w*|unlock\w* / bloque\w*|\block(?:s|ed|ing)?\b",
    r"desinstal\w*|uninstall\w* / instal\w*|\binstall\w*",
    r"llen[oae]\w*|rellen\w*|\bfull\b|\bfill\w* / vaci\w*|\bempty|\bemptied|\bdrain\w*",
    r"aument\w*|sub(?:e|ir|a)\b|increas\w*|rais(?:e|es|ed|ing)\b / dismin\w*|reduc\w*|baj(?:ar|e)\b|decreas\w*|"
    r"\blower(?:s|ed|ing)?\b",
    r"acort\w*|shorten\w* / alarg\w*|lengthen\w*|prolong\w*",
    r"dentro|interior|inside|indoors? / fuera|exterior|outside|outdoors?",
    r"permit\w*|autoriz\w*|allow\w*|\bpermit\w* / prohib\w*|forbid\w*|impid\w*|\bprevent\w*|disallow\w*",
    r"obligatori\w*|mandatory|\brequired|compulsory / opcional\w*|optional\w*|voluntar\w*",
    r"fij[oa]s?\b|\bsolid\b|\bsteady / parpade\w*|intermitent\w*|blink\w*|flash(?:es|ing)\b",
    r"public[oa]?s?\b / privad\w*|\bprivate\w*",
    r"anverso|\bfront\b|delanter[oa] / reverso|traser\w*|\brear\b",
    r"acept\w*|\baccept\w* / rechaz\w*|reject\w*|\brefus\w*",
    r"manual(?:mente|ly)\b / automatic\w*",
    r"rapid[oa]s?\b|rapidamente|deprisa|\bfast\w*|quick\w* / lent[oa]s?\b|lentamente|despacio|\bslow\w*",
    r"mism[oa]s?\b|\bsame\b|igual\b|identic\w* / distint[oa]s?\b|diferentes?\b|\bdifferent\b|\banother\b|\botr[oa]s?\b",
    r"nuev[oa]s?\b|recientes?\b|\bnew(?:er|est)?\b|\blatest\b|\brecent / viej[oa]s?\b|antigu[oa]s?\b|\bold(?:er|est)?\b",
    r"cerca de|cercan[oa]s?\b|\bnear\b|close to / lejos|lejan[oa]s?\b|far from|away from",
    r"sec[oa]s?\b|\bdry\b / humed[oa]s?\b|mojad[oa]s?\b|\bwet\b|\bdamp\b|\bmoist\b",
    r"envi(?:a|ar|an|ad[oa]s?)\b|\bsend(?:s|ing)?\b|\bsent\b / recib\w*|\breceiv\w*",
    r"limpi[oa]s?\b|\bclean\b(?= )|limpia / suci[oa]s?\b|\bdirty\b",
    r"larg[oa]s?\b|\blong(?:er|est)?\b / cort[oa]s?\b|\bshort(?:er|est)?\b",
    r"\bmas (?=\w+ cuanto)|\bmore\b(?= \w+ the) / \bmenos (?=\w+ cuanto)|\bless\b(?= \w+ the)",
    r"tempran[oa]\b|\bearl(?:y|ier)\b / tard(?:e|ia|io)\b(?! noche)|\blate(?:r)?\b",
    r"anad(?:e|a|ir|en)\b|\badd(?:s|ed|ing)?\b / quit(?:a|e|ar|an)\b|elimin\w*|\bremov\w*|\bdelet\w*",
    r"import(?:a|e|ar|an|ad[oa]s?)\b|\bimport(?:s|ed|ing)?\b / export(?:a|e|ar|an|ad[oa]s?)\b|\bexport(?:s|ed|ing)?\b",
    r"inclu\w* / exclu\w*",
    r"empiez\w*|empez\w*|comienz\w*|comenz\w*|\bstart\w*|\bbeg[iau]n\w* / termin\w*|acab\w*|finaliz\w*|\bfinish\w*|\bend(?:s|ed)?\b",
    r"ampli\w*|ensanch\w*|\bwiden\w* / estrech\w*|\bnarrow\w*",
    r"apriet\w*|apret\w*|\btighten\w* / afloj\w*|\bloosen\w*",
    r"dur[oa]s?\b|\bhard\b / bland[oa]s?\b|suave\b|\bsoft\b|gent\w*",
    r"con(?:serv|serva)\w*|guard(?:a|e|ar|an)\b|\bkeep\w*|\bkept\b / descart\w*|\bdiscard\w*|\bthrow\w*|tir(?:e|a|ar) a la basura",
    r"compr(?:a|e|ar|an)\b|\bbuy\w*|\bbought\b / vend\w*|\bsell\w*|\bsold\b",
    r"cifrad[oa]s?|\bencrypted / sin cifrar|\bunencrypted|plain text|texto plano",
    r"person(?:a|al)mente|in person / en linea|\bonline|por internet",
    r"gratis|gratuit\w*|free of charge / de pago|se paga|must be paid|at a charge",
    r"horizontal\w* / vertical\w*",
    r"(?:estan|standar)\w* / urgent\w*|express",
    r"roj[oa]s?\b|\bred\b / verdes?\b|\bgreen\b / azul(?:es)?\b|\bblue\b / amarill\w*|\byellow\b / naranjas?\b|\borange\b / "
    r"blanc[oa]s?\b|\bwhite\b / negr[oa]s?\b|\bblack\b / gris(?:es)?\b|\bgr[ae]y\b",
    r"lunes|mondays? / martes|tuesdays? / miercoles|wednesdays? / jueves|thursdays? / viernes|fridays? / "
    r"sabados?|saturdays? / domingos?|sundays?",
    r"primer[oa]?s?\b|\bfirst\b / segund[oa]\b(?! de)|\bsecond\b(?! of) / tercer[oa]?\b|\bthird\b / ultim[oa]s?\b|\blast\b",
    r"diari[oa]\w*|cada dia|todos los dias|daily|every day / semanal\w*|cada semana|weekly|every week / "
    r"mensual\w*|cada mes|todos los meses|al mes|a month|monthly|every month / anual\w*|cada ano|yearly|every year|annual\w*",
)
AXES: tuple[tuple[re.Pattern[str], ...], ...] = tuple(
    tuple(re.compile(rf"\b(?:{side.strip()})") for side in axis.split(" / ")) for axis in _AXES
)
"""Oppositions: a text that says one side does not say another. Patterns for folded text."""

NEGATORS = re.compile(
    r"\b(?:no(?! (?:\w+ ){0,2}bien\b| (?:later|more|less|fewer) than| mas (?:de|tarde)| menos de| solo)|not(?! only)|never|nunca|jamas|tampoco|cannot|nobody|nadie|ningun[oa]?|none|neither|nor|"
    r"rather than|instead of|en vez de|en lugar de|prohibid[oa]s?|forbidden|no longer|ya no)\b|n['’]t\b"
)
"""What turns a clause into its contrary, in folded text."""

CHECKING = re.compile(
    r"\b(?:comprob|comprueb|verifi|asegur|revis|check|make sure|ensure|mir)\w*(?: de)?(?: that| que)?\s*$"
)
"""Before a clause whose no is asked about, not said: `check that it is not bent`."""

DENIED = re.compile(
    r"\b(?:sin|without|no(?= \w+$)|(?:not|never|nunca|no) (?:a|an|the|by|with|in|to|un|una|el|la|con|por|en)|"
    r"rather than|instead of|en vez de|en lugar de) (?:(?:a|an|the|by|with|in|to|your|un|una|el|la|con|por|su|any) )*(\w+)"
)
"""What turns the one word after it into its contrary, in folded text."""

HEDGES = re.compile(
    r"\b(?:solo|solamente|unicamente|only|unless|except\w*|salvo|menos que|excepto|nothing else|nada mas|until|hasta|"
    r"estrope\w*|dan[ae]\w*|damag\w*|evit\w*|avoid\w*|impid\w*|prevent\w*|refus\w*|rechaz\w*|anul\w*|otherwise|"
    r"gratis|gratuit\w*|free|skip\w*|omit\w*|ignor\w*|exclu\w*|si no|if not|los demas|al contrario|conserv\w*|kept?|keeps?|pierd\w*|los[et]s?|igual|mientras)\b"
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
