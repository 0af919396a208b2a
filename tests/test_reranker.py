"""A cross-encoder of the user's own scores texts, one by one or together, or says why it cannot."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from ingest.errors import ModelError
from rag.search.reranker import BATCH, CrossEncoderReranker, Reranker

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
TEXTS = [f"{'la casa ' * (n % 7)}{LETTERS[n % 26]} texto" for n in range(2 * BATCH + 3)]


def cross_encoder(folder: Path, labels: int = 1, head: bool = True) -> Path:
    """A BERT of one layer with random weights, as any cross-encoder of sentence-transformers is stored."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    folder.mkdir()
    torch.manual_seed(7)
    (folder / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(PIECES), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64, num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    (BertForSequenceClassification if head else BertModel)(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("rerankers") / "tiny")


@pytest.fixture(scope="session")
def reranker(tiny: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(tiny)


@pytest.mark.heavy
def test_scores_are_in_the_order_given_and_the_same_one_by_one(reranker: Reranker) -> None:
    together = reranker.scores("que casa", TEXTS)
    alone = [reranker.scores("que casa", [text])[0] for text in TEXTS]
    assert together == pytest.approx(alone, abs=1e-4)
    assert reranker.scores("que casa", TEXTS[::-1]) == pytest.approx(together[::-1], abs=1e-4)
    assert len({round(score, 3) for score in together}) > len(TEXTS) // 2
    assert reranker.scores("que casa", []) == []


@pytest.mark.heavy
def test_scores_are_the_logits_of_question_and_text_read_together(reranker: Reranker, tiny: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(tiny), local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(str(tiny), local_files_only=True).eval()
    with torch.inference_mode():
        logit = model(**tokenizer("que casa", "una torre", return_tensors="pt")).logits.item()
    assert reranker.scores("que casa", ["una torre"]) == pytest.approx([logit], abs=1e-4)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\0", id="nul"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param("casa " * 500, id="longer-than-the-window"),
    ],
)
def test_odd_texts_have_a_score(reranker: Reranker, text: str) -> None:
    (score,) = reranker.scores("que casa", [text])
    assert score == score


@pytest.mark.heavy
def test_threads_get_the_scores_of_one(reranker: Reranker) -> None:
    wanted, wrong = reranker.scores("que casa", TEXTS), list[int]()

    def work(number: int) -> None:
        if reranker.scores("que casa", TEXTS) != pytest.approx(wanted, abs=1e-4):
            wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.heavy
def test_the_name_is_the_folder_s_and_follows_the_content(reranker: Reranker, tmp_path: Path) -> None:
    other = cross_encoder(tmp_path / "tiny", labels=1)
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps(config | {"hidden_act": "relu"}))
    assert reranker.name.startswith("tiny:")
    assert CrossEncoderReranker(other).name != reranker.name


@pytest.mark.heavy
@pytest.mark.parametrize("model", ["nobody/no-such-model", "/no/such/folder", "not a name"])
def test_a_model_that_is_not_on_this_machine_is_an_error_that_says_so(model: str) -> None:
    with pytest.raises(ModelError, match=r"neither a folder nor a model in this machine's cache\. Set TOMO_RERANKER"):
        CrossEncoderReranker(model)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("keep", [0, 20], ids=["empty", "cut-short"])
def test_a_damaged_model_is_an_error_that_names_it(tiny: Path, tmp_path: Path, name: str, keep: int) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    (copy / name).write_bytes((copy / name).read_bytes()[:keep])
    with pytest.raises(ModelError, match=str(copy)):
        CrossEncoderReranker(copy)


@pytest.mark.heavy
def test_a_model_without_a_head_is_refused_instead_of_given_a_random_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no cross-encoder \(BertModel\)"):
        CrossEncoderReranker(cross_encoder(tmp_path / "embedder", head=False))


@pytest.mark.heavy
def test_a_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="gives 3 numbers for a text"):
        CrossEncoderReranker(cross_encoder(tmp_path / "nli", labels=3))


def test_an_empty_folder_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json: cannot be read"):
        CrossEncoderReranker(tmp_path)
