"""What stands below the bar while files are added."""

from __future__ import annotations

import pytest

from rag.page.adding_view import notes_of
from rag.page.intake import Now
from rag.page.strings import Say

NOW = Now(embedded=160, to_embed=190, seconds_left=1)


@pytest.mark.parametrize(("waiting", "notes"), [
    pytest.param(None, ["160 de 190 fragmentos preparados", "quedan unos 1 s"], id="files-are-still-read"),
    pytest.param(30, ["quedan unos 1 s"], id="how-many-wait-is-told-above"),
    pytest.param(0, [], id="nothing-waits"),
])  # fmt: skip
def test_the_notes_do_not_gainsay_the_bar_above_them(waiting: int | None, notes: list[str]) -> None:
    assert notes_of(NOW, waiting, Say("es")) == notes
