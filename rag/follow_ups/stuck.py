"""A reply that is no question of its own → what it wants of the conversation's subject: a reason, or what else to try.

By rule, in Spanish and English. A question that names anything ("why does the printer blink?") is one of its own.
"""

from __future__ import annotations

import re

from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import IS, NOT, STRIP
from rag.types import Stuck

LONGEST = 120
"""Characters of such a reply: a longer one tells something."""

# Written for folded text: no accents, lower case, n't and 's written out. A reply is a row of these.
_IT = r"(?:eso|esto|aquello|todo eso|todo esto|it|that|this|all that|all of that|the first one|lo primero)"
_HAPPENS = r"(?:pasa|ocurre|sucede|paso|ocurrio|es asi|es|falla|no funciona)"
_WHY = (
    rf"(?:y )?(?:{_IT} )?por que(?: no| si)?(?: (?:me |le |se )?{_HAPPENS})?(?: {_IT})?(?: tant[oa]s?)?",
    r"(?:y )?(?:cual (?:es|puede ser|seria)|cuales son) (?:la|el|las|los) (?:causas?|motivos?|razon(?:es)?)",
    rf"(?:y )?a que (?:se debe|puede deberse)(?: {_IT})?|(?:y )?que (?:lo (?:causa|provoca)|puede ser)",
    r"(?:and |but )?why(?: not| so| so much| so many| so long| that one| that much)?|(?:and |but )?how come",
    rf"(?:and |but )?why (?:is|does|did|would|was) {_IT}(?: not)?(?: (?:so|happen|happening|the case|work|fail))?",
    rf"(?:and )?what (?:is|was|could be|can be|are) the (?:causes?|reasons?)|(?:and )?what (?:causes|caused) {_IT}",
)  # fmt: skip
_DONE = (
    rf"(?:si,? |pero )?(?:ya |yo )*(?:(?:lo|la|los|las) )?(?:hice|he hecho|probe|he probado|intente|"
    rf"he intentado|segui|"
    rf"he seguido)(?: ya)?(?: {_IT}| todo| todos? los pasos| los pasos| lo que (?:dice|dices|pone))?(?: ya| antes)?",
    rf"(?:yes,? |but )?i (?:have |did )?(?:already |just )?(?:did|do|done|tried|try|followed|follow)(?: {_IT}| them| "
    r"everything| all| (?:all )?the steps| all of (?:it|them))(?: already| before| too)?",
    rf"(?:already )?(?:done|tried)(?: {_IT})(?: already)?|already (?:done|tried)|{_IT} is what i (?:did|tried)",
)  # fmt: skip
_FAILS = (
    rf"(?:{_IT} |me |se |ya |todavia |aun |sigue |siempre )*(?:da|sale|dando|saliendo|tengo|aparece) (?:un |el |"
    rf"este )?"
    r"(?:error|fallo|problema|mensaje de error)|se (?:cuelga|bloquea|congela|queda (?:colgado|bloqueado|parado|"
    r"ahi|asi)|cierra|para)",
    rf"(?:{_IT} |i |and |now )*(?:still |always |just |now )*(?:get|gets|getting|have|see|gives|gives me|"
    rf"shows) (?:an |the |this |that )?"
    r"(?:error|failure|problem)(?: message)?",
    rf"(?:{_IT} |still |just |it )*(?:hangs|freezes|crashes|stops|fails|is stuck|gets stuck)(?: there| again|"
    rf" every time)?",
    rf"(?:{_IT} |todavia |aun |ya |sigue |siguen )*(?:no|sin) (?:me |se |lo |la |los |las |le |nos )*(?:arranc|"
    rf"enciend|prend|"
    r"conect|respond|abr|inici|detect|reconoc|aparec|sal|dej|encuentr|encontr|imprim|carg|instal|acept|entr|"
    r"pued)(?:a|e|o|an|en|ar|er|ir)"
    r"(?: (?:nada|todavia|aun|igual))?",
    rf"(?:(?:{_IT}|he|they|i) |still )*(?:(?:does|do|did|will|would|can|could) not|fails to|"
    rf"refuses to) (?:start|boot|turn on|"
    rf"connect|respond|load|open|show up|appear|print|(?:detect|find|recogni[sz]e|see|accept)(?: {_IT})?)(?: up|"
    rf" now| at all|"
    r" anymore| any more| either)?",
    rf"(?:{_IT} |todavia |aun |a mi |tampoco |sigue |siguen )*(?:no|sin) (?:me |se |ha |le |nos )*(?:funcion\w+|"
    rf"va|sirve|sirvio|"
    r"servido|ayuda\w*|(?:arregl|solucion|resuelv|resolvi|quit|cambi)\w*)(?: (?:nada|igual|tampoco|todavia|aun))?",
    rf"(?:{_IT} )?tampoco(?: (?:me |se |ha )*(?:funcion\w+|va|sirve|sirvio|servido|ayuda\w*))?",
    r"(?:todo |me |se |el problema |el error )*(?:sigue|siguen|continua|persiste|esta|estoy|estamos|quedo)"
    r"(?: (?:igual|lo mismo|en las mismas|fallando|ahi|apareciendo|sucediendo|pasando|saliendo|"
    r"dando (?:el mismo )?(?:error|problema|fallo)|con el mismo (?:error|problema|fallo)))+",
    r"el (?:problema|error|fallo) (?:persiste|continua|sigue)|falla igual|vuelve a (?:fallar|pasar|ocurrir|salir)",
    r"(?:tengo |da |me da |sale |me sale )*(?:el|la|lo) mism[oa](?: (?:problema|error|fallo|resultado|cosa|"
    r"mensaje))?",
    r"no (?:pasa|cambia|hace|ocurre|ha cambiado|paso|cambio) nada|nada(?: cambia| ha cambiado)?|sin (?:exito|"
    r"suerte|resultado)",
    rf"(?:{_IT} |still )*(?:did|do|does|has|is|was|will)? ?not (?:work(?:ing|ed)?|help(?:ed|ing)?|do anything|"
    rf"change anything|"
    rf"(?:fix|solve|change)(?:ed|d)?(?: {_IT}| anything)?)(?: (?:for me|either|at all|yet))?",
    rf"(?:{_IT} |i |there )?(?:is |am |still |get |have |getting |having |has )*"
    r"(?:still |the )*same (?:thing|error|problem|result|issue|message)(?: again| here)?",
    rf"(?:{_IT} |the (?:problem|error|issue) )?(?:is )?still (?:is |has |gives )?(?:not (?:work(?:ing)?|fixed|"
    rf"solved)|nothing|broken|"
    r"the same|fails?|failing|there|happens|happening|persists)",
    rf"(?:{_IT} |the (?:problem|error|issue) )(?:fails|failed|fails again|persists|remains|is back|comes back|"
    rf"came back)",
    r"no (?:luck|change|difference|success)|nothing (?:changed|changes|happened|happens|works|worked|helps|helped)",
)  # fmt: skip
_ELSE = (
    r"what can (?:i|we) do(?: (?:now|then|about (?:it|that|this)))?|que (?:puedo|podemos|podria|se puede) hacer"
    r"(?: (?:ahora|entonces|con (?:eso|esto)))?",
    r"what (?:should|can|could) (?:i|we) (?:check|try)(?: (?:now|next|first))?|que (?:puedo|debo|deberia|"
    r"podria) (?:revisar|mirar|"
    r"comprobar|probar|intentar)(?: (?:ahora|entonces|primero))?",
    rf"(?:y |pero )?si (?:no|{_IT} no|{_IT} falla|(?:aun asi )?sigue (?:igual|fallando)|falla)",
    rf"(?:and |but )?(?:what )?if (?:not|{_IT} (?:fails|does not|did not|is not enough|still fails))",
    rf"(?:and |but )?(?:what )?if {_IT} (?:still )?(?:does|did|is) not (?:work|help)(?:ing)?",
    rf"(?:y |pero )?si (?:{_IT} )?(?:tampoco|no(?: me)? (?:funcion\w+|sirve|va|ayuda))",
    r"(?:y )?(?:que|hay algo) (?:mas|otra cosa) (?:se puede|puedo|podemos|podria|que pueda)(?: (?:hacer|probar|"
    r"intentar|revisar|mirar))?",
    r"(?:y )?(?:hay|tienes|alguna|no hay|y|dame)? ?(?:alguna )?(?:otra|mas) (?:solucion(?:es)?|opcion(?:es)?|"
    r"alternativas?|idea|ideas|"
    r"posibilidad|forma|manera)|(?:hay |tienes )?(?:alguna )?alternativas?",
    r"(?:and )?what else (?:can|could|should|might) (?:i|we) (?:try|do|check)|(?:is there )?(?:something|"
    r"anything) else to (?:try|do|check)",
    r"(?:and |are there |is there |do you have )*(?:any|some|an)? ?(?:other|another) (?:solutions?|options?|"
    r"ideas?|ways?|fix|"
    r"fixes|alternatives?|possibilit(?:y|ies))|(?:any |are there )*alternatives?",
)  # fmt: skip
_FILLER = re.compile(
    r"ok|vale|bueno|bien|gracias|muchas gracias|si|no|pues|thanks|thank you|well|yes|hmm+|mmm+|por favor|please|"
    r"y|pero|aun asi|asi que|entonces|and|but|yet|so|then|though|sin embargo|todavia"
)
"""What stands before, between and after them and says nothing."""
_WORD = re.compile(r"[^ ,.;:!?¿¡…-]+")
_WORDS = 12
"""Of one of them at most."""
_IS_WHY = re.compile("|".join(_WHY))
_IS_STUCK = re.compile("|".join((*_DONE, *_FAILS, *_ELSE, *_WHY)))


def stuck(text: str) -> Stuck:
    """What a reply wants that says no more than that: why it is so, or what to do as it does not work; else nothing."""
    if len(text) > LONGEST:
        return ""
    said = IS.sub(r"\1 is", NOT.sub(" not", plain(text))).replace("cannot", "can not")
    said = said.replace("wo not", "will not").replace("ca not", "can not")
    said = " ".join(said.split()).strip(STRIP)
    if not _is_row(said, _IS_STUCK):
        return ""
    return "why" if _is_row(said, _IS_WHY) or said.startswith(("why ", "por que ")) else "fails"


def _is_row(said: str, one: re.Pattern[str]) -> bool:
    """Whether a text is a row of such replies with fillers between, word by word: as one pattern with a repetition it
    would be tried in every way that words can be parted in, which of "si no si no si no …" takes for ever.
    """
    words = [word.span() for word in _WORD.finditer(said)]
    reached: list[set[bool]] = [set() for _ in range(len(words) + 1)]  # whether a reply was among what came before
    reached[0].add(False)
    for begin, before in enumerate(reached[:-1]):
        for end in range(begin + 1, min(len(words), begin + _WORDS) + 1) if before else ():
            piece = said[words[begin][0] : words[end - 1][1]]
            if one.fullmatch(piece):
                reached[end].add(True)
            elif _FILLER.fullmatch(piece):
                reached[end] |= before
    return True in reached[-1]
