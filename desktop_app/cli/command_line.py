"""Which command was meant, and how the program ends.

Exit codes: 0 all well, 1 something is wrong, 2 the command line can not be understood or names what is not there,
130 stopped by the person (Ctrl+C), 143 told to end, 141 nobody reads the answer any more.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from desktop_app import __version__
from desktop_app.app.i18n import _, choose_language
from desktop_app.cli.failures import UsageFault, tell, tell_usage
from desktop_app.cli.progress import Progress
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace

FAILED, USAGE, NOBODY_READS = 1, 2, 141
LOOK_S = 0.2
"""So often the main thread looks whether it was told to stop: a wait without an end can not be interrupted on
Windows."""

Build = Callable[[bool], "Workspace"]
"""Builds what a command works with; the argument is whether it is the practice cloud's."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """`command` is "" for the window, else "doctor", "check" or "list". --help, --version and mistakes end the
    program here."""
    choose_language()
    return _parser().parse_args(list(arguments))


def run(command: argparse.Namespace, build: Build) -> int:
    """Run a command of `parse`; returns the exit code, once everything was written. Never raises."""
    _be_lenient()
    _log_what_nobody_catches()
    cancel = Cancel()
    told_to_end: list[int] = []
    restore = _end_gently(told_to_end)
    work: Future[int] = Future()
    worker = threading.Thread(target=_work, args=(command, build, cancel, work), name="ado-command", daemon=True)
    worker.start()
    code = FAILED
    try:
        code = _wait(work)
    except KeyboardInterrupt:
        cancel.request()
        _give_time(work)
        code = 128 + (told_to_end[0] if told_to_end else signal.SIGINT)
    except BrokenPipeError:
        code = NOBODY_READS
    restore()
    if work.done():
        worker.join()
    return _leave(code)


def _wait(work: Future[int]) -> int:
    while True:
        try:
            return work.result(LOOK_S)
        except TimeoutError:
            if work.done():
                raise


def _give_time(work: Future[int]) -> None:
    """What must be put back is put back by then (core/diagnosis.py)."""
    from desktop_app.core.diagnosis import TIDY_S

    try:
        work.exception(TIDY_S + 1.0)
    except (TimeoutError, KeyboardInterrupt):  # asked twice: at once
        return


def _work(command: argparse.Namespace, build: Build, cancel: Cancel, work: Future[int]) -> None:
    try:
        work.set_result(_answer(command, build, cancel))
    except BaseException as error:  # carried to the main thread
        work.set_exception(error)


def _answer(command: argparse.Namespace, build: Build, cancel: Cancel) -> int:
    progress = Progress(sys.stderr)
    try:
        workspace = build(command.practice)
        try:
            return _run(command, workspace, progress, cancel)
        finally:
            progress.clear()
            workspace.close()
    except UsageFault as fault:
        tell_usage(fault)
        return USAGE
    except ConnectionProblem as failure:
        tell(failure)
        return FAILED
    except BrokenPipeError:
        raise
    except Cancelled:
        return 128 + signal.SIGINT
    except Exception as error:  # a defect: its traceback is for the log
        import logging

        logging.getLogger(__name__).exception("a command failed unexpectedly")
        tell(ConnectionProblem(Problem.INTERNAL, {"error": type(error).__name__}))
        return FAILED


def _run(command: argparse.Namespace, workspace: Workspace, progress: Progress, cancel: Cancel) -> int:
    match command.command:
        case "doctor":
            from desktop_app.cli.doctor import Asked, doctor

            asked = Asked(command.name, as_json=command.json, save=command.save)
            return doctor(workspace, asked, progress, cancel)
        case "check":
            from desktop_app.cli.check import Wanted, check

            wanted = Wanted(command.name, tuple(command.project), closely=command.closely, as_json=command.json)
            return check(workspace, wanted, progress, cancel)
        case _:
            from desktop_app.cli.listing import listing

            return listing(workspace, as_json=command.json)


def _be_lenient() -> None:
    """A terminal that lacks a character shows another one in its place."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _log_what_nobody_catches() -> None:
    """What fails in a thread of a library, or while something is thrown away: Python would print it as it is, with
    whatever secret is in its message; the log has none."""
    import logging

    def log(what: str, kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
        found = (kind, error, where) if error is not None else None
        logging.getLogger(__name__).error("unexpected error %s", what, exc_info=found)

    threading.excepthook = lambda caught: log("in a thread", caught.exc_type, caught.exc_value, caught.exc_traceback)
    sys.unraisablehook = lambda caught: log("ignored", caught.exc_type, caught.exc_value, caught.exc_traceback)


def _end_gently(told: list[int]) -> Callable[[], None]:
    """Make a request to end (SIGTERM) stop a command as Ctrl+C does; returns what takes that back."""

    def stop(number: int, _frame: object) -> None:
        told.append(number)
        raise KeyboardInterrupt

    before: Any = signal.signal(signal.SIGTERM, stop)  # typed as in typeshed: a function or a number

    def restore() -> None:
        signal.signal(signal.SIGTERM, before)

    return restore


def _leave(code: int) -> int:
    """Write out what is still held back. A thread that waits for a server or the keyring ends with the process: Python
    would wait for it."""
    import logging

    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            code = code or NOBODY_READS
            _forget(stream)
    if any(thread.name.startswith("ado-") and thread.is_alive() for thread in threading.enumerate()):
        os._exit(code)
    return code


def _forget(stream: Any) -> None:
    """Python flushes at its end once more and would complain (Python docs, note on SIGPIPE)."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


# -- the words of --help ----------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ado-connect",
        description=_(
            "Set up, prove, keep and hand out connections to Azure DevOps. Without a command the window is opened."
        ),
        epilog=_("Exit codes: 0 all well, 1 something is wrong, 2 the command can not be understood, 130 stopped."),
    )
    parser.add_argument("--version", "-V", action="version", version=f"ado-connect {__version__}")
    _add_practice(parser, default=False)
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("commands"))
    parser.set_defaults(command="")
    doctor = _add(
        commands,
        "doctor",
        _("check this computer"),
        _(
            "Check this computer: network, proxy, the servers and who vouches for them, clock, keyring, the built-in "
            "sign-in window, folders. A test secret is put into the keyring and removed again; nothing else changes."
        ),
    )
    doctor.add_argument(
        "name", nargs="?", default="", metavar=_("NAME"), help=_("check what this connection needs, not all there is")
    )
    doctor.add_argument(
        "--save",
        type=Path,
        metavar=_("FILE"),
        help=_("also write a ZIP file for whoever helps you: what was found, settings, states and log, no secret"),
    )
    check = _add(
        commands,
        "check",
        _("check a connection and its permissions"),
        _(
            "Check a saved connection, and find out which of the permissions it needs are granted. Nothing in Azure "
            "DevOps is changed."
        ),
    )
    check.add_argument("name", metavar=_("NAME"), help=_("the connection's name, as the list shows it"))
    check.add_argument(
        "--project",
        nargs="+",
        action="extend",
        default=[],
        metavar=_("PROJECT"),
        help=_("report on these projects; otherwise on those chosen last, or on all up to 50"),
    )
    check.add_argument(
        "--closely",
        action="store_true",
        help=_("send empty requests too, which change nothing but tell more; what they tell is likely, not certain"),
    )
    _add(commands, "list", _("list the saved connections"), _("List the saved connections, without any secret."))
    return parser


def _add(commands: Any, name: str, short: str, long: str) -> argparse.ArgumentParser:  # argparse's type is private
    parser: argparse.ArgumentParser = commands.add_parser(name, help=short, description=long)
    parser.add_argument("--json", action="store_true", help=_("answer in JSON, for programs"))
    _add_practice(parser, default=argparse.SUPPRESS)
    return parser


def _add_practice(parser: argparse.ArgumentParser, default: bool | str) -> None:
    parser.add_argument(
        "--practice", action="store_true", default=default, help=_("use the practice cloud, which is on this computer")
    )
