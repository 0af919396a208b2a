"""A question for a port, a file, a size …, and for nothing else → it is one of the subject that was talked about last.

By rule. It names what is wanted and not of what: searched for alone, "which port must be opened?" finds any port.
"""

from __future__ import annotations

import re

from rag.follow_ups.leaning_patterns import GRAMMAR

# All are written for folded text: no accents, lower case, n't and 's written out.

# What a thing has and is never a subject by itself.
_PARTS = (
    r"puertos?|ports?|archivos?|ficheros?|files?|carpetas?|directorios?|folders?|director(?:y|ies)|rutas?|paths?|"
    r"ordenes|orden|comandos?|commands?|opcion(?:es)?|options?|parametros?|parameters?|flags?|switch(?:es)?|"
    r"variables?|ajustes?|settings?|campos?|fields?|valor(?:es)?|values?|formatos?|formats?|protocolos?|protocols?|"
    r"paquetes?|packages?|servicios?|services?|demonios?|daemons?|modulos?|modules?|controlador(?:es)?|drivers?|"
    r"programas?|programs?|herramientas?|tools?|utilidad(?:es)?|utility|utilities|llaves?|wrench(?:es)?|"
    r"teclas?|keys?|boton(?:es)?|buttons?|menus?|pestanas?|tabs?|pantallas?|screens?|iconos?|icons?|"
    r"usuarios?|users?|cuentas?|accounts?|grupos?|groups?|permisos?|permissions?|rights|privilegios?|privileges?|"
    r"direccion(?:es)?|address(?:es)?|numeros?|numbers?|codigos?|codes?|nombres?|names?|version(?:es)?|versions?|"
    r"pilas?|baterias?|batter(?:y|ies)|cables?|conector(?:es)?|connectors?|tornillos?|screws?|terminal(?:es)?|pin(?:es)?|"
    r"pins?|entradas?|salidas?|inputs?|outputs?|canal(?:es)?|channels?|bandas?|bands?|color(?:es)?|colou?rs?|"
    r"luz|luces|lights?|productos?|liquidos?|materiales?|pasos?|steps?|intentos?|attempts?|tries|"
    r"entry|entries|logs?|registros?|messages?|mensajes?|lineas?|lines?|filesystems?|particion(?:es)?|partitions?|"
    r"apps?|aplicacion(?:es)?|applications?|passwords?|contrasenas?|claves?|licencias?|licen[cs]es?|"
    r"requisitos?|requirements?|navegador(?:es)?|browsers?|sistemas? operativos?"
)
_SORT = re.compile(
    r"boot|kernel|config|configuration|log|command|menu|network|system|arranque|configuracion|kernel|nucleo|registro|red|"
    r"sistema|menu|texto|text"
)
"""What sort of part it is: "boot parameter", "archivo de configuración"."""
# What can be measured of it: also asked for as "what is the range?".
_MEASURES = (
    r"rangos?|ranges?|margen|limites?|limits?|maxim[oa]s?|minim[oa]s?|maximum|minimum|tamanos?|sizes?|medidas?|"
    r"measures?|dimension(?:es)?|dimensions|capacidad(?:es)?|capacity|velocidad(?:es)?|speeds?|frecuencias?|"
    r"frequenc(?:y|ies)|voltajes?|tension(?:es)?|voltages?|corrientes?|currents?|potencias?|power|consumo|consumption|"
    r"presion(?:es)?|pressures?|temperaturas?|temperatures?|pesos?|weights?|resolucion(?:es)?|resolutions?|"
    r"precision|accuracy|duracion|duration|plazos?|deadlines?|coste|costo|precios?|prices?|cost|dias?|days?|horas?|"
    r"hours?|minutos?|minutes?|segundos?|seconds?|anos?|years?|meses|months?|veces|times|distancias?|distances?|"
    r"valor(?:es)?|values?|predeterminad[oa]s?|defaults?|garantias?|warrant(?:y|ies)|rendimiento"
)
# What is done with it, said of anything.
_VERBS = (
    r"us[aeo]\w{0,4}|utili[cz]\w+|uses?|used|using|emple[ao]\w*|abr\w{1,5}|abiert[oa]s?|open(?:ed|s)?|edit\w*|"
    r"modifi\w+|cambi\w+|chang\w+|instal\w*|instalar\w*|necesit\w+|needs?|needed|requier\w+|requir\w+|neces\w+|"
    r"precis[ao]\w*|hace falta|falta|hacer?|pon[eg]\w*|put|puls\w+|apret\w+|presion(?:o|ar|amos)|press\w*|"
    r"recomiend\w+|recomendad\w+|recomend\w+|recommend\w*|elij\w+|elig\w+|elegir|choose|chosen|pick|select\w*|"
    r"seleccion\w+|escrib\w+|typ(?:e|ed)|escribir|teclear|ejecut\w+|run|execut\w+|lanz\w+|llev\w{1,3}|tra(?:e|en)|"
    r"tiene\w?|hab(?:ia|ra|er)|haya|dur[ae]n?|durar|lasts?|pes[ae]n?|weighs?|mid[ae]n?|acept\w+|accept\w*|admit\w+|"
    r"allow\w*|permit\w+|soport\w+|support\w*|sirv\w+|val(?:e|en)|muestr\w+|shows?|shown|mostrar|conect\w+|connect\w*|"
    r"escucha\w*|listens?|ofrec\w+|offer\w*|provid\w+|contien\w+|contains?|limit[ae]\w*|activ[ao]\w*|enabl\w+|tak(?:e|es|en)|"
    r"considered|dispon\w+|available|disponibles?|compatibles?|compatible|obligatori[oa]s?|mandatory|involucrad\w+|"
    r"involved|defecto|default|fabrica|factory|normal|correct[oa]s?|correct|right|adecuad[oa]s?|exact[oa]?|exactly|"
    r"maxim[oa]s?|minim[oa]s?|maximum|minimum|total|primer[oa]?|first|concret[oa]|specific|mas|good|buen[oa]?|"
    r"permitid\w+|soportad\w+|left|quedan?|got|get|gets|enter(?:ed)?|introdu[cz]\w+|marc[ao]\w*|tick|write|written|touch|toc[ao]\w*|"
    r"comprar|compro|buy|pide|piden|pedir|ask(?:ed|s)?|deja\w*|dan?|gives?|exist\w*|aparec\w+|appears?|sal[eg]\w*|"
    r"encendid[oa]s?|apagad[oa]s?|lit|parpade\w+|blink\w*|configur\w*|defin\w+|hold|holds|held|kept|keeps?|guard\w+|almacen\w+|stor(?:e|es|ed)|saved?|located|ubica\w*|"
    r"encuentr\w+|funcion\w*|works?|look|find|see|search|check|mir[aeo]\w*|busc\w+|busqu\w+|revis\w+|comprob\w+|comprueb\w+|"
    r"corrig\w+|correg\w+|arregl\w+|solucion\w+|resolv\w+|resuelv\w+|resuelt\w+|fix(?:e[ds])?|solve[ds]?|resolve[ds]?|"
    r"then|ahora|entonces|exactamente|please|por favor|there|allowed"
)
_MEASURE, _PART_OR_MEASURE = re.compile(_MEASURES), re.compile(f"{_PARTS}|{_MEASURES}")
_SAID_OF_ANY = re.compile(f"{_VERBS}|{_MEASURES}")
_ANY = re.compile(
    r"(?!(?:tickets?|incidenc|inciden|casos|cases|docum|manual|quejas|complaints|pages|paginas))[^\W\d_]{4,}s"
)
"""What is counted may be anything, but for what the library holds."""
_SMALL = GRAMMAR | set(
    "estar deben deberia deberian podria cuantas cuantos cuanta cuales much estan sido van voy hubo shall would asi "
    "just usted ustedes vos tenes podes debes queres of many has have must one".split()
)
_ASKS = re.compile(
    r"(?:(?:y|e|and|pero|but|so|entonces|ok|vale|bueno)[ ,]+)*"
    r"(?:(?:en|con|a|de|por|desde|para|hasta|bajo|on|in|with|to|at|from|by|for|under) )?"
    r"(?:que|cual|cuales|which|what|(?P<many>cuant[oa]s?|how (?:many|much)))"
    r"(?P<of>(?: (?:es|son|era|seria|is|are|was|would be))? (?:el|la|los|las|the|its|su|sus))?"
    r"(?: (?:de )?(?:tipo|clase|kind|sort|type)s?(?: de| of)?)? "
)
_WORD = re.compile(r"[^\W_]+")
_PRONOUNS = frozenset(("it", "they", "them", "this", "that"))
"""What they stand for is found out by rules of their own (`POINTERS`)."""
_LONGEST = 12
"""Words of such a question."""
_NAMED = 2
"""Words that what is wanted may have: "file formats"."""


def asks_of_it(text: str) -> bool:
    """Whether a folded question wants a part, a measure or a setting and names nothing that it would be of.

    "What is the port?" is none: what stands with an article may be the only one there is, but for what is measured.
    """
    asks = _ASKS.match(text)
    words = _WORD.findall(text[asks.end() :]) if asks is not None else []
    if asks is None or not words or len(words) > _LONGEST or not _PRONOUNS.isdisjoint(words):
        return False
    wanted = _MEASURE if asks["of"] else _PART_OR_MEASURE
    first = 0
    while asks["of"] and first < len(words) - 1 and not wanted.fullmatch(words[first]):
        if not _SAID_OF_ANY.fullmatch(words[first]):  # "the recommended range"
            return False
        first += 1
    last = first
    if words[0] not in _SMALL and len(words) > 1 and _SORT.fullmatch(words[0]) and wanted.fullmatch(words[1]):
        last = 1
    while last < min(first + _NAMED, len(words)) and wanted.fullmatch(words[last]):
        last += 1
    if last > first and len(words) > last + 1 and words[last] == "de" and _SORT.fullmatch(words[last + 1]):
        last += 2
    if asks["many"] and last == first and _ANY.fullmatch(words[first]) and words[first] not in _SMALL:
        last += 1
    return last > first and all(word in _SMALL or _SAID_OF_ANY.fullmatch(word) for word in words[last:])
