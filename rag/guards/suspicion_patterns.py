"""How texts talk to an assistant, in Spanish and English: patterns over folded text, and over raw text where said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.types import Attempted


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b(?:{pattern})") for pattern in patterns)


# -- raw text -------------------------------------------------------------------------------------------------------

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0001-\U000e007f]")
TAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|([\U000e0020-\U000e007e]{3,})")
"""Letters of Unicode's tag block, which no font shows; after a black flag they are the flag of a region, and no group 1."""
INTERLEAVED = re.compile("(?:[a-zA-Z][\u00ad\u200b-\u200d\u2060\ufeff]+){4,}[a-zA-Z]|[\u200b-\u200d\u2060\ufeff]{8,}")
"""A word with something invisible after every letter, or a long run of it, which can spell in two signs."""
OVERRIDE_MARK = re.compile("[\u202d\u202e][^\u202c\n]{4,}")
CONTROL = re.compile(
    r"<\|(?:im_|endof|start_|end_|begin_of|eot|eom|fim_|channel|constrain|return|python_tag|"
    r"system|user|assistant|message|header)[a-z_]*\|>"
    r"|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?(?:tool_call|function_call|tool_response|passage)>"
    r"|\[/?(?:SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\]|<｜[^｜>\n]{1,40}｜>|</s>\s*<s>|</?think>"
    r"|^[ \t]*#{2,3} ?(?:system|instruction|response|human|assistant|sistema|instrucci[oó]n) ?:",
    re.IGNORECASE | re.MULTILINE,
)
_CARGO = (
    r"question|answer|pregunta|respuesta|consulta|data|datos|conversation|conversacion|chat|context|contexto|"
    r"history|historial|secret|secreto|prompt|password|contrase[nñ]a|clave|base64|leak|exfil|summary|resumen"
)
IMAGE = re.compile(
    rf"!\[[^\]\n]{{0,200}}\]\(\s*<?(?:https?:)?//(?:[^\s)!]|!(?!\[))*(?:[?&#/=](?:{_CARGO})\b[=/]|[{{<\[%$](?:{_CARGO}|[A-Z_ ]{{4,}}))"
    rf"|\[[^\]\n]{{1,60}}\]:\s*<?(?:https?:)?//[^\s>]{{0,2000}}[?&](?:{_CARGO})="
    rf"|<(?:img|image|iframe|script|object|embed|use|form|video|audio)\b[^>]{{0,200}}//[^<>\s]*[?&](?:{_CARGO})=",
    re.IGNORECASE | re.MULTILINE,
)
"""A picture or element whose address carries words of the conversation. An address ends where the next one begins, or is
bounded: a page that repeats their beginnings would take time with the square of its length."""

# -- folded text ----------------------------------------------------------------------------------------------------

SPELLED = re.compile(r"\b(?:[a-z][ .·-]){5,}[a-z]\b")
"""A word spelled letter by letter."""
DECODE = re.compile(
    r"\b(?:decode|decrypt|un-?base64|decodifi(?:ca|que|car)|descodifi(?:ca|que|car)|descifra|descifre)\b[^.]{0,160}"
    r"\b(?:follow|obey|execute|carry out|do (?:what|as) it says|comply|sigue|siga|obede(?:ce|zca)|ejecuta|ejecute|"
    r"cumple|cumpla|haz lo que)\b"
)

_AI = (
    r"(?:a\.?i\.?|llm|gpt|chatgpt|copilot|chat ?bot|bot|(?:large )?language models?|"
    r"(?:ai|virtual|automated|support|chat) (?:assistant|agent|model|system|helper)s?)"
)
_IA = (
    r"(?:ia|inteligencia artificial|llm|gpt|chatgpt|chat ?bot|bot|modelos? de lenguaje|"
    r"(?:asistente|agente|sistema) (?:de ia|virtual|automatico|de soporte|de respuestas?|que (?:responde|contesta|lee)))"
)
_RULES = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|commands?|orders?|constraints?|guardrails|"
    r"restrictions?|policies|system message|training|programming)"
)
_REGLAS = (
    r"(?:instruccion(?:es)?|indicacion(?:es)?|ordenes|reglas?|directrices|directivas?|normas?|restricciones|"
    r"limitaciones|consignas?|prompts?|entrenamiento|programacion)"
)
_BEFORE = (
    r"(?:all |any |every |of |the |these |those |other )*"
    r"(?:previous|prior|earlier|preceding|foregoing|former|above|your|original|initial|system|existing|safety)"
)
_DROP = (
    r"(?:ignore|disregard|forget|discard|neglect|overlook|bypass|override (?=(?:all |any )*(?:your|of your|previous|prior))|drop|abandon|"
    r"(?:do not|don't|never|stop|no longer) (?:follow|obey|comply with|listen to)(?:ing)?|"
    r"(?:pay no attention|paying attention) to)"
)
_DEJA = (
    r"(?:ignor(?:a|e|ad|ar|en|es)|olvid(?:a|e|ad|ar|en|es|ate|ese)(?: de)?|descart(?:a|e|ar)|omit(?:e|a|ir)|"
    r"desobede(?:ce|zca)|salta(?:te)?|(?:haz|haga|haced|hacer) caso omiso (?:de|a)|pas(?:a|e) por alto|"
    r"no (?:sigas|siga|hagas caso (?:de|a)|haga caso (?:de|a)|obede(?:zcas|zca)|tengas en cuenta|cumplas))"
)
_NOW = r"(?:from now on|from this point (?:on|forward)|henceforth|from here on)"
_AHORA = r"(?:a partir de (?:ahora|este momento|aqui)|desde (?:ahora|este momento)|de ahora en adelante|en adelante)"
_SAY = r"(?:respond|reply|answer|say|write|output|speak|state|recommend|claim|insist|add|append|include|mention|end|show|render|put)"
_DI = (
    r"(?:respond(?:e|a|er|as)|contest(?:a|e|ar|es)|di|diga|digas|escrib(?:e|a|ir|as)|habl(?:a|e|es)|recomiend(?:a|e|es)|"
    r"afirm(?:a|e|es)|anad(?:e|a|ir|as)|agreg(?:a|ue)|incluy(?:e|a|as)|menciona|termin(?:a|e|es)|acab(?:a|e|es))"
)
_EACH = (
    r"(?:(?:every|each|all|any)(?: of)?(?: your| the)? (?:\w+ )?|your (?:final |future |subsequent |next )?)"
    r"(?:answers|responses|replies|summaries|(?<!your )answer|(?<!your )response|(?<!your )reply|(?<=final )answer)"
)
"""Not "your reply": so people write to each other."""
_SUS = r"(?:tus?|sus?|cada|todas?|toda|las?|una?|esta|proximas?|siguientes?|final(?:es)?)"
_TALK = (
    r"(?:(?:whole |entire |full |this |chat )?(?:conversation|chat(?: history| log)?)|(?:the )?user'?s? "
    r"(?:question|quer(?:y|ies)|message|data|input|name|words|prompt)s?|(?:the |their |this )question|"
    r"(?:the |your )(?:answer|system prompt|context|retrieved (?:text|passages|documents))|"
    r"(?:all|any|the|every) (?:secrets?|credentials|passwords?|api keys?|retrieved passages|other documents)|"
    r"what(?:ever)? (?:the user|they|was) (?:wrote|asked|typed|said))"
)
_CHARLA = (
    r"(?:(?:toda |esta |la )*(?:conversacion|charla|chat)|(?:historial|transcripcion)(?: de la conversacion| del chat)?|"
    r"(?:la |su |esta )(?:pregunta|consulta)(?: del usuario)?|(?:los )?(?:datos|mensajes?|nombre) del usuario|"
    r"(?:tus?|la|el) (?:respuesta|contexto|prompt)|(?:todas |las )+(?:contrasenas|credenciales|claves)|"
    r"lo que (?:el usuario )?(?:haya )?(?:pregunt|escri)\w+)"
)
_TONGUES = (
    r"(?:english|spanish|french|german|italian|portuguese|latin|chinese|japanese|russian|arabic|korean|dutch|greek|hindi|"
    r"klingon|esperanto|emojis?|morse|rhymes?|verse|haikus?|caps|capitals?|upper ?case|base64|json|binary|code|pirate)"
)
_WHERE = r"(?:https?://|www\.|ftp://|\S+@\S+\.\w|webhook|\burl\b|\bserver\b|\bendpoint\b|\bservidor\b)"

SAYING: Mapping[Attempted, tuple[re.Pattern[str], ...]] = {
    "override": _all(
        rf"{_DROP} {_BEFORE}[^.;:]{{0,30}}{_RULES}\b",
        rf"{_DROP} (?:all |any |the |these |those |of )*{_RULES} (?:above|before|you (?:were|have been|got|received)|given)",
        rf"{_DROP} (?:everything|anything|all|whatever|what)(?: that| which)? (?:\w+ ){{0,3}}(?:above|before this|"
        r"you (?:were|have been|are) (?:told|given)|said before|written before|your instructions)",
        rf"{_DEJA} (?:todas? |todos? |cualquier |las? |los? |el |tus? |sus? |mis? )*{_REGLAS}"
        r"[^.;:]{0,20}\b(?:anterior(?:es)?|previ[ao]s?|precedentes?|de arriba|del sistema|original(?:es)?|inicial(?:es)?|"
        r"de seguridad|que (?:te|le|se te|has|hayas|recib)\w*|dad[ao]s|recibid[ao]s)",
        rf"{_DEJA} (?:todas? |todos? )?(?:tus|sus) (?:\w+ )?{_REGLAS}",
        rf"{_DEJA} (?:todo )?lo (?:anterior|que (?:te|le|se te) (?:han|hayan|dijeron|ha) |de arriba|dicho (?:antes|hasta))",
        r"(?:these|the following|this document'?s?) (?:new )?instructions (?:replace|supersede|override|take precedence)",
        # In the languages that stand nearest, too: whoever answers reads them all.
        r"(?:ignore[rz]?|oublie[rz]?|ne tene[rz] pas compte de)(?: de)? (?:toutes? )?(?:les|tes|vos) (?:instructions?|consignes?|regles?)",
        r"(?:ignorieren?|vergiss|vergessen|missachten?) (?:sie )?(?:alle )?(?:bisherigen|vorherigen|vorigen|obigen|deine|ihre) "
        r"(?:anweisungen|instruktionen|regeln|vorgaben)",
        r"(?:ignor[ea]|esquec[ae]|desconsidere) (?:todas )?as (?:instrucoes|regras|orientacoes) (?:anteriores|acima|previas)",
        r"(?:ignora(?:te)?|dimentica(?:te)?) (?:tutte )?le (?:istruzioni|regole) (?:precedenti|di cui sopra)",
        r"estas (?:nuevas )?instrucciones (?:sustituyen|reemplazan|anulan|prevalecen|tienen prioridad)",
    ),
    "role": _all(
        rf"you are (?:now|from now on|henceforth|no longer) [^.;:]{{0,50}}\b(?:{_AI}|assistant|persona|pirate|poet|parrot|"
        r"jailbroken|unrestricted|unfiltered|uncensored|bound by|dan|limited by|evil|oracle|salesperson|agent)\b",
        r"(?:act|behave|respond|answer|speak|roleplay|role-play) as (?:if you (?:were|are) |though you (?:were|are) )?"
        rf"(?:an? |the |my )?[^.;:]{{0,40}}\b(?:{_AI}|pirate|poet|jailbroken|unrestricted|unfiltered|dan|evil|salesperson|"
        r"hacker|villain|character|parrot|competitor|lawyer|doctor)\b",
        r"pretend (?:to be|that you are|you are|you're) (?:an? |the |my )?[^.;:]{0,40}",
        rf"{_NOW},? you (?:are|will be|shall be|must|should|only|always|will (?:only |always )?(?:answer|respond|reply|say|speak))",
        r"your (?:new|real|true|secret) (?:role|task|instructions?|persona|name|identity|goal|objective|job|mission|"
        r"purpose|priority) (?:is|are)\b",
        r"(?:new|updated|revised|real|actual|important|urgent) (?:system )?(?:instructions?|prompt|directives?) "
        rf"(?:for|to) (?:the |any |all )?(?:{_AI}|assistants?|models?)\b",
        r"(?:new system (?:prompt|instructions?|message)|system (?:override|prompt override)|begin (?:new )?system prompt) ?[:\])]",
        r"(?:ahora|desde ahora|ya) (?:eres|seras|no eres|sos) (?:un |una |el |la |mi )?[^.;:]{0,40}\b(?:ia|bot|chatbot|"
        r"asistente|modelo|pirata|poeta|loro|experto|agente|vendedor|comercial|personaje|libre|dan|sin (?:filtros?|limites?|restricciones))\b",
        r"(?:actua|actue|comportate|responde|habla|contesta) como (?:si fueras |un |una |el |la |mi )*[^.;:]{0,40}\b(?:ia|bot|"
        r"chatbot|asistente|modelo|pirata|poeta|loro|vendedor|comercial|hacker|personaje|abogado|medico|sin (?:filtros?|limites?))\b",
        r"(?:finge|fingid|simula) (?:ser|que eres|que fueras)\b|hazte pasar por|haz de cuenta que eres",
        rf"{_AHORA},? (?:eres|seras|actua|te llamas|debes|responde|contesta|responderas|contestaras|hablaras|habla|"
        r"solo (?:responde|contesta|debes|puedes))",
        r"(?:tu|su) (?:nuev[oa]|verdader[oa]|unic[oa]|autentic[oa]) (?:papel|rol|tarea|funcion|identidad|nombre|objetivo|mision|"
        r"instruccion) (?:es|consiste)\b",
        rf"(?:nuevas? |importantes? )*(?:instruccion(?:es)?|aviso|nota|mensaje|orden(?:es)?) (?:importantes? )?(?:para|a) "
        rf"(?:el |la |los |las |cualquier |todo )?(?:{_IA}|asistentes?|modelos?)\b",
        r"(?:rules|restrictions|guidelines|filters|policies|limits) (?:do not|don't|no longer) apply to you\b",
        r"(?:reglas|restricciones|normas|filtros|limites)(?: de \w+)? (?:ya )?no se te aplican\b",
        r"(?:nuevas? instruccion(?:es)? del sistema|mensaje del sistema|anulacion del sistema) ?[:\])]",
    ),
    "address": _all(
        r"(?:new |updated )?(?:policy|rule|instruction|directive|order|note|message)s? (?:for|to) (?:the |any |all )?(?:assistant|"
        rf"{_AI})s? ?:",
        rf"(?:nuevas? )?(?:norma|regla|instruccion|orden|directriz|politica|nota|mensaje)(?:es)? para (?:el |la )?(?:asistente|{_IA}) ?:",
        r"(?:note|message|instructions?|reminder) (?:to|for) (?:whoever|anyone who|anybody who|the one who|those who) "
        r"(?:summari[sz]e|answer|repl(?:y|ie)|respond|quote)s?\b",
        r"(?:nota|mensaje|instruccion(?:es)?|aviso) (?:para|a) quien(?:es)? (?:resum|respond|contest|cit)\w+",
        rf"(?:note|attention|message|notice|hello|dear|hey|reminder|instructions?|important)[,:]? (?:to |for )?(?:the |any |all )?"
        rf"{_AI}\b ?(?:[,:!.\-—)]|reading|processing|that|who|which|must|should|summari)",
        rf"(?:if|when|as|since|because|in case) (?:you are|you're) (?:an? |the )?{_AI}\b",
        rf"(?:{_AI}|assistants?) (?:reading|processing|summari[sz]ing|answering (?:from|with)|that (?:reads?|processes|answers)|who reads?) "
        r"(?:this|these|the)\b",
        rf"(?:the |any |all |every )?(?:{_AI}|assistants?|answering model) (?:must|should|shall|will|has to|have to|needs? to|is to|are to|is "
        rf"(?:required|instructed|ordered|asked) to)(?: now| always| never| only| not)* "
        rf"(?:{_SAY}|ignore|refuse|tell|reveal|send|call|use the tool|treat|translate|follow|begin|start)\b",
        rf"(?:atencion|nota|aviso|mensaje|hola|querid[oa]|estimad[oa]|oye|instrucciones|importante)[,:]? (?:para |a |al )?(?:el |la |los )?"
        rf"{_IA}\b ?(?:[,:!.\-—)]|que|debe)",
        rf"si eres (?:un |una |el |la )?(?:{_IA}|asistente)\b",
        rf"(?:{_IA}|asistente) que (?:lea|lee|procese|resuma|responda|conteste)\b",
        rf"(?:el |la |todo |cualquier )(?:{_IA}|asistente) (?:debe|debera|tiene que|ha de|deberia)(?: ahora| siempre| solo| no)* "
        rf"(?:{_DI}|decir|ignorar|negarse|revelar|enviar|llamar|traducir|seguir|empezar|responder|contestar|afirmar|"
        r"(?:mostrar|incluir|anadir) [^.;]{0,30}(?:markdown|imagen|enlace|respuesta))\b",
    ),
    "dictate": _all(
        r"(?:respond|reply|answer) (?:to (?:every|all|any|this|the) (?:\w+ )?(?:questions?|messages?|quer(?:y|ies)) )?"
        r"(?:only|always|exclusively|solely|just) (?:with|as|by|using|that)\b",
        r"(?:only|always|exclusively|solely) (?:respond|reply|answer) (?:with|as|by|using|that)\b",
        rf"(?:only|always|exclusively|solely) (?:respond|reply|answer|speak|write) in {_TONGUES}\b",
        rf"(?:respond|reply|answer|speak|write) (?:only|always|exclusively|solely) in {_TONGUES}\b",
        r"(?:respond|reply|answer) (?:to )?(?:every|any|all) (?:\w+ )?(?:questions?|quer(?:y|ies)|messages?)[^.;]{0,60} (?:with|by|in|that)\b",
        rf"in {_EACH}\b[^.;]{{0,40}}\b{_SAY}\b",
        r"at the (?:very )?(?:end|start|beginning|top|bottom) of (?:your|every|each) (?:answer|response|reply)\b",
        rf"{_SAY}\b[^.;]{{0,80}}\b(?:in|of|to|with) {_EACH}\b",
        r"(?:begin|start|end|finish|conclude|open|close|preface|prefix|sign) (?:your|every|each|all|any) (?:\w+ )?(?:answers?|responses?|repl(?:y|ies))\b",
        r"(?:if|when(?:ever)?) (?:you are |the user |anyone |anybody |someone |a user |users? |they )(?:asks?|asked|mentions?|wants to know|questions?)"
        r"\b[^.;]{0,80},? (?:always |only |simply |just |you must |then )*(?:respond|reply|answer|say|tell (?:them|him|her|the user)|insist|refuse|claim|state)\b",
        r"the (?:only |one |true )?(?:correct|right|official|approved|final|only) (?:answer|response|reply) (?:to|for) (?:this|any|every|all|each|the user)",
        r"(?:refuse|decline) to (?:answer|help(?: with)?|respond to) (?:any|all|every|this|these|further|the user|questions)",
        r"(?:whatever|no matter what|regardless of what) (?:the user|they|you are|anyone|is) (?:\w+ ){0,2}(?:asks?|asked|says?)?,? ?"
        r"(?:always |just |only )*(?:respond|reply|answer|say)\b",
        r"(?:write|give|phrase|deliver|translate) (?:all |each of |every one of )?your (?:answers|responses|replies) (?:in|as|into)\b",
        r"(?:say|state|claim|pretend|tell (?:the user|them)) that (?:the |these |no )?(?:documents?|manuals?|passages?|library|sources?|you) "
        r"(?:do(?:es)? not|don't|doesn't|cannot|can't|contain no|holds? no|have no|are unable)",
        r"tell the (?:user|person|reader|customer)(?: who asks?)? (?:that )?(?:you|they must|to (?:call|visit|pay|send|buy|install|download|enter|disable))",
        r"(?:translate|rewrite|rephrase) (?:your|every|all your|the final) (?:answers?|responses?|repl(?:y|ies))",
        r"(?:switch|change) (?:your |the )?(?:answer |response |output )?language to",
        r"(?:respond|conteste?|responda|respondan|contesta|contesten|responde|di|diga|escribe) (?:a (?:todo|toda|cualquier|cada)\w* (?:\w+ )?)?"
        r"(?:solo|solamente|unicamente|siempre|exclusivamente|nada mas que) (?:con|en|que|como|a |la palabra|«|\")",
        r"(?:responde|responda|contesta|conteste) a (?:todas?|cualquier|cada|toda)[^.;]{0,60} (?:con|en|que|diciendo|como)\b",
        rf"{_DI}\b[^.;]{{0,80}}\b(?:en|a|de|con) (?:tus|tu|cada|todas (?:tus|las)) (?:\w+ )?(?:respuestas?|resumen(?:es)?|contestacion(?:es)?)\b",
        rf"(?:en|al (?:final|principio) de|a) {_SUS} (?:\w+ )?(?:respuestas?|contestacion(?:es)?)\b,? {_DI}\b",
        r"(?:empieza|empiece|comienza|termina|acaba|firma|cierra|encabeza) (?:tus?|cada|todas (?:tus|las)) (?:\w+ )?respuestas?\b",
        r"(?:si|cuando) (?:te |le |alguien |el usuario |un usuario |se te |quien )+(?:pregunt|consult|mencion|pid)\w+[^.;]{0,80},? "
        r"(?:siempre |solo |simplemente |debes )*(?:responde|contesta|di(?:le)?\b|diga|niegate|insiste|asegura|afirma|responder|decir)",
        r"(?:pregunte?n? lo que pregunte?n?|sea cual sea la pregunta|pregunten lo que quieran),? (?:siempre |solo )*(?:responde|contesta|di)\b",
        r"(?:escribe|redacta|da|formula|traduce) (?:todas? )?(?:tus respuestas|tu respuesta) (?:en|como|a)\b",
        r"la (?:unica )?(?:respuesta|contestacion) (?:correcta|oficial|valida|unica|final) (?:a|para) (?:esta|cualquier|toda|cada|todas)",
        r"(?:niegate|nieguese) a (?:responder|contestar|ayudar)|rehusa (?:responder|contestar)",
        r"(?:di|diga|afirma|responde|finge|dile al usuario|contesta) que (?:los |las |el |la |tu |no )?(?:documentos?|manual(?:es)?|pasajes?|biblioteca|fuentes?|"
        r"puedes|sabes|hay (?:informacion|respuesta))[^.;]{0,12}",
        r"(?:dile|diga|digale|comunica|indica) al (?:usuario|cliente|lector) que\b",
        r"(?:traduce|traduzca|reescribe) (?:tus?|cada|todas (?:tus|las)) respuestas?\b",
        r"(?:cambia|cambie) (?:el|tu|de) idioma (?:de (?:tus|la|las) respuestas?|a)\b",
        r"(?:always|only) (?:cite|quote|name) (?:page|the page|this (?:page|document|manual))\b|cite page \d+ (?:for|in) (?:every|each|any|all)\b",
        r"(?:cita|cite|citad) (?:siempre|solo|unicamente) (?:la pagina|est[ea] (?:pagina|documento|manual))\b",
        r"assistants? (?:must|should|shall|will|has to) [^.;:]{0,60} in (?:its|your|every|each) (?:next |final )?(?:answer|reply|response)s?\b",
        r"do not (?:answer|reply|respond) (?:from|with|using) (?:this|the) (?:manual|document|page|passage|text)\b",
        r"no (?:respondas?|contestes?) (?:con|a partir de|segun|desde) (?:este|el) (?:manual|documento|texto|pasaje)\b",
    ),
    "secret": _all(
        r"(?:do not|don't|never) (?:mention|reveal|disclose|repeat|quote|cite|acknowledge|talk about|admit|show|say) "
        r"(?:that you (?:read|saw|received|were)|(?:of |about )?(?:this|these|the above) (?:instructions?|note|message|prompt|order|request))",
        r"(?:do not|don't|never|without) (?:tell(?:ing)?|inform(?:ing)?|warn(?:ing)?|alert(?:ing)?|notify(?:ing)?|let(?:ting)?) "
        r"(?:the |any )?(?:user|person who asks|reader)s? (?:about (?:this|these)|that you|know|of this|anything)",
        r"(?:reveal|repeat|disclose|leak|print out|output|display|show|give|recite|copy|reads? out|reads? aloud) (?:me |us |them |the user )?"
        r"(?:all of |the full |verbatim )*your (?:system |initial |hidden |original |secret |full )*(?:prompt|instructions|system message|rules)",
        r"(?:reveal|repeat|disclose|leak|recite) (?:all of |the full |verbatim )*the (?:system|initial|hidden|secret) (?:prompt|instructions|message)",
        r"no (?:menciones|mencione|reveles|revele|repitas|cites|muestres|digas|admitas) (?:que has (?:leido|visto|recibido)|"
        r"(?:nada (?:de|sobre) )?(?:est[aeo]s?|la presente) (?:instruccion(?:es)?|nota|mensaje|aviso|orden(?:es)?|peticion))",
        r"(?:sin (?:decir|avisar|informar|advertir)(?:selo)?|no (?:avises|informes|adviertas|se lo digas|digas nada)) (?:de esto )?al (?:usuario|lector)",
        r"(?:revela|repite|muestra|copia|filtra|imprime|recita|ensena|escribe) (?:todo |integr\w+ |literalmente )?(?:tu|tus|su|sus|el) "
        r"(?:prompt|instrucciones(?: (?:internas|ocultas|del sistema|iniciales))|mensaje de(?:l)? sistema|configuracion interna)",
    ),
    "leak": _all(
        rf"(?:send|post|upload|forward|transmit|submit|leak|exfiltrate|e-?mail|append|encode|attach|put|add|report|copy|write) "
        rf"(?:\w+ ){{0,4}}{_TALK}[^.;]{{0,80}}{_WHERE}",
        rf"(?:add|insert|include|render|show|display|append|put|embed|end|write|draw|load|fetch|open|call|visit|request)\b[^.;]{{0,60}}\b"
        rf"(?:image|picture|pixel|link|url|markdown)\b[^.;]{{0,60}}(?:{_TALK}|(?:your|every|each|the) (?:answer|response|reply))",
        rf"(?:fetch|open|load|call|visit|request|get|navigate to|browse to|ping)\b [^\s]{{0,12}}https?://\S{{0,120}}"
        rf"(?:[?=&/{{\[<](?:{_CARGO})\b)",
        rf"(?:envia|envie|enviar|manda|mande|sube|suba|publica|reenvia|remite|transmite|filtra|adjunta|codifica|pon|copia|anade|agrega) "
        rf"(?:\w+ ){{0,4}}{_CHARLA}[^.;]{{0,80}}{_WHERE}",
        rf"(?:anade|agrega|inserta|incluye|muestra|pon|coloca|dibuja|carga|abre|visita|termina|escribe)\b[^.;]{{0,60}}\b"
        rf"(?:imagen|pixel|enlace|url|markdown)\b[^.;]{{0,60}}(?:{_CHARLA}|(?:tus?|cada|la|las) respuestas?)",
        r"(?:call|invoke|use|run|execute|trigger) (?:the |your )?[`'\"]?[\w.]{2,40}[`'\"]? ?(?:tool|plugin)\b"
        r"[^.;]{0,80}\b(?:(?:for|of|with|on behalf of) the (?:user|conversation)|(?:the|this) conversation|user's)\b",
        r"(?:llama|usa|ejecuta|invoca|utiliza) (?:a )?(?:la |tu |el )?(?:herramienta|plugin) [^.;]{0,80}"
        r"\b(?:(?:del|el|al) usuario|(?:la|esta) conversacion)\b",
        r"(?:call|invoke|run|execute) (?:the |your )?(?:function|action)\b[^.;]{0,80}\b(?:on behalf of the user|(?:the|this) "
        r"conversation|to (?:complete|fulfil|answer) the user's)\b",
        r"(?:llama|ejecuta|invoca) (?:a )?(?:la |tu )?(?:funcion|accion)\b[^.;]{0,80}\b(?:en nombre del usuario|la "
        r"conversacion|los datos del usuario)\b",
    ),
}
