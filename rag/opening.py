"""Settings → what searches, and the assistant: every part opened, with what to do when one is missing."""

from __future__ import annotations

from ingest.errors import ModelError
from ingest.opening import Report, open_embedder, open_library, open_store
from ingest.sentence_encoder import SentenceEncoder, UniversalSentenceEncoder
from ingest.settings import Settings
from rag.assistant import Assistant
from rag.costs import open_rates
from rag.guards.guard import open_guards
from rag.retrieve import Retriever
from rag.search.learnt import FILE as LEARNT
from rag.search.reranker import CrossEncoderReranker, Reranker


def open_searcher(settings: Settings, report: Report) -> Retriever:
    """What `search` needs, without a language model."""
    library, embedder = open_library(settings), open_embedder(settings, report)
    library.claim(embedder.name)
    store, reranker = open_store(settings), open_reranker(settings)
    return Retriever(library, store, embedder, reranker, settings.models / LEARNT)


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any; ModelError when it cannot be loaded."""
    return CrossEncoderReranker(settings.reranker) if settings.reranker else None


def open_encoder(report: Report) -> SentenceEncoder | None:
    """The packaged sentence encoder; without it quotes are chosen by the embedder alone, which `report` is told."""
    try:
        return UniversalSentenceEncoder()
    except ModelError as error:
        report(f"Quotes are chosen by the embedder alone: {error}")
        return None


def open_assistant(settings: Settings, report: Report = lambda line: None) -> Assistant:
    """The assistant the settings describe; TomoError with what to do when a part is missing or does not fit.

    Without any model to answer it quotes, which `report` is told.
    """
    from rag.llama.calibrate import open_way
    from rag.llm import LlamaCpp
    from rag.models import answering_llm, answers_here, require_model
    from rag.no_model import WINDOW, NoModel, cannot_write
    from rag.prefixes.keeping import open_prefixes

    require_model(settings)
    guards = open_guards(settings)
    library, embedder = open_library(settings), open_embedder(settings, report)
    library.claim(embedder.name)
    if not answers_here(settings):
        report(str(cannot_write()))
        return Assistant(
            library, open_store(settings), embedder, NoModel(settings.window or WINDOW), settings.answer_tokens,
            reranker=open_reranker(settings), patience=settings.patience, guards=guards,
            encoder=open_encoder(report), learnt=settings.models / LEARNT,
        )  # fmt: skip
    path = answering_llm(settings, report)
    way = open_way(settings, path, report)
    llm = LlamaCpp(
        path, window=settings.window or None, threads=settings.threads or None, kv_type=way.kv_type,
        flash_attention=way.flash_attention,
    )  # fmt: skip
    store = open_prefixes(settings, llm, path, library)
    reranker = open_reranker(settings)
    rates = open_rates(settings, path, llm.name, str(way))
    return Assistant(
        library, open_store(settings), embedder, llm, settings.answer_tokens, reranker=reranker, rates=rates,
        patience=settings.patience, prefixes=store, unsupported=settings.unsupported, guards=guards,
        encoder=open_encoder(report), learnt=settings.models / LEARNT,
    )  # fmt: skip
