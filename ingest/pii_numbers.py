"""Text → where it holds e-mail addresses, phone numbers, payment cards, bank accounts and identity numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is to be replaced by `mark`."""

    start: int
    end: int
    mark: str


EMAIL, PHONE, CARD, ACCOUNT, IDENTITY = "[email]", "[phone]", "[card]", "[account]", "[id]"

# The look-behind makes a long run of letters cost one look a character, whatever follows it.
_EMAIL = re.compile(
    r"(?<![\w.+%'/-])[\w+%][\w.+%'-]{0,63}@(?:[\w-]{1,63}\.){1,6}([A-Za-z]{2,24})(?![A-Za-z]|\.[A-Za-z])(:?)"
)
# icon@2x.png, Main@1f.class and git@host:path are files, objects and repositories.
_NO_DOMAINS = frozenset(
    "png jpg jpeg gif webp svg ico css js json xml html htm txt log zip gz exe dll class jar".split()
)
_SERVICES = frozenset({"git", "hg", "svn"})

_NUMBER = re.compile(
    r"""(?<![\w.,:/#=@~^$%&\\-])(?:
    (?P<abroad>(?:\+|00[ ]?)(?:34(?:[ .-]?\d){9}|1[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}|52(?:[ .-]?\d){10,11}
        |[2-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}))
    |(?P<card>\d{14,16}|\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}|3[47]\d\d(?P<gap2>[ -])\d{6}(?P=gap2)\d{5})
    |(?:1[ .-])?(?:\([2-9]\d\d\)[ ]?|[2-9]\d\d(?P<by>[ .-]))[2-9]\d\d(?(by)(?P=by)|[ .-])\d{4}
    |(?:[679]\d\d|8[1-9]\d)(?:(?P<by2>[ -])\d{3}(?P=by2)\d{3}|[ ]\d\d[ ]\d\d[ ]\d\d)|[89]\d[ ]\d{3}[ ]\d\d[ ]\d\d
    |0(?:20[ ]\d{4}[ ]\d{4}|1\d{2,3}[ ]\d{3}[ ]\d{3,4}|7\d{3}[ ]\d{3}[ ]?\d{3})
    )(?!\d|[A-Za-z_%]|[.,:/=-]\w)(?:,?[ ]?(?:ext\.?|extensi[oó]n|x)[ ]?\d{1,5}(?!\w))?""",
    re.VERBOSE,
)
# Any other number is a phone's only where a word says so.
_SAID = re.compile(
    r"""(?:(?<![\w./-])(?=[TPMCFWLRD])(?:tel|telf|tlf|tfno|tel[eé]fono|phone|m[oó]vil|celular|cel|mobile|cell|fax|whatsapp|ll[aá]m\w+|call|reach|ring
    |dial|marc[ao]r?)\b|☎|📞)(?:[ :.,#(]|\b(?:number|no|nº|n[uú]mero|me|us|you|him|her|at|on|is|es|al|a|el|en|de
    |contacto?|home|work|office|casa)\b){0,9}(?P<run>\+?\(?\d(?:[ .()-]{0,2}\d){6,14})
    (?!\d|[A-Za-z_%]|[.,:/=-]\w)(?:,?[ ]?(?:ext\.?|extensi[oó]n|x)[ ]?\d{1,5}(?!\w))?""",
    re.VERBOSE | re.IGNORECASE,
)
# What a person or a program writes of a phone itself: the word says nothing of a number behind these.
_NO_PHONE = re.compile(
    r"\b(?:error|c[oó]digo|code|id|serial|serie|build|port|puerto|model\w*|version|versi[oó]n|firmware|ticket|order|pedido"
    r"|factura|invoice|imei|s/n|case|caso|ref\w*|bytes?|size|pid)\b[^\n]{0,12}$",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.]|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")

_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])")
_DNI = re.compile(r"(?<![\w.,/:-])(?:([XYZ])[ -]?(\d{7})|(\d{2}[.]?\d{3}[.]?\d{3}))[ -]?([A-HJ-NP-TV-Z])(?![\w/-])")
_SOCIAL = re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w.-]?\w)")
_SOCIAL_WORD = re.compile(r"\b(?:ssn|social security)\b[^\n\d]{0,24}$", re.IGNORECASE)
_CARDS = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|6(?:011|5\d\d|4[4-9]\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
)
_CONTEXT = 48


def number_spans(text: str) -> Iterator[Span]:
    """All that is sure to be of a person, not in order; spans may overlap."""
    if "@" in text:
        yield from _emails(text)
    yield from _numbers(text)
    for match in _IBAN.finditer(text):
        if length := _account_length(match.group()):
            yield Span(match.start(), match.start() + length, ACCOUNT)
    for match in _DNI.finditer(text):
        if _is_identity(match):
            yield Span(match.start(), match.end(), IDENTITY)
    for match in _SOCIAL.finditer(text):
        if _SOCIAL_WORD.search(text, max(0, match.start() - _CONTEXT), match.start()):
            yield Span(match.start(), match.end(), IDENTITY)


def _emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        local = match.group().partition("@")[0]
        if match[1].lower() in _NO_DOMAINS or (match[2] and local in _SERVICES):
            continue
        yield Span(match.start(), match.end(1), EMAIL)


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        if mark := _number(text, match):
            yield Span(match.start(), match.end(), mark)
    for match in _SAID.finditer(text):
        run = match["run"]
        if not _DATE.search(run) and not _DOTTED.fullmatch(run):
            yield Span(match.start("run"), match.end(), PHONE)


def _number(text: str, match: re.Match[str]) -> str:
    """What a number is: a mark, or "" for what support needs."""
    if match["abroad"]:
        return PHONE if len(re.sub(r"\D", "", match["abroad"])) >= 9 else ""
    if match["card"]:
        # A register or a float in hexadecimal is mostly zeros, a card that is in use is not.
        digits = re.sub(r"\D", "", match["card"])
        return CARD if is_card(digits) and "00000000" not in match["card"] else ""
    return "" if _NO_PHONE.search(text, max(0, match.start() - _CONTEXT), match.start()) else PHONE


def is_card(digits: str) -> bool:
    """Whether digits are a payment card's: a known beginning, its length, and Luhn's check digit (ISO/IEC 7812)."""
    if not _CARDS.fullmatch(digits):
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_account(text: str) -> bool:
    """Whether a text is an IBAN: 15 to 34 characters and the check of ISO 13616."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _account_length(text: str) -> int:
    """Characters of the longest beginning that is an IBAN; 0 when none is."""
    end = len(text)
    while end > 14 and not is_account(text[:end]):
        end = text.rfind(" ", 0, end)
    return max(0, end) if end > 14 else 0


def _is_identity(match: re.Match[str]) -> bool:
    """Whether it is a Spanish DNI or NIE: the letter is the number's remainder by 23."""
    number = f"{'XYZ'.index(match[1])}{match[2]}" if match[1] else match[3].replace(".", "")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == match[4]
