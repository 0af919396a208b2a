"""`python -m ingest`. Nothing is loaded before there is an answer to Ctrl-C."""

from __future__ import annotations

from ingest.interrupted import GOES_ON, end_with
from ingest.leaving import leave


def main(argv: list[str] | None = None) -> int:
    """The exit code; see `ingest.command_line`."""
    from ingest import command_line

    return command_line.main(argv)


if __name__ == "__main__":
    end_with(GOES_ON)
    leave(main())
