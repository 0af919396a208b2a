"""A document in parts → one summary written by a model, in as many steps as its window needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.errors import WindowError
from ingest.sentences import sentences
from ingest.types import Language
from rag.budget import effective_context
from rag.cite import folded
from rag.llm import LLM
from rag.marks import attributed, marks, renumbered
from rag.outline import Part
from rag.prompt import render_summary_part, render_summary_reduce
from rag.showing import whole_sentences
from rag.summaries.prose import is_prose
from rag.types import Message, Passage

PART_ANSWER, WHOLE_ANSWER = 256, 512
"""Tokens that a summary of a part, and of several, may take; in a small window less."""

Keep = Callable[[int, int, str], None]
"""(level, ordinal, text): called with each summary as soon as it is made."""


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `total` summaries are there; the next one is of `what`, "" without a heading or for several."""

    done: int
    total: int
    what: str


class MapReduce:
    """Summaries of one document's parts, put together group by group until one is left.

    Marks in what it keeps and returns are the numbers of `passages`, from 1 over the whole document.
    """

    def __init__(self, llm: LLM, language: Language) -> None:
        self._llm, self._language = llm, language
        self._part_answer = min(PART_ANSWER, llm.window // 6)
        self._whole_answer = min(WHOLE_ANSWER, llm.window // 4)

    def limit(self, headings: Iterable[str]) -> int:
        """Tokens of text that one prompt has room for; WindowError when that is too little to work with."""
        asked = (render_summary_part((), self._language), render_summary_reduce((), self._language))
        fixed = max(self._llm.count_prompt(messages) for messages in asked)
        room = min(self._llm.window - fixed - self._whole_answer, effective_context(self._llm.parameters, 1 << 30))
        longest = max((self._llm.count(heading) for heading in headings), default=0)
        least = 2 * max(self._part_answer + longest, self._whole_answer)
        if room < least:
            raise WindowError(
                f"A summary needs room for {least:,} tokens of text at a time and the window of {self._llm.window:,} "
                f"leaves {max(0, room):,}. Use a model with a larger window."
            )
        return room

    def run(
        self,
        parts: Sequence[Part],
        passages: Sequence[Sequence[Passage]],
        have: Mapping[tuple[int, int], str],
        keep: Keep,
        cancel: threading.Event,
    ) -> Generator[Step, None, str | None]:
        """The summary, "" when there is nothing to sum up, None when cancelled. `passages` are those of each part.

        What is in `have`, by level and ordinal, is not made again.
        """
        total = len(parts) + (len(parts) > 1)
        items: list[str] = []
        first = 1
        for part, shown in zip(parts, passages, strict=True):
            text = have.get((0, part.ordinal))
            if text is None:
                yield Step(len(items), total, " › ".join(part.path))
                text = self._part(shown, first, cancel)
                if text is None:
                    return None
                keep(0, part.ordinal, text)
            items.append(text)
            first += len(shown)
        return (yield from self._reduced(items, have, keep, cancel))

    def _reduced(
        self, items: list[str], have: Mapping[tuple[int, int], str], keep: Keep, cancel: threading.Event
    ) -> Generator[Step, None, str | None]:
        done, level = len(items), 1
        while len(items) > 1:
            groups = self._groups(items)
            together: list[str] = []
            for n, group in enumerate(groups):
                text = group[0] if len(group) == 1 else have.get((level, n))
                if text is None:
                    yield Step(done + n, done + len(groups), "")
                    text = self._together(group, cancel)
                    if text is None:
                        return None
                    keep(level, n, text)
                together.append(text)
            done, items, level = done + len(groups), together, level + 1
        return items[0] if items else ""

    def _part(self, shown: Sequence[Passage], first: int, cancel: threading.Event) -> str | None:
        text = self._written(render_summary_part(shown, self._language), self._part_answer, cancel)
        if text is None:
            return None
        sources = {n: passage.text for n, passage in enumerate(shown, 1)}
        marked = attributed(text, sources)
        if not marks(marked):
            marked = attributed(_opening(shown), sources)
        return renumbered(marked, {n: first + n - 1 for n in sources})

    def _together(self, group: Sequence[str], cancel: threading.Event) -> str | None:
        """One summary of several. In the prompt their marks are numbered from 1: large numbers get lost.

        What the model writes without a sentence that they prove is replaced by their first sentences.
        """
        numbers = {number: n for n, number in enumerate(marks("\n".join(group)), 1)}
        shown = [renumbered(text, numbers) for text in group]
        text = self._written(render_summary_reduce(shown, self._language), self._whole_answer, cancel)
        if text is None:
            return None
        sources: dict[int, str] = {}
        for summary in shown:
            for a, b in sentences(summary):
                for number in marks(summary[a:b]):
                    sources[number] = f"{sources.get(number, '')} {summary[a:b]}"
        back = {n: number for number, n in numbers.items()}
        marked = attributed(text, sources)
        return renumbered(marked if marks(marked) else self._firsts(shown), back)

    def _firsts(self, summaries: Sequence[str]) -> str:
        """The first sentence of each, as many as an answer may be long."""
        kept: list[str] = []
        room = self._whole_answer
        for summary in summaries:
            sentence = next((summary[a:b] for a, b in sentences(summary)), "")
            room -= self._llm.count(sentence) + 1
            if kept and room < 0:
                break
            kept.append(sentence)
        return "\n".join(kept)

    def _groups(self, items: Sequence[str]) -> list[list[str]]:
        """Neighbours that fit one prompt together; WindowError when no two do."""
        limit = self.limit(())
        groups: list[list[str]] = []
        spent = 0
        for item in items:
            tokens = self._llm.count(item) + 2
            if not groups or spent + tokens > limit:
                groups.append([])
                spent = 0
            groups[-1].append(item)
            spent += tokens
        if len(groups) == len(items):
            raise WindowError(
                f"Two summaries of parts do not fit the {limit:,} tokens that the window of {self._llm.window:,} "
                "leaves. Use a model with a larger window."
            )
        return groups

    def _written(self, messages: Sequence[Message], most: int, cancel: threading.Event) -> str | None:
        generation = self._llm.stream(messages, most, cancel=cancel)
        text = "".join(generation).strip()
        stop = generation.usage.stop
        if stop == "cancel" or cancel.is_set():
            return None
        return whole_sentences(text) if stop == "length" else text


def _opening(shown: Sequence[Passage]) -> str:
    """The first sentence of a part, for a model that says nothing that the part proves: no part is passed over."""
    every = [passage.text[a:b] for passage in shown for a, b in sentences(passage.text)]
    return folded(next((text for text in every if is_prose(text)), every[0] if every else ""))
