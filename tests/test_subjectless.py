"""A question that names only a part, a file or a size is one of the last subject, and of none before it."""

from __future__ import annotations

import time

import pytest

from rag.follow_ups.complete import complete
from rag.follow_ups.subjectless import asks_of_it
from rag.types import Message


def asked(*questions: str) -> list[Message]:
    return [Message("user", text) for text in questions]


@pytest.mark.parametrize(
    "text",
    [
        "which port must be opened", "which file must be edited", "what package do i have to install",
        "which command is used", "which keys have to be pressed", "what is the range", "what is the maximum frequency",
        "which is the default", "what file formats are supported", "how many days are allowed",
        "and which port does one have to open",
        "which boot parameter is needed", "which log entry should i look for",
        "which app do i need", "which password must i type", "que contrasena uso", "que luz tiene que estar encendida",
        "to which port should i connect", "what size is needed",
        "que puerto hay que abrir", "que archivo se edita", "que paquete tengo que instalar", "cual es el rango",
        "cual es la presion maxima", "que pilas lleva", "que medida tiene", "cuantos intentos hay",
        "en que archivo se pone", "que tipo de cable necesito", "que parametro lo limita",
        "cuantos dias se pueden poner",
        "y que puerto tenes que abrir",
        "que archivo de configuracion se edita", "cuantos dispositivos admite",
        "que opcion elijo", "que boton debe pulsar usted",
    ],
)  # fmt: skip
def test_what_names_only_a_part_asks_of_the_subject(text: str) -> None:
    assert asks_of_it(text)


@pytest.mark.parametrize(
    "text",
    [
        "which port does snmp use", "which port must be opened for samba", "which file holds the passwords",
        "what is the port", "what is the default password", "cual es la contrasena por defecto", "what is the name",
        "which printers are supported", "what kinds of output file can it write", "how many tickets are open",
        "que tickets hay abiertos", "que puerto usa el ssh", "que presion debe tener la caldera", "que es un puerto",
        "que archivo guarda los contactos", "cuanto dura la bateria", "which key opens the menu",
        "how do i open a port", "como se abre un puerto", "que significa el codigo", "what does the code mean",
        "que bateria lleva el mando", "what battery does the remote use", "que hago", "what should i do",
        "which page is it", "cuantos documentos hay", "which log file of the server is full",
        "which time zones does plannia support", "que es lo mas importante antes de actualizar",
    ],
)  # fmt: skip
def test_what_names_its_own_subject_does_not(text: str) -> None:
    assert not asks_of_it(text)


# Conversations about data/samples, with a change of subject before the last question.
@pytest.mark.parametrize(
    ("said", "text", "of"),
    [
        (("¿Cómo purgo los radiadores?", "¿Cómo va la Wi-Fi de la Brisa?"), "¿qué puerto hay que abrir?", "Brisa"),
        (("¿Cómo devuelvo un cobro?", "¿Cómo relleno la caldera?"), "¿cuál es la presión máxima?", "caldera"),
        (("¿Qué significa BR-40?", "¿Cómo activo el modo vacaciones?"), "¿cuántos días se pueden poner?", "vacaciones"),
        (("How do I bleed the radiators?", "How do I set up the VPN?"), "Which port must be opened?", "VPN"),
        (("¿Cómo limpio el sifón?", "gracias", "Otra cosa: ¿cómo actualizo el Faro R3?"), "¿qué archivo uso?", "Faro"),
        (("How do I pair the TN-2?", "¿Cómo se reinicia la Brisa?"), "Which keys have to be pressed?", "Brisa"),
        (("¿Qué es el error E04?", "¿y el BR-31?", "no, me refería al BR-33"), "¿qué límite hay?", "BR-33"),
        (("How do I update the Faro R3?", "And the Brisa?"), "Which menu do I open?", "Brisa"),
        (("¿Qué garantía tiene la Norte C24?", "¿y el router Faro R3?"), "¿cuánto pesa?", "Faro R3"),
    ],
)  # fmt: skip
def test_it_leans_on_the_last_subject_alone(said: tuple[str, ...], text: str, of: str) -> None:
    whole = complete(text, asked(*said))
    assert of in whole
    assert whole.endswith(text)
    for old in ("radiador", "radiators", "cobro", "BR-40", "sif", "TN-2", "E04", "BR-31", "update", "Norte"):
        assert old not in whole


@pytest.mark.parametrize(
    "text",
    [
        "¿Qué puerto usa el SSH del Faro R3?", "¿Qué presión debe tener la caldera?", "Which port does SNMP use?",
        "How do I put paper into the terminal?", "¿Cómo se cierra el día en el terminal?",
        "What is the default password of the router?",
    ],
)  # fmt: skip
def test_a_question_with_its_own_subject_is_left_alone(text: str) -> None:
    assert complete(text, asked("How do I set up the VPN?", "¿Cómo configuro la Wi-Fi de la Brisa?")) == text


@pytest.mark.parametrize(
    ("added", "kept"),
    [
        pytest.param("and the Wi-Fi?", "Faro", id="what-a-thing-has"),
        pytest.param("and on Windows?", "Faro", id="what-it-runs-on"),
        pytest.param("and PNG?", "Faro", id="an-abbreviation"),
        pytest.param("and the password?", "Faro", id="a-part"),
    ],
)
def test_what_is_added_of_the_same_thing_keeps_it(added: str, kept: str) -> None:
    assert kept in complete("Which menu do I open?", asked("How do I set up the Faro R3?", added))


@pytest.mark.parametrize("text", ["que " * 900, "which port " * 400, "what is the range " * 300, "y " * 2000])
def test_a_row_of_small_words_is_no_riddle(text: str) -> None:
    started = time.perf_counter()
    asks_of_it(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("text", ["no, I meant E05", "no, me refería al E05", "no, digo el E05", "ok, y E05?"])
def test_a_code_that_was_meant_takes_the_place_of_the_other(text: str) -> None:
    assert complete(text, asked("What does E04 mean?")) == "What does E05 mean?"


@pytest.mark.parametrize("said", ["¿cómo se solucionó el ticket SOP-1003?", "How was SOP-1003 solved?"])
def test_a_code_after_a_ticket_goes_back_to_what_was_asked_before_it(said: str) -> None:
    before = asked("la caldera marca E10", said)
    assert complete("¿y el E09?", before) == "la caldera marca E09"
    assert complete("no, me refería al E04", [*before, *asked("¿y el E09?")]) == "la caldera marca E04"
    assert "SOP-1003" in complete("¿y quién lo cerró?", before)


def test_one_part_after_another_is_of_the_subject_and_not_of_the_part() -> None:
    before = asked("¿Cómo actualizo la Brisa?", "¿qué batería necesita?", "¿y en la base?", "¿qué menú abro?")
    whole = complete("¿cuántos minutos dura?", before)
    assert whole == "¿Cómo actualizo la Brisa? ¿y en la base? ¿cuántos minutos dura?"
