"""Evaluation → one HTML page with its charts, which opens offline and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from rag.drawing.charts import Bar, Row, Series, bar_chart, histogram
from rag.evaluation.askable import Asking
from rag.evaluation.from_tickets import MEASURES
from rag.evaluation.questions_file import Place
from rag.evaluation.scores import CUT, Evaluation, Grouping, Interval, Outcome, Score
from rag.evaluation.style import STYLE
from rag.evaluation.text import NONE, interval, rate

LISTED = 500
"""Questions listed at most."""
CHARTED = 12
"""Groups in a chart at most, those with most questions."""
MISSED = 5
"""A question is listed when its page is not among the first so many."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HEADINGS: dict[Grouping, str] = {"all": "All", "languages": "By language: question → document", "type": "By type"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on what: the question file's name, the library's folder, the day in ISO 8601."""

    evaluation: Evaluation
    asking: Asking
    file: str
    library: str
    day: str


def report(measured: Measured) -> str:
    """The whole page. Whatever comes from questions, documents and names is escaped."""
    evaluation = measured.evaluation
    title = f"Search, measured on {measured.file}"
    body = [
        f"<header><h1>{escape(title)}</h1><p>{escape(_counted(measured))}</p></header>",
        *(f'<p class="warning">{escape(line)}</p>' for line in measured.asking.warnings),
        _tiles(evaluation),
        f'<div class="charts">{"".join(_charts(evaluation))}</div>',
        _scores(evaluation),
        _missed(evaluation),
        _unasked(measured.asking),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _counted(measured: Measured) -> str:
    evaluation = measured.evaluation
    unanswerable = len(evaluation.outcomes) - evaluation.answerable
    left_out = f", {len(measured.asking.unasked)} left out" if measured.asking.unasked else ""
    counts = f"{evaluation.answerable} questions with an answer, {unanswerable} without{left_out}"
    return f"{counts} · library {measured.library} · {measured.day}"


def _tiles(evaluation: Evaluation) -> str:
    whole = evaluation.scores[0]
    auc = NONE if evaluation.auc is None else f"{evaluation.auc:.3f}"[int(evaluation.auc < 0.9995) :]
    tiles = (
        ("Right page first", rate(whole, whole.recall_1), _ends(whole, whole.recall_1_interval)),
        ("Among the first five", rate(whole, whole.recall_5), _ends(whole, whole.recall_5_interval)),
        ("MRR", rate(whole, whole.mrr), _ends(whole, whole.mrr_interval)),
        ("Answerable told apart", auc, "AUC of the confidence; .5 is chance" if auc != NONE else "needs both kinds"),
        ("A search, median", _milliseconds(evaluation.p50), f"95th percentile {_milliseconds(evaluation.p95)}"),
    )
    shown = (
        f"<div><span>{name}</span><strong>{value}</strong><small>{note}</small></div>" for name, value, note in tiles
    )
    return f'<section class="tiles">{"".join(shown)}</section>'


def _ends(score: Score, ends: Interval) -> str:
    return f"95 %: {interval(score, ends)}" if score.items else NONE


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _charts(evaluation: Evaluation) -> Iterator[str]:
    yield _rates(evaluation, "languages")
    if evaluation.auc is not None:
        parted = [
            Series(name, style, tuple(o.confidence for o in evaluation.outcomes if o.item.answerable == kind))
            for name, style, kind in (("answerable", "blue", True), ("unanswerable", "orange", False))
        ]
        chart = histogram("Confidence", parted, 1.0, 10, lambda value: f"{value:.1f}")
        yield _figure("Confidence", f"Share of the questions of each kind. {_legend(parted)}", chart)
    if evaluation.outcomes:
        every = tuple(o.seconds for o in evaluation.outcomes)
        top = max(evaluation.p95 * 1.25, 1e-6)
        chart = histogram("Latency", [Series("searches", "blue", every)], top, 20, _milliseconds)
        yield _figure("Latency of a search", "Slower ones are in the last bar.", chart)
    yield _rates(evaluation, "type")


def _rates(evaluation: Evaluation, by: Grouping) -> str:
    groups = sorted((score for score in evaluation.scores if score.by == by), key=lambda score: -score.items)
    if not groups:
        return ""
    note = "Share of questions whose right page is first, among the first 5, among the first 10."
    return _figure(_HEADINGS[by], note, bar_chart(_HEADINGS[by], [_row(score) for score in groups[:CHARTED]]))


def _row(score: Score) -> Row:
    known = score.items > 1
    first, fifth = (ends if known else (None, None) for ends in (score.recall_1_interval, score.recall_5_interval))
    bars = (
        Bar("R@1", score.recall_1, rate(score, score.recall_1), "deep", *first),
        Bar("R@5", score.recall_5, rate(score, score.recall_5), "mid", *fifth),
        Bar("R@10", score.recall_10, rate(score, score.recall_10), "pale"),
    )
    return Row(score.group, f"{score.items} question{'s' * (score.items != 1)}", bars)


def _figure(title: str, note: str, chart: str) -> str:
    return f"<figure><figcaption><h2>{title}</h2><p>{note}</p></figcaption>{chart}</figure>"


def _legend(series: Iterable[Series]) -> str:
    return " ".join(f'<span class="key"><i class="{one.style}"></i>{one.name}</span>' for one in series)


def _scores(evaluation: Evaluation) -> str:
    strict = evaluation.is_strict_apart
    names = ["n", "R@1", "R@5", "R@10", "MRR", f"nDCG@{CUT}", *(["strict R@1", "strict R@5"] if strict else [])]
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(_score_row(score, strict) for score in evaluation.scores)
    notes = [
        "Any right page of a question answers it: ranks are those of the first one found, page by page. "
        "Small figures are 95 % intervals (bootstrap over the questions)."
    ]
    if strict:
        notes.append("Strict counts pages of the question's own document only.")
    notes += [f"“{name}” {text}" for name, text in MEASURES.items() if name in {s.group for s in evaluation.scores}]
    told = "".join(f"<p>{note}</p>" for note in notes)
    table = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<section><h2>Scores</h2><div class="wide">{table}</div>{told}</section>'


def _score_row(score: Score, strict: bool) -> str:
    cells = [
        str(score.items),
        _cell(score, score.recall_1, score.recall_1_interval),
        _cell(score, score.recall_5, score.recall_5_interval),
        rate(score, score.recall_10),
        _cell(score, score.mrr, score.mrr_interval),
        rate(score, score.ndcg),
    ]
    cells += [rate(score, score.strict_recall_1), rate(score, score.strict_recall_5)] if strict else []
    return f"<tr><th>{escape(score.group)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _cell(score: Score, value: float, ends: Interval) -> str:
    return f"{rate(score, value)} <small>{interval(score, ends)}</small>"


def _missed(evaluation: Evaluation) -> str:
    missed = evaluation.missed(MISSED)
    if not evaluation.answerable:
        return ""
    title = f"<h2>Not found among the first {MISSED}: {len(missed)} of {evaluation.answerable}</h2>"
    if not missed:
        return f"<section>{title}<p>Every question's page was found.</p></section>"
    head = "<tr><th>Question</th><th>Wanted</th><th>Found first</th></tr>"
    rows = "".join(_missed_row(outcome) for outcome in missed[:LISTED])
    return f"<section>{title}{_cards(head, rows)}{_rest(missed)}</section>"


def _cards(head: str, rows: str) -> str:
    return f'<table class="cards"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _missed_row(outcome: Outcome) -> str:
    item = outcome.item
    rank = f"at rank {outcome.rank}" if outcome.rank else "not found"
    found = "".join(f"<li>{escape(_named(f.file, f.key, (f.page,)))}</li>" for f in outcome.found) or "<li>nothing</li>"
    about = f"{item.id} · {item.pair} · {item.type}"
    return (
        f"<tr><td>{escape(item.question)}<small>{escape(about)}</small></td>"
        f'<td data-head="Wanted">{escape(_wanted(item.own))}<small>{rank}{escape(_also(item.also))}</small></td>'
        f'<td data-head="Found first"><ol>{found}</ol></td></tr>'
    )


def _also(places: Sequence[Place]) -> str:
    return f" · also {_wanted(places)}" if places else ""


def _wanted(places: Sequence[Place]) -> str:
    pages: dict[tuple[str, str], list[int]] = {}
    for place in places:
        pages.setdefault((place.file, place.document), []).append(place.page)
    return "; ".join(_named(*name, numbers) for name, numbers in pages.items())


def _named(file: str, document: str, pages: Sequence[int]) -> str:
    return f"{file}{f' {document}' if document else ''}, p. {', '.join(map(str, pages))}"


def _unasked(asking: Asking) -> str:
    if not asking.unasked:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.item.question) or NONE}<small>{escape(one.item.id)}</small></td>"
        f'<td data-head="Why">{escape(one.reason)}{escape(f": {one.missing}" if one.missing else "")}</td></tr>'
        for one in asking.unasked[:LISTED]
    )
    head = "<tr><th>Question</th><th>Why</th></tr>"
    return f"<section><h2>Left out: {len(asking.unasked)}</h2>{_cards(head, rows)}{_rest(asking.unasked)}</section>"


def _rest(listed: Sequence[object]) -> str:
    return f"<p>{len(listed) - LISTED:,} more are not listed.</p>" if len(listed) > LISTED else ""
