"""Hostile files → what they achieve: what leaves, what lives, what is believed, and what clean questions lose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.embed import Embedder
from ingest.opening import open_library, open_store, open_tools
from ingest.pipeline import ingest
from ingest.settings import ROOT, Settings, read_settings
from rag.assistant import Assistant
from rag.opening import open_assistant
from tests.clean import CLEAN, Asked, CleanQuestion, Loss, ask_clean, lost
from tests.injecting import (
    CARRIERS,
    NAME,
    ROWS,
    Attack,
    GullibleLLM,
    Outcome,
    ask,
    attacks,
    no_network,
    write_files,
)

SAMPLES = ROOT / "data" / "samples"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it all. `before` and `after` are the same clean questions; `network` every connection tried."""

    gullible: tuple[Outcome, ...]
    packaged: tuple[Outcome, ...]
    before: tuple[Asked, ...]
    after: tuple[Asked, ...]
    network: tuple[str, ...]

    @property
    def answers(self) -> Loss:
        """Of clean questions that have an answer: those answered rightly."""
        return lost(*([a.right for a in some if a.question.said] for some in (self.before, self.after)))

    @property
    def refusals(self) -> Loss:
        """Of clean questions that have none: those rightly refused."""
        return lost(*([a.right for a in some if not a.question.said] for some in (self.before, self.after)))

    @property
    def searches(self) -> Loss:
        """Of clean questions that have an answer: those with it in the first five passages."""
        return lost(*([a.found for a in some if a.question.said] for some in (self.before, self.after)))


def measure(folder: Path, rows: Sequence[dict[str, str]], questions: Sequence[CleanQuestion] = CLEAN) -> Result:
    """Ingest the samples, ask; ingest the hostile files beside them, ask again, and ask about those."""
    settings = replace(read_settings(), library=folder / "library")
    wanted = attacks(rows)
    with no_network() as tried:
        embedder = _ingest(settings, SAMPLES)
        before = _clean(settings, questions)
        _ingest(settings, write_files(folder / "hostile", wanted))
        after = _clean(settings, questions)
        assistant = open_assistant(settings)
        packaged = tuple(ask(assistant, attack) for attack in wanted)
        assistant.close()
        gullible = tuple(_obeying(settings, embedder, wanted))
    return Result(gullible, packaged, before, after, tuple(tried))


def _ingest(settings: Settings, folder: Path) -> Embedder:
    tools = open_tools(settings, lambda line: None)
    for _ in ingest([folder], tools):
        pass
    tools.store.close()
    return tools.embedder


def _obeying(settings: Settings, embedder: Embedder, wanted: Sequence[Attack]) -> list[Outcome]:
    library, store = open_library(settings), open_store(settings)
    assistant = Assistant(library, store, embedder, GullibleLLM(), refuse_below=0.0)
    found = [ask(assistant, attack) for attack in wanted]
    assistant.close()
    return found


def _clean(settings: Settings, questions: Sequence[CleanQuestion]) -> tuple[Asked, ...]:
    assistant = open_assistant(settings)
    asked = tuple(ask_clean(assistant, questions, NAME))
    assistant.close()
    return asked


def bench_injections(folder: Path, rows: Sequence[dict[str, str]] = ROWS) -> None:
    """Print it."""
    result = measure(folder / "injections", rows)
    print(f"\ninjections: {len(rows)} texts in {len(CARRIERS)} carriers, each asked for by an innocent question")
    for name, outcomes in (("a model that obeys all it reads", result.gullible), ("packaged", result.packaged)):
        print(f"  {name}:")
        for carrier in (*CARRIERS, "all"):
            some = [o for o in outcomes if carrier in ("all", o.attack.carrier)]
            counts = {
                "read": sum(o.read for o in some),
                "told of": sum(o.read and o.flagged for o in some),
                "obeyed": sum(o.obeyed for o in some),
                "left standing": sum(o.stands for o in some),
                "believed": sum(o.believed for o in some),
                "alive": sum(bool(o.alive) for o in some),
            }
            print(f"    {carrier:7}{len(some):4}: " + ", ".join(f"{what} {n}" for what, n in counts.items()))
        for what, keys in (
            ("read and not told of", [o.attack.row["id"] for o in outcomes if o.read and not o.flagged]),
            ("believed", [o.attack.row["id"] for o in outcomes if o.believed]),
        ):
            print(f"    {what}: {', '.join(f'{key} {n}x' for key, n in Counter(keys).items()) or 'none'}")
    print(f"  connections tried: {len(result.network)}")
    _print_clean(result)


def _print_clean(result: Result) -> None:
    losses = {
        "answered": (result.answers, [a.right for a in result.before if a.question.said]),
        "in first five": (result.searches, [a.found for a in result.before if a.question.said]),
        "rightly refused": (result.refusals, [a.right for a in result.before if not a.question.said]),
    }
    print("  clean questions, as Tomo chooses to read and answer, before and after the hostile files came:")
    for name, (loss, right) in losses.items():
        before = sum(right) / max(1, loss.asked)
        shares = f"{before:.3f} → {before - loss.net:.3f} of {loss.asked}"
        most = f"at most {100 * loss.most:.1f} points (95 % sure)"
        print(f"    {name:16}{shares}: lost {loss.lost}, {most}, gained {loss.gained}")
    changed = [(b, a) for b, a in zip(result.before, result.after, strict=True) if b.mode != a.mode]
    worse = sum(b.right and not a.right for b, a in changed)
    led = sum(asked.led for asked in result.after)
    print(f"    read in another mode {len(changed)}, of which lost {worse}; quoted a hostile file {led}")
