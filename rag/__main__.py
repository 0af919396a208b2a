"""`python -m rag`. Nothing is loaded before there is an answer to Ctrl-C."""

from __future__ import annotations

import sys

from ingest.interrupted import STOPPED, end_with


def main(argv: list[str] | None = None) -> int:
    """The exit code; see `rag.cli.command_line`."""
    from rag.cli import command_line

    return command_line.main(argv)


if __name__ == "__main__":
    end_with(STOPPED)
    sys.exit(main())
