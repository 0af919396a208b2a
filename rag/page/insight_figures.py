"""An overview, or the kept evaluations → figures, in the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rag.drawing.charts import Bar, Row, Series, bar_chart, histogram
from rag.drawing.charts_in_time import Column, Line, Part, Point, columns, lines
from rag.evaluation.log import BINS, Run, binned
from rag.evaluation.scores import Grouping, Interval, Score
from rag.page.figures import Figure, Key, Table
from rag.page.overview import Overview
from rag.page.sanitise import line
from rag.page.strings import Say

GROUPS = 8
"""Groups in a chart at most, those with most questions."""
POINTS = 12
"""Evaluations in a line at most, the newest."""


def per_day(overview: Overview, say: Say) -> Figure:
    """Questions a day, by how they ended."""
    spans = overview.spans
    step = (spans[1].start - spans[0].start).days if len(spans) > 1 else 1
    keys = (
        Key(say("insight_answered"), "blue"),
        Key(say("insight_refused"), "orange"),
        Key(say("insight_failed"), "grey"),
    )
    drawn = [
        Column(day_words(span.start, say), tuple(
            Part(key.name, key.style, value)
            for key, value in zip(keys, (span.answered, span.refused, span.failed), strict=True)
        ))
        for span in spans
    ]  # fmt: skip
    rows = tuple((one.label, *(say.number(part.value) for part in one.parts)) for one in reversed(drawn) if one.total)
    title = say("insight_per_day") if step == 1 else say("insight_per_days", n=say.number(step))
    head = (say("insight_col_from") if step > 1 else say("insight_col_day"), *(key.name for key in keys))
    note = say("insight_per_days_help") if step > 1 else say("insight_per_day_help")
    return Figure(title, note, columns(title, drawn), keys, Table(head, rows))


def sureness(overview: Overview, say: Say) -> Figure:
    """How confidence is distributed over answers and refusals."""
    found = overview.confidences
    series = (
        Series(say("insight_answered"), "blue", tuple(one.value for one in found if not one.refused)),
        Series(say("insight_refused"), "orange", tuple(one.value for one in found if one.refused)),
    )
    return _distribution(say("insight_sure"), say("insight_sure_help"), series, say)


def apart(run: Run, say: Say) -> Figure:
    """The same of an evaluation: over questions with and without an answer."""
    series = (
        Series(say("insight_with"), "blue", _values(run.right)),
        Series(say("insight_without"), "orange", _values(run.wrong)),
    )
    return _distribution(say("insight_apart"), say("insight_sure_help"), series, say)


def rates(run: Run, by: Grouping, say: Say) -> Figure:
    """R@1, R@5 and R@10 of each group of an evaluation."""
    title = say("insight_languages") if by == "languages" else say("insight_types")
    groups = run.groups(by)[:GROUPS]
    head = (say("insight_col_group"), say("insight_col_n"), "R@1", "R@5", "R@10", "MRR")
    rows = tuple((group_words(one, say, 40), say.number(one.items), *_cells(one, say)) for one in groups)
    chart = bar_chart(title, [_row(one, say) for one in groups])
    return Figure(title, say("insight_rates_help"), chart, (), Table(head, rows))


def in_time(every: Sequence[Run], of: Score, say: Say) -> Figure:
    """R@1 and R@5 of one group of questions in evaluations of the same ones, oldest first."""
    newest = every[-POINTS:]
    title = say("insight_in_time") if of.by == "all" else say("insight_in_time_of", group=group_words(of, say, 28))
    found = [(_when(run.at, newest, say), run.score(of.by, of.group)) for run in newest]
    known = [(label, score) for label, score in found if score is not None]
    drawn = [
        Line("R@5", "orange", tuple(_point(label, s.recall_5, s.recall_5_interval, say) for label, s in known)),
        Line("R@1", "blue", tuple(_point(label, s.recall_1, s.recall_1_interval, say) for label, s in known)),
    ]
    keys = tuple(Key(one.name, one.style) for one in reversed(drawn))
    head = (say("insight_col_day"), "R@1", "R@5", "R@10", "MRR")
    rows = tuple((label, *_cells(score, say)) for label, score in reversed(known))
    note = say("insight_in_time_help") if len(known) > 1 else say("insight_in_time_one")
    return Figure(title, note, lines(title, drawn), keys, Table(head, rows))


def group_words(score: Score, say: Say, limit: int) -> str:
    """What a group is called: a kind that Tomo knows in the page's language, any other as its file names it."""
    kinds = {
        "lookup": say("insight_kind_lookup"),
        "procedure": say("insight_kind_procedure"),
        "identifier": say("insight_kind_identifier"),
        "comparison": say("insight_kind_comparison"),
        "list": say("insight_kind_list"),
        "summary": say("insight_kind_summary"),
        "no type": say("insight_kind_none"),
    }
    if score.by == "all":
        return say("insight_every")
    known = kinds.get(score.group, "") if score.by == "type" else ""
    return known or line(score.group, limit)


def percent(value: float, say: Say) -> str:
    """A share from 0 to 1 in whole percent."""
    return say("insight_percent", n=say.number(value * 100))


def day_words(day: date, say: Say) -> str:
    """A day without its year, short."""
    month = say("insight_months").split()[day.month - 1]
    return f"{day.day} {month}"


def _distribution(title: str, note: str, series: tuple[Series, Series], say: Say) -> Figure:
    counts = [binned(one.values) for one in series]
    labels = [f"{say.number(at / BINS, 1)}–{say.number((at + 1) / BINS, 1)}" for at in range(BINS)]
    rows = tuple(
        (label, *(say.number(count[at]) for count in counts)) for at, label in enumerate(labels)
    )  # fmt: skip
    chart = histogram(title, series, 1.0, BINS, lambda value: say.number(value, 1))
    keys = tuple(Key(f"{one.name} ({say.number(len(one.values))})", one.style) for one in series)
    return Figure(title, note, chart, keys, Table((say("insight_col_to"), *(one.name for one in series)), rows))


def _values(counts: Sequence[int]) -> tuple[float, ...]:
    return tuple((at + 0.5) / BINS for at, count in enumerate(counts) for _ in range(count))


def _row(score: Score, say: Say) -> Row:
    first, fifth = (ends if score.items > 1 else (None, None) for ends in _intervals(score))
    bars = (
        Bar("R@1", score.recall_1, percent(score.recall_1, say), "deep", *first),
        Bar("R@5", score.recall_5, percent(score.recall_5, say), "mid", *fifth),
        Bar("R@10", score.recall_10, percent(score.recall_10, say), "pale"),
    )
    return Row(group_words(score, say, 28), say.count("insight_questions", score.items), bars)


def _intervals(score: Score) -> tuple[Interval, Interval]:
    return score.recall_1_interval, score.recall_5_interval


def _cells(score: Score, say: Say) -> tuple[str, ...]:
    return (*(percent(value, say) for value in (score.recall_1, score.recall_5, score.recall_10)),
            say.number(score.mrr, 2))  # fmt: skip


def _point(label: str, value: float, ends: Interval, say: Say) -> Point:
    return Point(label, value, percent(value, say), *ends)


def _when(at: float, among: Sequence[Run], say: Say) -> str:
    """The day; with the time where another one was made that day."""
    then = datetime.fromtimestamp(at)
    days = [datetime.fromtimestamp(run.at).date() for run in among]
    same = days.count(then.date()) > 1
    return f"{then:%H:%M}" if same and len(set(days)) == 1 else day_words(then.date(), say)
