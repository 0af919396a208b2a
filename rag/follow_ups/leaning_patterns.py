"""Patterns of Spanish and English grammar that tell whether a question leans on the conversation: tables, no code."""

from __future__ import annotations

import re

from ingest.lexical import STOPWORDS, fold
from rag.ticket_words import TICKET

# All patterns are written for folded text (no accents, lower case) in which n't, 's … are written out.

STRIP = " \t.,;:!?¡¿…\"'«»()-–—"
DASHES = re.compile(r"(?<![\w-])--?$")
SENTENCE_END = re.compile(r"(?<!\b\w)[.?!…]+(?=\s|$)| — ")
NOT = re.compile(r"n['’]t\b")
IS = re.compile(r"\b(what|where|that|it|there|how|who|which|here)['’]s\b")

TOPIC_CHANGE = re.compile(
    r"(?:(?:ok|vale|bien|gracias|thanks)[ ,.]+)?(?:(?:tengo |i have )?otra (?:cosa|pregunta|consulta|duda)|"
    r"cambi(?:ando|o|emos) de tema|hablando de otra cosa|(?:una )?nueva pregunta|pregunta nueva|por otro lado|"
    r"por cierto|new (?:question|topic)|(?:i have )?another (?:thing|question|topic)|(?:on a )?different (?:question|"
    r"topic|note|subject)|(?:changing|change) (?:of )?(?:the )?(?:topic|subject)|unrelated|separately|by the way|btw|"
    r"one more (?:thing|question))\b[\s:,.;–—-]*"
)
TICKETS_ON = re.compile(
    r"(?:(?:hay|tienes|any|the|open|closed|other|algun[oa]?|los|las|otr[oa]s) )*"
    rf"(?:{TICKET}|cas[oe]s?)"
    r"(?: (?:abiert[oa]s|cerrad[oa]s|hay|are there|do (?:we|you) have))*"
    r" (?:about|on|regarding|concerning|related to|sobre|acerca de|relacionad[oa]s con) "
)
"""After "and", "what about": whatever follows is what the tickets are about, and no longer what was asked before."""
_SMALL_TALK = (
    r"(?:muchas gracias|mil gracias|gracias|thanks(?: a lot| so much)?|thank you(?: very much| so much)?|vale|ok(?:ay|"
    r"ey)?|perfecto|genial|estupendo|excelente|listo|entendido|de acuerdo|great|perfect|cool|nice|awesome|got it|"
    r"understood|hola|buenas(?: tardes| noches)?|buenos dias|hello|hi|hey|por favor|please|(?:eso |ya |"
    r"ahora )*funcion[ao](?= ?$|,|\.)|(?:that|it) (?:worked|works)(?: now)?|resuelto|solucionado|adios|hasta luego|"
    r"bye)\b"
)
FILLER = re.compile(rf"(?:{_SMALL_TALK}[\s,.!;:]*|(?:si|no|yes|sure|bueno|bien|claro|sorry|perdon)(?:[,.!;]+\s*|$))")

CORRECTION = re.compile(
    r"(?:(?:no|perdon|sorry|ah)?[, ]*(?:me refiero|me referia|queria decir|quise decir|quiero decir|mejor dicho|digo|"
    r"hablo de|hablaba de|i meant|i mean|i was (?:asking|talking) about|rather)|no,? (?=(?:el|la|los|las|the|for|para|"
    r"con) ))[\s,:]*"
)
CONDITION = re.compile(r"(?:(?:y|pero|and|but) )?(?:si|if|what if)\b\s*|(?:y|and|but|pero) (?:cuando|when)\b\s*")
_APART = r"(?![\w/-]|\.\w)"
"""After a word that is no part of a name: the e of E-03 is no Spanish "and"."""
OPENER = re.compile(
    rf"(?:(?:y|e|i(?= en\b)|o|u|pero|entonces|and|or|but|so|plus|also|tambien|tampoco|then|ok){_APART}[ ,]*)?"
    r"(?:what about|what of|how about|que tal|que hay de|que pasa con|que me dices de|lo mismo|(?:la )?misma pregunta|"
    r"same(?: question| thing)?(?: but)?|also|tambien|tampoco)\b\s*|(?:y|e|i(?= en\b)|o|u|pero|entonces|and|or|but|so|"
    rf"plus|(?:only|solo|mejor)(?= (?:en|con|para|on|in|with|for)\b)){_APART}[ ,]*"
)

# Messages that ask for more of the same, whole. One row a kind of message.
_MORE = (
    r"(?:despues|luego|ahora|entonces)(?: (?:de eso|que|que hago|que hay que hacer|que sigue|como sigo))?",
    r"(?:que|y) (?:sigue|mas|viene despues|hago (?:ahora|despues|luego))|algo mas",
    r"(?:por|para) que(?: no)?|como(?: asi)?|donde|cuando|cuant[oa]s?|cual(?:es)?|quien|que",
    r"(?:cual es la|que) diferencia(?: hay)?(?: entre (?:los dos|las dos|amb[oa]s|ell[oa]s))?",
    r"(?:sigue|siguen|continua) (?:igual|fallando|dando error|sin \w+)",
    r"(?:eso |todavia |aun )*(?:no|sin) (?:me |se |ha |le )*(?:funcion\w+|va|sirve|sirvio|deja|(?:pasa|cambia) nada)",
    r"(?:dame|muestrame|me das|puedes darme|tienes|hay)? ?(?:un|algun|otro|mas)? ?(?:ejemplos?|detalles?)",
    r"(?:explica\w*|cuentame|amplia\w*|puedes explicar\w*)(?: (?:mas|mejor|otra vez|de nuevo|eso|un poco))*",
    r"no (?:lo )?(?:entiendo|entendi|comprendo)(?: (?:bien|nada|eso))?",
    r"(?:then|next|now|after that|afterwards)(?: what)?(?: (?:do|should) i do)?|what(?: is)? (?:next|then|now|else)",
    r"what (?:do|should) i do (?:next|now|then|after(?: that)?)|what is the difference(?: between (?:the two|"
    r"them|both))?",
    r"why(?: not| is that)?|how(?: so| come)?|where|when|which|who|what|how (?:much|many|long|often)",
    r"(?:that |this |it |still )*(?:did|do|does|is|has|still)? ?not (?:work|working|worked|help)",
    r"still (?:not \w+|nothing|broken|the same|fails?|failing)|same (?:thing|error|problem|result)",
    r"(?:(?:can|could) you )?(?:give|show)? ?(?:me )?(?:an|another|some|more|any)? ?(?:examples?|details?)",
    r"(?:(?:can|could) you )?(?:explain|elaborate|tell me more|say more|go on|continue)(?: (?:that|it|more|again))*",
    r"i do not (?:understand|get it|follow)",
)
WHOLE = re.compile(rf"(?:(?:y|e|pero|and|so|but|ok|pues) )*(?:{'|'.join(_MORE)})")

_WHEN = r"(?:semana|mes|ano|dia|noche|manana|tarde|vez|week|month|year|morning|afternoon|evening|night|time|weekend)"
_SAME_THING = r"(?:opcion|forma|manera|metodo|paso|modo|punto|caso|way|option|method|step|thing|one|case)"
_NOT_A_CLITIC = (
    r"(?!(?:que|antes|mas|menos|mejor|peor|mismo|siguiente|anterior|de|del|necesario|suficiente|bastante|unico|"
    r"primero|ultimo|demas|tanto|contrario|importante|basico|normal|minimo|maximo|cual|hago para)\b)"
)
# Words that stand for something named elsewhere. Each is looked at for an antecedent in the same sentence, before the
# match, or before its group when it has one.
POINTERS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:como|donde|cuando|cuanto|quien|que|se|me|te|nos|no|ya|si|solo|tampoco)(?: se| me| te|"
        rf" nos)? lo {_NOT_A_CLITIC}\w",
        r"\b(?:como|donde|(?<!no )(?<!ya )(?<!yo )se|me|te|nos)(?: se| me| te)? (?:la|los|las) \w",
        r"\bcomo les? \w",
        r"\bno (?:la|los|las) \w+o\b",
        r"^(?:lo|la|los|las) (?:puedo|puede|quiero|tengo|necesito|he|debo)\b",
        r"\b\w{2,}(?:[aei]r|ando|iendo)(?:se|me|te)?(?<!char)(?:los?|las?|les?)\b",
        r"\b(?:haz|di|pon|dime|explicame|dame)(?:lo|la|los|las)\b",
        r"(?<!por )\beso\b|\besto\b|\baquello\b",
        r"\b(?:lo|el|la) mism[oa](?= (?:en|con|para|desde|si|que|pero)\b|$)|^(?:es|funciona|sirve|vale|"
        r"se hace) igual\b",
        r"\b(?:ahi|alli)\b",
        rf"\b(?:el|la|los|las) (?:otr[oa]s?|anterior|primer[oa]?|segund[oa]|tercer[oa]?|"
        rf"ultim[oa])(?: {_SAME_THING}\b|$| (?:para|que|como|es|se|no)\b)",
        r"\b(?:cual es|cuales son|donde esta|cuanto es) sus? \w+$",
        r"\b(?:its?|itself|they|them|these|those)\b",
        r"\b(?:buy|order|get|need|want|have|find|use|replace|change|compro|comprar|pido|pedir|consigo|conseguir|necesito|"
        r"quiero|uso|tengo|tiene|cambio|cambiar) (?:one|un[oa])$",
        r"\b(?:which|another|(?:the|this|that)(?: \w+)?) ones?\b(?! of)|\bthe other(?= (?:is|does|do|can|for)\b|$)",
        rf"\bthe (?:first|second|third|last|previous|next|former|latter|other)(?: {_SAME_THING}\b|$)",
        r"\b(?:(?:which|what|one|either|neither|any) of|between) the two\b"
        r"(?= (?:is|are|does|do|can|should|has|uses|needs|costs)\b|$)|\beach one\b(?! of)",
        r"\bthe same(?: (?:thing|way|one|steps?|procedure))?(?= (?:on|in|with|for|as|to|if|when)\b|$)",
        r"\b(?:do|does|did|is|was|will|would|can|has|about|with|for|after|before|of|like|undo|in|on|change|"
        r"why) that\b(?! (?:the|a|an|i|you|we|my|it|there)\b)|^that\b|\bthat(?: \w+)?$",
        r"(?<!is )(?<!are )(?<!was )\bthere$",
    )
)
# A noun that points back is enough only in a short question: a long one brings its own words.
POINTING_NOUNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:ese|esa|esos|esas|aquell?[oa]?s?|dich[oa]s?|este|estos|estas|this)\b(?! {_WHEN})",
        rf"\b(?:en|con|de|para|a|sobre|por|\w+[aei]r|(?!como|cuando|cuanto|todo)\w{{3,}}o) (esta) (?!{_WHEN}|"
        rf"\w+[ai]d[oa]s?\b|"
        r"en\b|el\b|la\b|los\b|las\b|mi\b|una?\b|muy\b|no\b)\w",
        r"\b(?:paso|punto|opcion|step|option|point) (?:\d{1,2}|uno|dos|tres|one|two|three)\b",
    )
)
EMPTY_IT = re.compile(
    r"\bit (?:is |be |was |really |still |not |ever )*(?:(?:possible|safe|necessary|normal|ok|okay|better|best|easy|"
    r"hard|difficult|worth|true|allowed|enough|important|required|mandatory|recommended|advisable|useful|dangerous|"
    r"bad|good|legal|common|a good idea) (?:to|that|if|when|for \w+(?: \w+)? to|(?=\w+ing))|(?:called|known|mean|"
    r"means|determined|decided) (?:when|how|that|if|for)|(?:takes?|took|costs?|matters?|make sense|"
    r"helps?) (?:\w+ ){0,3}to|(?:seems|appears|turns out|looks like)(?: that)?)\b"
)

COMPARED = re.compile(
    r"\b(?:(?:mas|menos|more|less|most|least) \w+|mejor|peor|(?:me )?conviene\w*|recomiend\w+|prefier\w+|elij\w+|"
    r"elegir|escoj\w+|best|worst|worse|better|recommend\w*|pick|choose|(?:fast|slow|cheap|bigg|larg|small|easi|hard|"
    r"saf|new|old|quiet|light|heavi|strong|weak|long|short|simpl|quick|high|low|clean|thin|thick|clear|lat|nic)(?:er|"
    r"est|r|st))\b"
)
WHICH = re.compile(r"(?:cual|cuales|which|what)\b")
ALTERNATIVES = re.compile(r",| o | u | or | entre | between ")

CLAUSE = re.compile(
    r"\b(?:como|donde|cuando|que|cual|cuales|quien|cuant[oa]s?|how|where|when|what|which|who|whose|why|is|are|am|do|"
    r"does|did|can|cannot|could|should|will|would|has|have|was|were|must|puedo|puedes?|pueden|hay|es|son|esta|estan|"
    r"tengo|tiene|tienen|debo|hago|hace|se|me|no|not|i|we|you|quiero|quisiera|necesito|need|want)\b"
)
_PREPOSITIONS = (
    r"(?:en|con|para(?! que\b| \w+[aei]r(?:l[oa]s?)?\b)|desde|sin|bajo|por(?! que\b)|durante|segun|usando|on|in|with|"
    r"for|from|without|under|over|by|via|during|using|at)"
)
_STOPS = (
    r"(?:como|donde|cuando|que|cual|cuales|cuant[oa]s?|how|where|when|what|which|why|is|are|do|does|can|should|puedo|"
    r"se|hay)"
)
PHRASE = re.compile(rf"\b{_PREPOSITIONS}\b(?: (?!{_STOPS}\b)[^\s,;:?]+)+")
STARTS_WITH_PREPOSITION = re.compile(rf"{_PREPOSITIONS}\b")
DETERMINED = re.compile(
    r"\b(?:el|la|los|las|un|una|unos|unas|mis?|tus?|nuestr[oa]s?|del|al|cada|algun|ningun|the|an?|my|our|your|their|"
    r"each|every|any|some) (\w+)|"
    r"\b(?:que|cuant[oa]s|what|which|how many) (\w+)(?= (?:hay|necesito|tengo|puedo|debo|are there|do i|can i)\b)"
)
DEFINITION = re.compile(
    r"(?:y )?(?:que|quien|what|who) (?:es|son|era|fue|is|are|was|significan?|quiere decir|does|do|hace)\b"
)
PREDICATE = re.compile(
    r"(?:es(?! (?:posible|necesario|normal|obligatorio|recomendable|seguro|mejor|malo|bueno|cierto|verdad|suficiente|"
    r"peligroso|facil|dificil|conveniente|aconsejable|legal|hora)\b)|son|esta|tienen?|funcionan?|sirven?|soporta|"
    r"admiten?|incluye|viene|cambian?|varian?|existen?|permite|puede|necesita|requiere|vale|trae|lleva|cuesta|tarda|pesa|consume|dura|aguanta|"
    r"caduca)\b"
)
CODE = re.compile(r"\b(?:[A-Z]+[-_]\d+|0x[0-9A-Fa-f]+|[A-Z]{1,4}\d{2,})\b")
NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-Z]\w+|\w*\d\w*[A-Za-z]\w*)")
WORD = re.compile(r"[^\W_]+")
GRAMMAR = frozenset(fold(word) for words in STOPWORDS.values() for word in words) | set(
    "wo ca not cannot am whats its them itself puedes pueden quisiera necesito need want solo tampoco ahi alli "
    "may might must mean means significa significan there here hay sido siendo es son seria serian despues luego ahora "
    "next still else".split()
)
