"""The command line: `python -m ingest PATH...`"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from dataclasses import replace
from pathlib import Path

from ingest.errors import LibraryBusy, TomoError
from ingest.settings import Settings, read_settings

WATCH_SECONDS = 3.0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 all done, 2 done but some files failed, 1 could not run."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        settings = _settings(arguments)
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
    parser.add_argument("--dry-run", action="store_true", help="show what is new, changed or gone, and do nothing")
    parser.add_argument("--prune", action="store_true", help="remove documents whose file is gone")
    parser.add_argument("--watch", action="store_true", help="stay, and take in changes as they happen")
    parser.add_argument("--again", action="store_true", help="read unchanged files too")
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="files read at once (default 1)")
    parser.add_argument("--map", type=Path, metavar="FILE", help="what the columns of a ticket export hold")
    parser.add_argument("--mask-pii", action="store_true", help="replace addresses, numbers and names in tickets")
    parser.add_argument("--no-ocr", action="store_true", help="do not read the text of pictures and scans")
    parser.add_argument("--no-space-check", action="store_true", help="start even if the disk looks too small")
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return int(text)


def _settings(arguments: argparse.Namespace) -> Settings:
    """The settings, with what the command line says instead."""
    settings = read_settings()
    if arguments.library:
        settings = replace(settings, library=arguments.library)
    if arguments.map:
        settings = replace(settings, columns=str(arguments.map))
    return replace(
        settings, ocr=settings.ocr and not arguments.no_ocr, mask_pii=settings.mask_pii or arguments.mask_pii
    )


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    # The heavy libraries load here and not above, so that --help answers at once.
    from ingest.opening import open_tools, recipe
    from ingest.pipeline import ingest
    from ingest.preview import preview
    from ingest.report import Report, show_preview

    if arguments.dry_run:
        show_preview(preview(arguments.paths, settings.library, recipe(settings), arguments.again), arguments.json)
        return _code(arguments, 0)
    tools = open_tools(settings, _say)
    report = Report(arguments.json)

    def once(*, again: bool = False, retry: bool = True) -> int:
        """One run; how many files failed."""
        events = ingest(
            arguments.paths, tools, prune=arguments.prune, again=again, retry=retry, workers=arguments.workers,
            check_space=not arguments.no_space_check,
        )  # fmt: skip
        return report.show(events).failed

    failed = once(again=arguments.again)
    while arguments.watch:
        time.sleep(WATCH_SECONDS)
        try:
            failed = once(retry=False)
        except LibraryBusy as error:
            _say(f"{error} Trying again.")
    return _code(arguments, failed)


def _code(arguments: argparse.Namespace, failed: int) -> int:
    if not any(path.exists() for path in arguments.paths):
        return 1
    return 2 if failed else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
