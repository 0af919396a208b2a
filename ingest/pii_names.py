"""Text → where it names people: by what stands around a name, and by lists of common names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.lexical import STOPWORDS, fold
from ingest.name_lists import GIVEN, GIVEN_OR_WORD, SURNAMES, SURNAMES_OR_WORDS


@lru_cache(maxsize=1 << 16)
def plain(word: str) -> str:
    """A word as names are compared."""
    return fold(word)


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end] == name` is a person's name, or a handle."""

    start: int
    end: int
    name: str


_CAP = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ’]+(?:[A-Z][a-z]+)?(?:[-'][A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)?|[ODL]['’][A-ZÀ-Þ][a-zß-ÿ]+"
_PARTICLE = r"(?:de|del|la|las|los|van|von|der|da|dos|di|y|i)"
_NAME = rf"(?:[A-ZÀ-Þ]\.ª?[ ])?(?:{_CAP})(?:[ ](?:{_PARTICLE}[ ]){{0,2}}(?:{_CAP}|[A-ZÀ-Þ]\.)){{0,3}}"
_END = r"(?=[ \t]*(?:[,:.!;()\n–—-]|$))"

_GREETING = re.compile(
    rf"(?:^[ \t>*]*|[.!?,][ ])(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|buen[oa]s"
    rf"(?: d[ií]as| tardes| noches)?|estimad[oa]s?|apreciad[oa]s?|querid[oa]s?|(?:many )?thanks(?: again)?"
    r"|thank you(?: very much| so much)?|(?:muchas |mil )?gracias)(?P<sure>[ ])?(?(sure)|,[ ])"
    rf"(?P<name>{_NAME}|[a-zà-ÿ]{{3,14}}){_END}",
    re.MULTILINE,
)
_TITLE = re.compile(
    r"(?<![\w.])(?:M(?:r|rs|s)\.?|Dr\.?|Dra\.?|Srt?a\.?|Sr\.?|Señora?|D\.ª?|Dñ?a\.|Don|Doña|Ing\.|Lic\.|Prof\.)[ ]"
    rf"(?P<sure>)(?P<name>{_NAME})"
)
_CLOSING = (
    r"(?:(?:best|kind|warm|many)[ ])?regards|best(?: wishes)?|cheers|sincerely|yours(?: sincerely| faithfully)?"
    r"|thanks(?: again| in advance| and regards)?|thank you|thx|br|rgds|(?:un |muchos )?saludos?(?: cordial(?:es)?)?"
    r"|atentamente|atte|cordialmente|(?:muchas )?gracias(?: de antemano| por adelantado)?|un abrazo|quedo a la espera"
)
_SIGNATURE = re.compile(
    rf"^[ \t>]*(?i:{_CLOSING})[,.!]*(?:[ \t]+|(?P<sure>[ \t]*\n[ \t>]*(?:\n[ \t>]*)?))(?:--?|[–—])?[ ]?"
    rf"(?P<name>{_NAME}|[a-zà-ÿ]{{3,14}})[ \t]*[,.]?[ \t]*(?=\n|$)",
    re.MULTILINE,
)
_LABEL = re.compile(
    r"^[ \t>*-]*(?:(?P<sure>(?i:full name|nombre completo|nombre y apellidos|requester|solicitante|reporter"
    r"|reported by|assignee|assigned to|asignado a|submitted by|created by|creado por|contact name|contact person|attn"
    r"|persona de contacto|a la atenci[oó]n de))|(?i:name|nombre|from|de|to|para|cc|user|usuario|customer(?: name)?"
    r"|cliente|contact|contacto|agent|agente|owner|responsable|t[eé]cnico|author|autor))[ \t]*"
    r":[ \t]*"
    rf"(?P<name>{_NAME})(?=[ \t]*(?:$|[·|,;<(\[]))",
    re.MULTILINE,
)
_INTRODUCTION = re.compile(
    r"\b(?:(?P<sure>(?i:my name is|me llamo|mi nombre es))|(?i:this is|i am|i['’]m|soy|les? (?:habla|escribe)))[ ]"
    rf"(?P<name>{_NAME})"
)
_MENTION = re.compile(r"(?<![\w@/.:])@(?P<name>[A-Za-z][\w-]{1,30}(?:\.[\w-]{1,30})?)(?![\w/(@])")
_MARKED_MENTION = re.compile(r"\[~(?P<name>[\w.@-]{2,60})\]")
_WROTE = re.compile(r"[ ](?:wrote|escribió|said|dijo)[ ]?:")
_BEFORE = re.compile(rf"(?P<name>{_NAME})\"?[ ]?(?:[<(\[][^<>\n]{{0,80}})?[>)]?$")
_BEFORE_MAIL = re.compile(rf"(?:(?P<last>{_CAP}),[ ](?P<first>{_CAP})|(?P<name>{_NAME}))\"?[ ]?[<(\[](?:mailto:)?$")
_SEQUENCE = re.compile(
    rf"(?<![\w/\\@.~=#$-])(?P<name>(?:{_CAP}|[A-ZÀ-Þ]{{3,}})(?:[ ](?:{_PARTICLE}[ ]){{0,2}}"
    rf"(?:{_CAP}|[A-ZÀ-Þ]{{3,}}|[A-Z]\.)){{0,5}})(?![\w/\\@=]|\.\w|-\w)"
)
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_LOWER = re.compile(r"(?<![\w/.@\\-])[a-zß-öø-ÿ]{3,}(?![\w@])")

_PARTICLES = frozenset("de del la las los van von der da dos di y i e".split())
_PLACES = frozenset(
    "san santa santo saint st puerto villa calle avenida plaza port fort lake mount new los las el".split()
)
NO_NAMES = frozenset(
    """team all everyone everybody there folks guys support sir sirs madam yes sorry first wishes customer client user
    admin administrator system root guest test tester agent helpdesk desk service services world you friend friends
    colleagues again help nobody someone unknown anonymous none null equipo todos todas soporte senor senora senores
    companeros companeras cliente usuario administrador sistema amigos servicio invitado prueba nadie error warning
    info debug server client login account password router printer phone email mail page web app application android
    apple google microsoft windows linux mac ios java python ruby jenkins oracle ubuntu debian firefox chrome safari
    studio titanium problem comment resolution status priority product version created resolved requester tags
    environment problema comentario resolucion estado prioridad producto creado resuelto solicitante etiquetas
    entorno january february march april may june july august september october november december enero febrero
    marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre monday tuesday wednesday thursday
    friday saturday sunday lunes martes miercoles jueves viernes sabado domingo english spanish madrid barcelona
    london mexico steps actual expected result results description note notes please regards thanks thank hello hola
    gracias saludos when what how why where the this that not new open closed attached see sent from
    """.split()
)  # fmt: skip
_ANNOTATIONS = frozenset("param return returns see since author throws deprecated override test".split())


class Listener:
    """Hears names in the texts of one document. Words that the `whole` also writes in lower case are no names alone."""

    def __init__(self, whole: str) -> None:
        written = set(_LOWER.findall(whole))
        self._lower = {plain(word) for word in written}
        given = sorted(word for word in written if plain(word) in GIVEN)
        listed = rf"(?<![\w/\\@.-])(?:{'|'.join(given)})[ ]([^\W\d_]+)(?![\w/@.])"
        self._lower_names = re.compile(listed) if given else None

    def is_ordinary(self, word: str) -> bool:
        """Whether a word that begins with a capital may well be no name where it stands alone."""
        folded = plain(word)
        if folded in NO_NAMES or folded in STOPWORDS["en"] or folded in STOPWORDS["es"] or len(folded) < 3:
            return True
        return folded in self._lower and folded not in GIVEN and folded not in SURNAMES

    def names(self, text: str) -> Iterator[Found]:
        """All names found, not in order; they may overlap."""
        for pattern in (_GREETING, _TITLE, _SIGNATURE, _LABEL, _INTRODUCTION):
            for match in pattern.finditer(text):
                if found := self._judged(match.start("name"), match["name"], match["sure"] is not None):
                    yield found
        yield from self._mentions(text)
        yield from self._before_words(text)
        yield from self._listed(text)
        for match in self._lower_names.finditer(text) if self._lower_names else ():
            if plain(match[1]) in GIVEN or plain(match[1]) in SURNAMES:
                yield Found(match.start(), match.end(), match.group())

    def _judged(self, start: int, name: str, sure: bool) -> Found | None:
        """The name if it may be one; unless what stands around it is `sure`, a word of it has to be a listed name."""
        words = [word for word in _WORDS.findall(name) if word not in _PARTICLES]
        while words and len(words) > 1 and self._is_no_part(words[-1]):
            name = name[: name.rfind(words.pop())].rstrip(" .")
        if not words or any(plain(word) in NO_NAMES for word in words):
            return None
        listed = any(plain(word) in GIVEN or plain(word) in SURNAMES or plain(word) in GIVEN_OR_WORD for word in words)
        if words[0][0].islower() and plain(words[0]) not in GIVEN:
            return None
        if not listed and (not sure or all(self.is_ordinary(word) for word in words)):
            return None
        return Found(start, start + len(name), name)

    def _is_no_part(self, word: str) -> bool:
        folded = plain(word)
        return self.is_ordinary(word) and folded not in SURNAMES_OR_WORDS and folded not in GIVEN_OR_WORD

    def _mentions(self, text: str) -> Iterator[Found]:
        for match in _MARKED_MENTION.finditer(text):
            yield Found(match.start("name"), match.end("name"), match["name"])
        if "@" not in text:
            return
        for match in _MENTION.finditer(text):
            parts = [plain(part) for part in re.findall(r"[A-Z]?[a-z]+", match["name"])]
            if any(part in GIVEN and len(part) > 2 for part in parts) and parts[0] not in _ANNOTATIONS:
                yield Found(match.start("name"), match.end("name"), match["name"])

    def _before_words(self, text: str) -> Iterator[Found]:
        for match in _WROTE.finditer(text):
            start = max(0, match.start() - 120)
            before = _BEFORE.search(text[start : match.start()])
            found = before and self._judged(start + before.start("name"), before["name"], sure=False)
            if found:
                yield found

    def before_mail(self, text: str, position: int) -> Found | None:
        """The name in `John Smith <` or `Smith, John <` that ends where an address begins."""
        start = max(0, position - 80)
        match = _BEFORE_MAIL.search(text[start:position])
        if match is None:
            return None
        if match["last"]:
            begin, end = start + match.start("last"), start + match.end("first")
            return Found(begin, end, text[begin:end])
        return self._judged(start + match.start("name"), match["name"], sure=True)

    def _listed(self, text: str) -> Iterator[Found]:
        for match in _SEQUENCE.finditer(text):
            words = [(m.group(), match.start() + m.start()) for m in _WORDS.finditer(match.group())]
            position = 0
            while position < len(words):
                count = self._length(words, position)
                if count:
                    last, start = words[position + count - 1], words[position][1]
                    end = last[1] + len(last[0].removesuffix("'s").removesuffix("’s"))
                    yield Found(start, end, text[start:end])
                position += max(1, count)

    def _with_surname(self, words: list[tuple[str, int]]) -> int:
        """2 or more for a given name that is on no list and the surnames after it; 0 for anything else."""
        first = words[0][0]
        if self.is_ordinary(first) or first.isupper() or plain(first) in _PLACES or plain(first) in SURNAMES_OR_WORDS:
            return 0
        count = 1
        while count < len(words) and plain(words[count][0]) in SURNAMES and not words[count][0].isupper():
            count += 1
        return count if count > 1 else 0

    def _length(self, words: list[tuple[str, int]], first: int) -> int:
        """How many words from the `first` on are a person's name; 0 for none."""
        word = words[first][0]
        given = plain(word.removesuffix("'s").removesuffix("’s"))
        if first and plain(words[first - 1][0]) in _PLACES:
            return 0
        if given not in GIVEN and given not in GIVEN_OR_WORD:
            return self._with_surname(words[first:])
        count, names, known = 1, 1, False
        for follower, _ in words[first + 1 : first + 6]:
            folded = plain(follower.removesuffix("'s").removesuffix("’s"))
            listed = folded in SURNAMES or folded in GIVEN or folded in SURNAMES_OR_WORDS or folded in GIVEN_OR_WORD
            initial = len(follower) == 1
            if follower in _PARTICLES or (listed and folded not in NO_NAMES) or initial:
                known |= listed and (folded in SURNAMES or folded in GIVEN)
            elif names > 1 or given not in GIVEN or word.isupper() or self.is_ordinary(follower) or follower.isupper():
                break
            names += follower not in _PARTICLES and not initial
            count += 1
        while count > 1 and words[first + count - 1][0] in _PARTICLES:
            count -= 1
        if word.isupper() or given in GIVEN_OR_WORD:
            return count if count > 1 and known else 0
        return count
