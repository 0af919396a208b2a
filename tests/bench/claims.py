"""Right and wrong written answers → how many wrong ones are found, and how many right ones are doubted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from ingest.opening import open_embedder
from ingest.settings import read_settings
from rag.evaluate import bootstrap
from rag.support import Support
from rag.support_limits import FITTED, WORDS_ONLY, Limits, Similarity, cosines_of
from tests.bench.figures import figure
from tests.claims import Case, cases, doubted

Verdict = tuple[Case, bool]
JUDGES = "fresh-held"
SPLITS = {
    "tune": "first, rules written on these",
    "held": "first, once held out, now tuned on",
    "fresh-tune": "fresh, tuned on",
    JUDGES: "fresh, held out",
}


def bench_claims() -> None:
    """Every part, with the packaged embedder and by words alone; each kind of error of the held-out half."""
    embedder = open_embedder(read_settings(), print)
    started = time.perf_counter()
    verdicts = judged(list(cases()), cosines_of(embedder.embed_passages), FITTED)
    seconds = (time.perf_counter() - started) / len(verdicts)
    print(f"\nclaims, {len(verdicts)} answers, {embedder.name}: {seconds * 1000:.0f} ms an answer")
    print("\n".join(lines(verdicts)))
    print("by words alone")
    print("\n".join(lines(judged(list(cases()), without, WORDS_ONLY))))


def without(claims: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """No similarity."""
    return np.zeros((len(claims), len(texts)), dtype=np.float32)


def judged(some: Sequence[Case], similar: Similarity, limits: Limits) -> list[Verdict]:
    """Each case, and whether a sentence of it is doubted."""
    return [(case, bool(doubted(case, Support([case.passage], similar, limits)))) for case in some]


def share(verdicts: Sequence[Verdict]) -> float:
    """How many of these are doubted, 0 to 1."""
    return sum(doubt for _, doubt in verdicts) / max(1, len(verdicts))


def lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Wrong answers found and right ones doubted, by part, with intervals; then the held-out half by kind."""
    for split, name in SPLITS.items():
        wrong = [v for v in verdicts if v[0].split == split and not v[0].right]
        right = [v for v in verdicts if v[0].split == split and v[0].right]
        yield f"  {name}: wrong found {_figure(wrong)} of {len(wrong)}, right doubted {_figure(right)} of {len(right)}"
    held = [v for v in verdicts if v[0].split == JUDGES]
    for kind in dict.fromkeys(case.kind for case, _ in held):
        of = [v for v in held if v[0].kind == kind]
        word = "doubted" if of[0][0].right else "found"
        yield f"    {kind}: {sum(doubt for _, doubt in of)} of {len(of)} {word}"


def _figure(verdicts: Sequence[Verdict]) -> str:
    values = np.array([[float(doubt)] for _, doubt in verdicts])
    return figure(share(verdicts), bootstrap(values)[0])
