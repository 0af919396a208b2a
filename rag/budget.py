"""Window → room, seconds and bytes: what is spoken for and what that leaves. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.types import Estimate, Message, PrefixState, QuestionKind, Style, Tokens, WindowLimit

SMALL_MODEL = 1_000_000_000
"""Below this many parameters a model is not trusted to write: Tomo quotes."""

TYPICAL_ANSWER = 120
"""Tokens of an answer that is written, for estimates."""

# Tokens of documents after which answers get worse, by parameters and by kind of question. RULER (Hsieh et al., 2024)
# finds 32k for 8B and 64k for 70B where the words of the question are found in the text; NoLiMa (Modarressi et al.,
# 2025) about 1k and 2k where they are not; LaRA (Li et al., 2025) has whole documents always win for comparisons, and
# lose to searching from 32k on for a 3B model. No figures below 3B: start low.
_SIZES = (SMALL_MODEL, 4_000_000_000, 16_000_000_000)
_EFFECTIVE: dict[QuestionKind, tuple[int, int, int, int]] = {
    "lookup": (2_000, 4_000, 8_000, 16_000),
    "procedure": (2_000, 4_000, 8_000, 16_000),
    "identifier": (3_000, 8_000, 32_000, 64_000),
    "comparison": (4_000, 16_000, 32_000, 64_000),
    "list": (4_000, 16_000, 32_000, 64_000),
    "summary": (4_000, 16_000, 32_000, 64_000),
}


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens in the window: `fixed` is the prompt without documents and history, `reserve` is for the answer.

    `pinned` are of pages that somebody asked for, which are read whatever else is.
    """

    window: int
    fixed: int
    history: int
    reserve: int
    pinned: int = 0

    @property
    def documents(self) -> int:
        """What is left for documents beside the pinned pages, never negative."""
        return max(0, self.window - self.fixed - self.history - self.reserve - self.pinned)


@dataclass(frozen=True, slots=True)
class Prefix:
    """What of a prompt's beginning need not be computed again: its state, its tokens, the seconds to get it back."""

    state: PrefixState = "none"
    tokens: int = 0
    seconds: float = 0.0


def _nothing(*_: object) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What reading costs on this machine, in seconds and bytes; nothing, until it is known.

    `prefill(new, past)`: seconds for `new` tokens after `past`; `decode(tokens, past)`; `quoting(characters)`: seconds
    to choose quotes from so many characters; `kv_bytes(tokens)`; `prefix(documents, part)`: what is kept of a
    prompt that begins with these documents (ids), whole or a part of them as in `Keep`.
    """

    prefill: Callable[[int, int], float] = _nothing
    decode: Callable[[int, int], float] = _nothing
    quoting: Callable[[int], float] = _nothing
    kv_bytes: Callable[[int], int] = lambda tokens: 0
    prefix: Callable[[tuple[str, ...], str], Prefix] = lambda documents, part: Prefix()


@dataclass(frozen=True, slots=True)
class Reader:
    """The answering model as the planner sees it: sizes, two ways to count, and what reading costs."""

    window: int
    parameters: int
    answer_tokens: int
    count: Callable[[str], int]
    count_prompt: Callable[[Sequence[Message]], int]
    style: Style = "write"
    limit: WindowLimit = "default"
    costs: Costs = field(default_factory=Costs)


def reserve_for(window: int, wanted: int) -> int:
    """Tokens kept free for the answer: what is wanted, at most a quarter of the window."""
    return min(wanted, window // 4)


def effective_context(parameters: int, window: int, kind: QuestionKind = "lookup") -> int:
    """Tokens of documents that a model of this size makes good use of for this kind of question."""
    size = sum(parameters >= limit for limit in _SIZES)
    return min(_EFFECTIVE[kind][size], window)


def affordable(reader: Reader, room: Room, seconds: float, most: int) -> int:
    """Tokens of documents, `most` or fewer, after which the first word is expected within these seconds."""
    if reader.style == "quote":  # which computes no prompt
        return most
    beside = room.fixed + room.history + room.pinned
    least, too_many = 0, most + 1
    while too_many - least > 1:
        middle = (least + too_many) // 2
        if reader.costs.prefill(beside + middle, 0) <= seconds:
            least = middle
        else:
            too_many = middle
    return least


def estimate(
    reader: Reader, prompt: int, characters: int, documents: tuple[str, ...], reserve: int, part: str = ""
) -> Estimate:
    """What an answer is expected to take that reads `prompt` tokens, the first of them these documents or a part.

    Quotes are chosen from `characters` of text by the embedder and by short scores: no prompt is computed.
    """
    costs = reader.costs
    if reader.style == "quote":
        seconds = costs.quoting(characters)
        return Estimate(seconds, seconds, 0, "none", seconds)
    prefix = costs.prefix(documents, part) if documents else Prefix()
    kept = min(prefix.tokens, max(0, prompt - 1))
    first = prefix.seconds + costs.prefill(prompt - kept, kept)
    answer = costs.decode(min(reserve, TYPICAL_ANSWER), prompt)
    return Estimate(first, first + answer, costs.kv_bytes(prompt + reserve), prefix.state, costs.prefill(prompt, 0))


def tokens_by_part(room: Room, used: int, question: int) -> Tokens:
    """The parts of a rendered prompt of `used` tokens, `question` of them the question's own words."""
    return Tokens(
        system=room.fixed - question,
        document=used - room.fixed - room.history,
        history=room.history,
        question=question,
        reserve=room.reserve,
        window=room.window,
    )
