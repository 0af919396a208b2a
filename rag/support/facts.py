"""Text → the facts in it that can be compared letter by letter: numbers with units, dates, identifiers, names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.lexical import fold
from ingest.types import Language
from rag.support.tables import MONTHS, NUMBER_WORDS, UNITS

_IDENTIFIER = re.compile(
    r"https?://[^\s,;)\]»]+|(?<!\w)[A-Za-z]:\\[\w\\.-]*\w|(?<![\w.])\.[a-z][a-z0-9]{1,4}\b|\S+@\S+\.\w+|\\\\[\w\\.-]+|(?<![\w.])/?(?:[\w.-]+/)+[\w.-]*\w"
    r"|(?<!\w)--?[a-z][\w-]+|\bv?\d+(?:\.\d+){2,}\b|\b[\w-]*[A-Za-z_][\w-]*\.[a-z]{2,5}\b(?=[\s,.;:)\]»]|$)"
    r"|\b(?=\w*-?\w*\d)[A-Za-z](?:[-_]?[A-Za-z0-9])*\b|\b\d+(?:-\d+)+(?:-[A-Z]+)?\b|\b\w+_\w+\b"
    r"|\b[A-ZÁÉÍÓÚÑ]{2,}\b|\b[A-Z]\.\d+\b"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?\s?[a-zA-Z]{0,2}")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?!\d))?(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?", re.IGNORECASE
)
_NUMBER = re.compile(
    r"([€$]\s?)?(?<![\w.,-])((?:(?<!\S)[-−])?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)*))"
    r"\s?(%|[°º]\s?[CFcf]?|[€$]|[^\W\d_]+)?"
)
_MAY = re.compile(r"\bMay\b(?=[ .,]|$)")
_LETTER = re.compile(r"(?<=[a-záéíóúñ] )[A-HJ-Z]\b(?!'|\.\d)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_START = re.compile(r"(?:^|[.!?:…>»\"“(]\s*|\n\s*)$")
_PARTS = [
    (re.compile(rf"\b{words}\b", re.IGNORECASE), figures)
    for words, figures in (
        ("half an hour", "30 minutes"), ("media hora", "30 minutos"), ("(?:a )?quarter of an hour", "15 minutes"),
        ("(?:un )?cuarto de hora", "15 minutos"), ("hora y media", "90 minutos"), ("hour and a half", "90 minutes"),
        ("half a year", "6 months"), ("medio año", "6 meses"), ("a fortnight", "14 days"), ("quincena", "15 dias"),
    )
]  # fmt: skip
_HOURS = (
    "dos two|tres three|cuatro four|cinco five|seis six|siete seven|ocho eight|nueve nine|diez ten|once eleven|"
    "doce twelve"
)
_HOUR = {word: hour for hour, words in enumerate(_HOURS.split("|"), 2) for word in words.split()}
_OF_DAY = re.compile(
    rf"\b(?P<hour>\d{{1,2}}|{'|'.join(_HOUR)})(?::(?P<minute>\d{{2}})|(?P<half> y media)|(?P<quarter> y cuarto))?"
    r" (?:(?:de|por) la (?:mañana|madrugada|(?P<tarde>tarde|noche))|in the (?:morning|(?P<evening>afternoon|evening))|"
    r"(?P<night>at night))\b",
    re.IGNORECASE,
)
"""A time of day in words."""
_GAP = re.compile(r"[^\s\u2010-\u2013-]")
_AND = {"es": "y", "en": "and"}
_ONE = {"un": 1, "uno": 1, "una": 1, "one": 1}
"""Parts of a number; by themselves articles and pronouns."""
_HEADS = frozenset({"i", "tomo", "note", "nota", "si", "yes", "no", "ok"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, what it may mean (1.000 is 1 or 1000), and the unit after it, empty when it has none."""

    text: str
    values: tuple[float, ...]
    unit: str
    factor: float
    start: int

    def same(self, other: Number) -> bool:
        """Whether the two are the same quantity; a number without a unit agrees with one that has any."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        one, two = (self.factor, other.factor) if self.unit and other.unit else (1.0, 1.0)
        return any(abs(a * one - b * two) <= 1e-6 * max(1.0, abs(a * one)) for a in self.values for b in other.values)

    def rivals(self, other: Number) -> bool:
        """Whether the other is a different quantity of the same kind."""
        return self.unit == other.unit and not self.same(other)


def identifiers(text: str) -> dict[str, str]:
    """Codes, options, paths, addresses, versions, capitals and lone letters: as compared → as written."""
    return {comparable(written): written for written, _ in placed(text)}


def placed(text: str) -> Iterator[tuple[str, int]]:
    """The identifiers as written, and where each begins."""
    yield from ((m.group(), m.start()) for m in _IDENTIFIER.finditer(text) if not _plain(m.group()))
    yield from ((m.group(), m.start()) for m in _LETTER.finditer(text))


def comparable(identifier: str) -> str:
    """How an identifier is compared: folded, without hyphens and the dots at its ends."""
    return re.sub(r"[-\u2010-\u2013\s]", "", fold(identifier).strip("."))


def _plain(token: str) -> bool:
    """A number, a date, a clock time or a unit glued to its number is no identifier."""
    return bool(_QUANTITY.fullmatch(token) or _ISO.fullmatch(token)) or fold(token) in UNITS


def in_figures(text: str) -> str:
    """Half an hour as 30 minutes, seven in the evening as 19:00, as long as it was."""
    text = _OF_DAY.sub(lambda m: f"{_clock(m):<{len(m.group())}}", text)
    for pattern, figures in _PARTS:
        text = pattern.sub(lambda m, figures=figures: f"{figures:<{len(m.group())}}", text)  # type: ignore[misc]
    return text


def _clock(match: re.Match[str]) -> str:
    """In figures; what is no time of day as it stands."""
    hour = _HOUR.get(match["hour"].lower()) or int(match["hour"])
    late = bool(match["tarde"] or match["evening"] or match["night"])
    if hour > 12 or (late and hour == 12):
        return match.group()
    minute = match["minute"] or ("30" if match["half"] else "15" if match["quarter"] else "00")
    return f"{hour + 12 if late else hour}:{minute}"


def numbers(text: str, language: Language) -> tuple[Number, ...]:
    """Quantities in order, those inside identifiers left out, small ones in words too."""
    text = in_figures(text)
    masked = _IDENTIFIER.sub(lambda m: m.group() if _plain(m.group()) else " " * len(m.group()), text)
    found = list(_dates(text))
    masked = _ISO.sub(lambda m: " " * len(m.group()), masked)
    for clock in _clocks(masked):
        found.append(clock)
        masked = masked[: clock.start] + " " * len(clock.text) + masked[clock.start + len(clock.text) :]
    found += list(_digits(masked))
    found += list(_spelled(masked, "es" if language == "es" else "en"))
    return tuple(sorted(found, key=lambda number: number.start))


def _dates(text: str) -> Iterator[Number]:
    for match in _ISO.finditer(text):
        for part in (1, 3):
            yield Number(match.group(part), (float(match.group(part)),), "", 1.0, match.start(part))


def _clocks(text: str) -> Iterator[Number]:
    for match in _CLOCK.finditer(text):
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 25 and minute < 60 and (half or (match["minute"] and "." not in match.group())):
            yield Number(match.group(), (hour * 60.0 + minute,), "clock", 1.0, match.start())


def _digits(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        unit, factor = UNITS.get(fold((match.group(3) or match.group(1) or "").replace(" ", "")).strip(), ("", 1.0))
        written = match.group(2)
        shown = match.group().strip() if unit else written
        yield Number(shown, _readings(written), unit, factor, match.start(2))


def _readings(written: str) -> tuple[float, ...]:
    compact = re.sub(r"\s", "", written)
    if compact[0] in "-−":
        return tuple(-value for value in _readings(compact[1:]))
    found = {float(re.sub(r"[.,]", "", compact))} if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", compact) else set()
    if found and compact.endswith("000"):
        return tuple(found)  # nobody writes a whole number with three zeros behind a point
    if compact.count(".") + compact.count(",") <= 1:
        found.add(float(compact.replace(",", ".")))
    elif not found:  # 1.234,50 or 1,234.50
        whole, _, rest = compact.rpartition("," if compact.rfind(",") > compact.rfind(".") else ".")
        found.add(float(re.sub(r"[.,]", "", whole) + "." + rest))
    return tuple(sorted(found))


def _spelled(text: str, language: str) -> Iterator[Number]:
    """Numbers in words; words in a row are one number: `treinta y cinco`, `two hundred and fifty`, `ten thousand`."""
    table = NUMBER_WORDS[language]
    tokens = [(fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(tokens):
        first, value = at, _grown((0, 0), table.get(tokens[at][0], -1))
        at += 1
        if value is None:
            continue
        while following := _next_part(text, tokens, at, value, language):
            value, at = following
        after = tokens[at][0] if at < len(tokens) else ""
        unit, factor = UNITS.get(after, ("", 1.0)) if len(after) > 1 else ("", 1.0)
        yield Number(text[tokens[first][1] : tokens[at - 1][2]], (float(sum(value)),), unit, factor, tokens[first][1])


_Value = tuple[int, int]
"""What a number in words has come to: its thousands, as units, and what is below them."""


def _next_part(
    text: str, tokens: list[tuple[str, int, int]], at: int, value: _Value, language: str
) -> tuple[_Value, int] | None:
    """What the number comes to with the next word, or with `y` or `and` and the one after, and where to go on."""
    joined = at < len(tokens) and tokens[at][0] == _AND[language]
    last = at + joined
    if last >= len(tokens) or any(_GAP.search(text[tokens[i - 1][2] : tokens[i][1]]) for i in {at, last}):
        return None
    part = NUMBER_WORDS[language].get(tokens[last][0], _ONE.get(tokens[last][0], -1))
    tens = value[1] % 100 >= 30 and part < 10
    hundreds = value[1] % 100 == 0 and part < 100
    grown = _grown(value, part) if not joined or (tens if language == "es" else hundreds) else None
    return None if grown is None else (grown, last + 1)


def _grown(value: _Value, part: int) -> _Value | None:
    """The number with one more word; None where the word does not go on with it."""
    thousands, rest = value
    if part < 0:
        return None
    if value == (0, 0):
        return (1000, 0) if part == 1000 else (0, part)
    if part == 1000:
        return (rest * 1000, 0) if rest and not thousands else None
    if part == 100 and 0 < rest < 10:
        return thousands, rest * 100
    if part >= 100:
        return (thousands, part) if not rest else None
    hundreds = rest % 100 == 0 and (rest or thousands)
    tens = part < 10 and rest % 10 == 0 and rest % 100 >= 20
    return (thousands, rest + part) if part and (hundreds or tens) else None


def months(text: str) -> set[int]:
    """The months that dates in the text name, 1 to 12."""
    found = {MONTHS[word] for word in (fold(m.group()) for m in _WORD.finditer(text)) if word in MONTHS}
    found |= {int(m.group(2)) for m in _ISO.finditer(text)}
    return found | ({5} if _MAY.search(text) else set())


def names(text: str) -> list[str]:
    """Words with a capital that do not begin a sentence: people, products, places."""
    return [
        m.group()
        for m in _WORD.finditer(text)
        if m.group()[0].isupper() and len(m.group()) > 2 and not m.group().isupper()
        and not _START.search(text[: m.start()]) and fold(m.group()) not in MONTHS | dict.fromkeys(_HEADS, 0)
    ]  # fmt: skip
