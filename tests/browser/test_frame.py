"""The page's frame in a real browser: its language in what the widgets say, a phone's sidebar, reloads and tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from ingest.settings import ROOT
from tests.browser.test_asking import slow, until
from tests.browser.test_browser import CHECKED, CHROMIUM, Seen, browse, free_port, serve, site, start_server
from tests.fakes_assistant import MANUAL, fill

__all__ = ["browse", "site", "slow"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three manuals, two of them on routers."""
    folder = tmp_path_factory.mktemp("library")
    more = [replace(MANUAL, id=f"manual-{name}", title=f"{name} guide") for name in ("Old router", "Pump")]
    fill(folder, MANUAL, *more).close()
    yield from serve(ROOT / "tests" / "browser" / "page.py", folder)


def test_the_widgets_speak_spanish_and_english_again_after_a_switch(browse, site) -> None:
    seen = Seen(browse("es-ES"), site)
    page = seen.open("/library")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "es")
    page.get_by_text("Añadir archivos").first.click()
    expect(page.get_by_text("Hasta 200 MB por archivo").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Vistas")).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Preguntar").click()
    seen.ask("¿Cómo lo reinicio?")
    for name in ("Buena respuesta", "Mala respuesta"):
        answer = page.get_by_test_id("stFeedback")
        expect(answer.get_by_role("radio", name=name).or_(answer.get_by_role("button", name=name))).to_be_visible(
            timeout=15_000
        )
    untranslated = "e => e.map(x => x.ariaLabel).filter(x => /^(Fullscreen|Chat message|Thumbs|Feedback)/.test(x))"
    until(page, lambda: page.locator("[aria-label]").evaluate_all(untranslated) == [])
    expect(page.get_by_role("link", name="Ir a lo principal")).to_be_attached()
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).click()
    expect(html).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="App pages")).to_be_visible()
    expect(page.get_by_text("Hasta 200 MB por archivo")).to_have_count(0)
    assert seen.outside == []


def test_choosing_files_is_called_so_and_adding_them_is_another_button(browse, site) -> None:
    for locale, choose, add in (
        ("es-ES", "Elegir archivos", "Añadir a la biblioteca"), ("en-GB", "Choose files", "Add to the library"),
    ):  # fmt: skip
        page = Seen(browse(locale), site).open("/library")
        page.get_by_text("Añadir archivos" if locale == "es-ES" else "Add files").first.click()
        expect(page.get_by_test_id("stFileUploader").first.get_by_text(choose, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=add).first).to_be_visible()


def test_a_thumb_hits_the_button_that_attaches_files(browse, site) -> None:
    page = Seen(browse("en-US", "phone"), site).open()
    above = """[...document.querySelectorAll('[data-testid=stChatInputFileUploadButton] button')].map((button) => {
        const box = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y - 9));
    })"""
    until(page, lambda: page.evaluate(above) == [True])


@pytest.mark.parametrize(("locale", "name"), [("es-ES", "Ayuda: "), ("en-GB", "Help for ")])
def test_a_thumb_hits_the_sign_that_opens_a_help(browse, site, locale, name) -> None:
    seen = Seen(browse(locale, "phone"), site)
    page = seen.open("/library")
    page.get_by_text(re.compile("^(Add files|Añadir archivos)$")).first.click()
    page.get_by_role("tab").nth(1).click()
    sign = page.get_by_role("button", name=re.compile(f"^{name}"))
    expect(sign).to_be_visible()
    hit = """button => [[-12, 0], [11, 0], [0, -14], [0, 9]].map(([x, y]) => {
        const box = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(box.x + box.width / 2 + x, box.y + box.height / 2 + y));
    })"""
    until(page, lambda: sign.evaluate(hit) == [True] * 4)
    field = page.locator(".st-key-folder_path input")
    assert field.evaluate("""input => {
        const box = input.getBoundingClientRect();
        return document.elementFromPoint(box.right - 12, box.y + 12) === input;
    }""")


@pytest.mark.parametrize(("size", "in_box"), [("laptop", True), ("phone", False)])
def test_who_has_keys_begins_in_the_box_and_a_phones_keyboard_stays_closed(browse, site, size, in_box) -> None:
    context = browse("en-US", size)
    if size == "phone":
        coarse = "const was = matchMedia; window.matchMedia = (q) => was(q.replace('fine', 'coarse'));"
        context.add_init_script(coarse)
    seen = Seen(context, site)
    page = seen.open()
    box = page.get_by_test_id("stChatInputTextArea")
    if not in_box:
        page.wait_for_timeout(2000)
        expect(box).not_to_be_focused()
        return
    expect(box).to_be_focused()
    page.keyboard.type("How do I restart it?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stFeedback")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="New conversation").press("Enter")
    expect(page.get_by_role("heading", name="What do you need to know?")).to_be_visible()
    expect(box).to_be_focused()
    page.go_back()  # who comes back to an answer reads it, and turns its pages by keys
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(box).not_to_be_focused()


def test_who_goes_by_the_keyboard_sees_at_which_view_it_stands(browse, site) -> None:
    page = Seen(browse("en-US"), site).open()
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text="Models")
    drawn = "link => getComputedStyle(link).outlineStyle"
    assert link.evaluate(drawn) == "none"
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Library").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.evaluate(drawn) == "solid"


def test_a_phones_sidebar_makes_room_for_what_was_opened_from_it(browse, site) -> None:
    page = Seen(browse("en-US", "phone"), site).open()
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_the_box_of_a_row_can_be_hit_with_a_thumb_and_is_level_with_its_title(browse, site, size) -> None:
    seen = Seen(browse("en-US", size), site)
    page = seen.open("/library")
    box = page.locator('[class*="st-key-pick-"] label').first
    until(page, lambda: box.bounding_box()["height"] >= 40)
    seen.settle()
    hit, title = box.bounding_box(), page.locator('[class*="st-key-doc-"] button').first.bounding_box()
    assert hit["width"] >= 32
    assert abs(hit["y"] + hit["height"] / 2 - title["y"] - title["height"] / 2) <= 1
    assert hit["x"] + hit["width"] <= title["x"]
    page.mouse.click(hit["x"] + 4, hit["y"] + 4)
    expect(page.get_by_text("1 chosen", exact=True)).to_be_visible()


@pytest.mark.parametrize(("locale", "edit"), [("es-ES", "Corregir"), ("en-GB", "Edit")])
def test_what_can_be_done_with_an_answer_is_one_line_on_a_phone(browse, site, locale, edit) -> None:
    seen = Seen(browse(locale, "phone"), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    last, thumbs = page.get_by_role("button", name=edit), page.get_by_test_id("stFeedback")
    expect(last).to_be_visible()
    until(page, lambda: abs(_middle(last) - _middle(thumbs)) < 10)


@pytest.mark.parametrize("locale", ["es-ES", "en-GB"])
def test_what_stands_beside_the_box_is_whole_at_320_pixels(browse, site, locale) -> None:
    seen = Seen(browse(locale, "phone"), site)
    seen.page.set_viewport_size({"width": 320, "height": 640})
    page = seen.open()
    for part in (page.locator(".st-key-asking .stSelectbox"), page.locator(".st-key-scope_picker").first):
        until(page, lambda part=part: part.bounding_box()["x"] + part.bounding_box()["width"] <= 320 - 8)


@pytest.mark.parametrize(("locale", "every", "some"), [
    ("es-ES", "Elegir todos", "Elegir los 2 que coinciden"), ("en-GB", "Select all", "Select 2 matches"),
])  # fmt: skip
def test_all_documents_are_chosen_in_the_pages_language(browse, library, locale, every, some) -> None:
    page = Seen(browse(locale), library).open()
    page.locator(".st-key-scope_picker button").first.click()
    page.get_by_role("dialog").get_by_role("combobox").first.click()
    expect(page.get_by_role("option", name=every)).to_be_visible()
    page.keyboard.type("router")
    expect(page.get_by_role("option", name=some)).to_be_visible()


def test_with_forced_colours_what_is_chosen_and_what_lies_above_is_seen(browse, site) -> None:
    seen = Seen(browse("en-GB"), site)
    seen.page.emulate_media(forced_colors="active")
    page = seen.open()
    drawn = "each => getComputedStyle(each).backgroundColor"
    chosen, other = page.get_by_role("radio", name="English"), page.get_by_role("radio", name="Español")
    assert chosen.evaluate(drawn) != other.evaluate(drawn)
    seen.ask("How?")
    page.get_by_role("button", name="1 Router guide").click()
    lying = page.get_by_test_id("stDialog").locator("> div").first
    until(page, lambda: lying.evaluate("each => getComputedStyle(each).outlineStyle") == "solid")
    mark = page.locator(".stMarkdownColoredBackground").first
    assert mark.evaluate(drawn) != page.get_by_role("dialog").evaluate(drawn)


def _middle(element: Locator) -> float:
    box = element.bounding_box()
    return box["y"] + box["height"] / 2 if box else 0.0


def test_an_answer_on_its_way_goes_on_after_a_reload_and_in_a_second_tab(browse, slow) -> None:
    context = browse()
    seen = Seen(context, slow)
    page = seen.open()
    seen.ask("Go on")
    expect(page.get_by_text(re.compile("tokens read")).first).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_text("Go on", exact=True)).to_be_visible(timeout=15_000)
    other = context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        expect(tab.get_by_text("and wait").first).to_be_visible(timeout=30_000)
    other.get_by_role("button", name="Stop").click()
    for tab in (page, other):
        expect(tab.get_by_text("You stopped it").first).to_be_visible(timeout=10_000)
    assert seen.outside == []


def test_two_tabs_hold_two_conversations(browse, site) -> None:
    context = browse()
    tabs = [Seen(context, site), Seen(context, site)]
    for tab in tabs:
        tab.open()
    for tab, question in zip(tabs, ("First of two?", "Second of two?"), strict=True):
        tab.ask(question)
    for tab, question, other in zip(tabs, ("First of two?", "Second of two?"), ("Second", "First"), strict=True):
        main = tab.page.get_by_role("main")
        expect(tab.page.get_by_text(CHECKED, exact=True)).to_be_visible(timeout=30_000)
        expect(main.get_by_text(question, exact=True)).to_be_visible()
        expect(main.get_by_text(f"{other} of two?", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("locale", "title"), [("es-ES", "Tomo no responde"), ("en-GB", "Tomo does not answer")])
def test_when_tomo_is_closed_the_page_says_so_in_its_language_and_goes_on_when_it_is_back(
    browse, tmp_path, locale, title
) -> None:
    fill(tmp_path / "library", MANUAL).close()
    script, port = ROOT / "tests" / "browser" / "page.py", free_port()
    with start_server(script, tmp_path / "library", port) as server:
        seen = Seen(browse(locale), f"http://127.0.0.1:{port}")
        page = seen.open()
        seen.ask("How do I restart it?")
        expect(page.get_by_test_id("stFeedback")).to_be_visible(timeout=30_000)
        server.kill()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text(re.compile("Streamlit|internet"))).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name=title)).to_have_count(0)
    above = "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::after').content"
    assert page.evaluate(above) == f'"{title}"'
    with start_server(script, tmp_path / "library", port) as server:
        until(page, lambda: page.evaluate(above) == "none")
        seen.ask("And then?")
        expect(page.get_by_test_id("stFeedback")).to_have_count(2, timeout=30_000)
        server.terminate()
