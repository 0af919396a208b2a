"""What OCR makes of a page of Spanish or English → the signs that stand there."""

from __future__ import annotations

import re

_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_LOOKALIKES = str.maketrans(
    dict(zip("二三十一口丨′″。、〈〉", "=≡+—□|'\".,<>", strict=True))
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
)
_ENDINGS = (
    "bat|cfg|conf|csv|dll|docx?|exe|gz|html?|ini|jar|jpe?g|js|json|log|md|pdf|php|png|ps1|py|sh|sql|tar|txt|xlsx?|"
    "xml|ya?ml|zip"
)
_FILE_NAME = re.compile(rf"(?<=\w)(?: \. ?|\. )(?=(?:{_ENDINGS})\b)")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\xad\u2010]\n(?=[^\W\d_A-Z])")
_MARK = "\x02"
"""How pdfium marks a hyphen at a line's end; see `hyphens.join_hyphens`."""


def as_written(text: str) -> str:
    """The text with what OCR typically mistakes put right, and words broken at a line's end marked.

    On a page of mostly Latin letters, Chinese signs are the Latin ones they look like, or nothing. A capital I that
    ends "EI" before a small letter is an l; `main. py` is a file's name.
    """
    letters = sum(map(str.isalpha, text))
    if 0 < 2 * len(_ASIAN.findall(text)) < letters:
        text = _ASIAN.sub("", text.translate(_LOOKALIKES))
    text = re.sub(r"\bEI(?= [a-zà-ÿ])", "El", text)
    return _BROKEN_WORD.sub(_MARK, _FILE_NAME.sub(".", text)).strip()
