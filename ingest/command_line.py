"""The command line: `python -m ingest PATH...`"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ingest.console import exit_code, show
from ingest.errors import LibraryError, SettingsError
from ingest.interrupted import GOES_ON
from ingest.settings import Settings, read_settings

if TYPE_CHECKING:
    from ingest.scan import Recipe

WATCH_SECONDS = 3.0
EVERY_SECONDS = 10.0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 all done, 2 done but some files failed, 1 could not run."""
    arguments = _parser().parse_args(argv)
    return exit_code(lambda: _settings(arguments), lambda settings: _run(arguments, settings), GOES_ON)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ingest", description="Read manuals and tickets into the library.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library's folder (default: data/library)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.add_argument("--dry-run", action="store_true", help="show what is new, changed or gone, and do nothing")
    parser.add_argument("--prune", action="store_true", help="remove documents whose file is gone")
    parser.add_argument("--watch", action="store_true", help="stay, and take in changes as they happen")
    parser.add_argument("--again", action="store_true", help="read unchanged files too")
    parser.add_argument(
        "--wait", type=float, default=1.0, metavar="SECONDS", help="for somebody else who is writing (default 1)"
    )
    parser.add_argument(
        "--progress", type=float, default=EVERY_SECONDS, metavar="SECONDS",
        help="between two lines about the progress, where there is no terminal (default 10)",
    )  # fmt: skip
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="files read at once (default 1)")
    parser.add_argument("--map", type=Path, metavar="FILE", help="what the columns of a ticket export hold")
    parser.add_argument(
        "--mask-pii",
        action=argparse.BooleanOptionalAction,
        help="replace addresses, numbers and names in tickets, in this run and all later ones",
    )
    parser.add_argument("--no-ocr", action="store_true", help="do not read the text of pictures and scans")
    parser.add_argument("--no-space-check", action="store_true", help="start even if the disk looks too small")
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return int(text)


def _settings(arguments: argparse.Namespace) -> Settings:
    """The settings, with what the command line says instead."""
    if arguments.dry_run and arguments.watch:
        raise SettingsError("--dry-run shows what a run would do, --watch goes on running: give one of them.")
    settings = read_settings()
    if arguments.library:
        settings = replace(settings, library=arguments.library)
    if arguments.map:
        settings = replace(settings, columns=str(arguments.map))
    if arguments.mask_pii is not None:
        settings = replace(settings, mask_pii=arguments.mask_pii)
    return replace(settings, ocr=settings.ocr and not arguments.no_ocr)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    # The heavy libraries load here and not above, so that --help answers at once.
    from ingest.counting import AnsweringModelCounts
    from ingest.opening import open_tools, recipe_of, unmask
    from ingest.pipeline import ingest
    from ingest.preview import preview
    from ingest.report import Report, show_preview

    if arguments.dry_run:
        unmasks = arguments.mask_pii is False

        def recipes(masked: bool) -> Recipe:
            return recipe_of(settings, settings.mask_pii or (masked and not unmasks))

        show_preview(preview(arguments.paths, settings.library, recipes, arguments.again), arguments.json)
        return _code(arguments, 0)
    if arguments.mask_pii is False:
        unmask(settings)
    tools = open_tools(settings, _say)
    report, counts = Report(arguments.json, arguments.progress), AnsweringModelCounts(tools.library, settings)

    def once(*, again: bool = False, retry: bool = True) -> int:
        """One run; how many files failed."""
        events = ingest(
            arguments.paths, tools, prune=arguments.prune, again=again, retry=retry, workers=arguments.workers,
            check_space=not arguments.no_space_check, wait=arguments.wait,
        )  # fmt: skip
        failed = report.show(events).failed
        counts.bring_up_to_date()
        return failed

    if arguments.watch:
        _watch(once, again=arguments.again)
    return _code(arguments, once(again=arguments.again))


def _watch(once: Callable[..., int], again: bool) -> NoReturn:
    """A run every few seconds, until Ctrl-C. Whatever a run meets is said once; the next one tries again."""
    said = ""
    options = {"again": again, "retry": True}
    while True:
        try:
            once(**options)
            said, options = "", {"again": False, "retry": False}
        except LibraryError as error:
            # The process id in a message about a busy library changes; what to do does not.
            if (kind := f"{type(error).__name__}") != said:
                _say(f"{error} Trying again.")
            said = kind
        time.sleep(WATCH_SECONDS)


def _code(arguments: argparse.Namespace, failed: int) -> int:
    if not any(os.path.exists(path) for path in arguments.paths):  # Path.exists raises for a name too long
        return 1
    return 2 if failed else 0


def _say(line: str) -> None:
    show(line, file=sys.stderr)
