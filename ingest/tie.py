"""A library ↔ the embedder whose vectors it holds: no other's can be compared with them."""

from __future__ import annotations

from ingest.database import Database
from ingest.errors import LibraryError
from ingest.identity import is_packaged


class EmbedderTie(Database):
    """The embedder that a library is tied to, by its name."""

    def claim(self, embedder: str) -> None:
        """Tie the library to an embedder at first use; LibraryError when it was built with another."""
        known = self.meta("embedder")
        if known is None:
            self.set_meta("embedder", embedder)
        elif known != embedder and is_packaged(known) and is_packaged(embedder):
            raise LibraryError(
                f"{self.folder}: its vectors were made by another version of the packaged embedder ({known}). Run "
                "`python -m rag doctor --fix` once, or add any file: they are made anew from the stored text."
            )
        elif known != embedder:
            raise LibraryError(
                f"{self.folder}: was built with the embedder {known}, and {embedder} is set now. "
                "Their vectors cannot be compared: set that embedder again (TOMO_EMBEDDER), or ingest into a new "
                "folder with --library."
            )

    def expect(self, embedder: str) -> None:
        """LibraryError when the library was built with an embedder of another identity, in which its name ends."""
        known = self.meta("embedder")
        if known is not None and not known.endswith(f":{embedder.rpartition(':')[2]}"):
            self.claim(embedder)

    def expect_unchanged(self, embedder: str) -> None:
        """LibraryError when another process has tied the library to another embedder since this one opened it."""
        known = self.meta("embedder")
        if known not in (None, embedder):
            raise LibraryError(
                f"{self.folder}: another program has made its vectors anew, with another version of the embedder "
                f"({known}), while this one had it open. Close this program and start it again."
            )
