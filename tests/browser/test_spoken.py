"""An answer for whoever listens to the page, in a real browser: what a screen reader is told as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_asking import until
from tests.browser.test_browser import CHROMIUM, Seen, browse, site
from tests.browser.test_queued import long

__all__ = ["browse", "long", "site"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]


def told(page: Page) -> list[str]:
    """What stands in the page's polite log, as a screen reader gets it."""
    tree: dict[str, Any] = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    nodes = {node["nodeId"]: node for node in tree["nodes"]}
    logs = [node for node in tree["nodes"] if node.get("role", {}).get("value") == "log"]
    assert len(logs) == 1
    live = {each["name"]: each["value"]["value"] for each in logs[0]["properties"]}
    assert live["live"] == "polite"
    return [_words(child, nodes) for child in logs[0].get("childIds", [])]


def _words(key: str, nodes: dict[str, Any]) -> str:
    node = nodes[key]
    if node.get("role", {}).get("value") == "StaticText":
        return str(node["name"]["value"])
    return "".join(_words(child, nodes) for child in node.get("childIds", []))


def test_an_answer_is_told_line_by_line_and_each_once(browse: Callable[..., Page], long: str) -> None:
    seen = Seen(browse("en-US"), long)
    page = seen.open()
    assert told(page) == []
    seen.ask("First?")
    until(page, lambda: "Step 3 of many: wait." in told(page))
    expect(page.locator(".st-key-stop")).to_be_visible()  # it is still being written
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    until(page, lambda: "Done [1]." in told(page))
    said = told(page)
    assert [line for line in said if line.startswith("Step")] == [f"Step {n} of many: wait." for n in range(80)]
    assert any("verified" in line for line in said)
    assert not any("First?" in line or "Retry" in line for line in said)


def test_what_stood_there_is_not_told_when_a_conversation_is_opened(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("es-ES"), site)
    page = seen.open()
    seen.ask("How?")
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    until(page, lambda: any("for ten seconds" in line for line in told(page)))
    page.reload()
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    page.wait_for_timeout(1500)
    assert told(page) == []
