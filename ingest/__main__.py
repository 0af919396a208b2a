"""The command line: `python -m ingest PATH...`"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from dataclasses import replace
from pathlib import Path

from ingest.errors import TomoError
from ingest.settings import Settings, read_settings

WATCH_SECONDS = 3.0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 all done, 2 done but some files failed, 1 could not run."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        settings = read_settings()
        if arguments.library:
            settings = replace(settings, library=arguments.library)
        return _run(arguments, settings)
    except TomoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What is done is kept; the same command goes on from here.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ingest", description="Read manuals and tickets into the library.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library's folder (default: data/library)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="files read at once (default 1)")
    parser.add_argument("--prune", action="store_true", help="remove documents whose file is gone")
    parser.add_argument("--watch", action="store_true", help="stay, and take in changes as they happen")
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return int(text)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    # The heavy libraries load here and not above, so that --help answers at once.
    from ingest.opening import open_tools
    from ingest.pipeline import ingest
    from ingest.report import show

    tools = open_tools(settings, lambda line: print(line, file=sys.stderr, flush=True))
    options = {"prune": arguments.prune, "workers": arguments.workers}
    summary = show(ingest(arguments.paths, tools, **options), arguments.json)
    while arguments.watch:
        time.sleep(WATCH_SECONDS)
        show(ingest(arguments.paths, tools, **options), arguments.json, quiet_unchanged=True)
    if not any(path.exists() for path in arguments.paths):
        return 1
    return 2 if summary.failed else 0


if __name__ == "__main__":
    sys.exit(main())
