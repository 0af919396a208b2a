"""`python -m rag`. Nothing is loaded before there is an answer to Ctrl-C."""

from __future__ import annotations

from ingest.interrupted import STOPPED, end_with
from ingest.leaving import leave


def main(argv: list[str] | None = None) -> int:
    """The exit code; see `rag.cli.command_line`."""
    from rag.cli import command_line

    return command_line.main(argv)


if __name__ == "__main__":
    end_with(STOPPED)
    leave(main())
