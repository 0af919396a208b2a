"""Messages → the text of a prompt, in pieces that know whether they may hold control tokens.

The model's own Jinja template is rendered with a private sign in the place of every message; the template's words may
become control tokens, a message's words never do, whatever a manual says about <|im_end|>.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.errors import ModelError
from rag.types import Message

SIGN = re.compile("\ue000(\\d+)\ue001")
MAX_TEMPLATE = 1 << 20
FALLBACK_STOPS = ("\n\nUser:",)
"""Where a base model, which has no end-of-turn token, has to be stopped."""

Render = Callable[[Sequence[Message]], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a prompt. `foreign`: a message's own text and the white space around it, to be read as text only.

    `message` is that message's index, -1 for the template's own words.
    """

    text: str
    foreign: bool
    message: int = -1


class Template:
    """How one model wants to be talked to. Without a template of its own (a base model), as a plain dialogue:

    System: …⏎⏎User: …⏎⏎Assistant: (and `stops` ends an answer that goes on as the user)
    """

    def __init__(self, source: str | None, bos: str = "", eos: str = "") -> None:
        """ModelError when `source` is no template."""
        self._render: Render = _dialogue if source is None else _jinja(source, bos, eos)
        self.stops: tuple[str, ...] = FALLBACK_STOPS if source is None else ()

    def pieces(self, messages: Sequence[Message]) -> list[Piece]:
        """The prompt up to where the assistant speaks. ModelError when the template refuses or loses a message."""
        rendered = SIGN.split(self._render(messages))
        places = [int(index) for index in rendered[1::2]]
        if sorted(set(places)) != list(range(len(messages))):
            raise ModelError("The model's chat template leaves out a message. Use a model with another template.")
        texts = [messages[int(part)].text if i % 2 else part for i, part in enumerate(rendered)]
        for i in range(1, len(texts), 2):
            # White space belongs to the words beside it: a model has learned to read "User: Hello" as two words.
            before, after = texts[i - 1].rstrip(), texts[i + 1].lstrip()
            opening, closing = texts[i - 1][len(before) :], texts[i + 1][: len(texts[i + 1]) - len(after)]
            texts[i - 1 : i + 2] = before, opening + texts[i] + closing, after
        owners = [int(part) if i % 2 else -1 for i, part in enumerate(rendered)]
        return [Piece(text, bool(i % 2), owners[i]) for i, text in enumerate(texts) if text]


def _sign(index: int) -> str:
    return f"\ue000{index}\ue001"


def _dialogue(messages: Sequence[Message]) -> str:
    turns = [f"{message.role.capitalize()}: {_sign(i)}" for i, message in enumerate(messages)]
    return "\n\n".join([*turns, "Assistant:"])


def _jinja(source: str, bos: str, eos: str) -> Render:
    """Compile a template as Hugging Face's libraries do, in a sandbox: it comes with a downloaded file.

    `strftime_now` stays undefined on purpose: a date in the prompt would end the reuse of prefixes at midnight, and
    Llama's templates then use a fixed one.
    """
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if len(source) > MAX_TEMPLATE:
        raise ModelError("The model's chat template is longer than a million characters. Use another model file.")
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)

    def refuse(message: str) -> str:
        raise TemplateError(message)

    environment.globals["raise_exception"] = refuse
    try:
        template = environment.from_string(source)
    except TemplateError as error:
        raise ModelError(f"The model's chat template cannot be read ({error}). Use another model file.") from error

    def fill(turns: list[dict[str, str]]) -> str:
        return template.render(messages=turns, add_generation_prompt=True, bos_token=bos, eos_token=eos)

    def render(messages: Sequence[Message]) -> str:
        turns = [{"role": message.role, "content": _sign(i)} for i, message in enumerate(messages)]
        folded = _fold_system(turns)
        for attempt in (turns, folded):
            try:
                text = fill(attempt)
            except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
                reason = error
            else:
                if attempt is folded or _sign(0) in text:
                    return text
        raise ModelError(f"The model's chat template refuses this chat: {reason}. Start a new one.") from reason

    return render


def _fold_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """For templates that refuse a system role (Gemma's) or pass over it: the instructions open the first question."""
    if len(turns) < 2 or turns[0]["role"] != "system" or turns[1]["role"] != "user":
        return turns
    return [{"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}, *turns[2:]]
