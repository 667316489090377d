"""*Check this computer*: looks at what stands between it and a cloud, and says so in words, live and as a text to copy.

The copy and the JSON are made to be sent to somebody: no secret, no proxy password, and no name of the person's home
folder is in them.

The JSON is an object with `format` "ado-connect-computer-check" and `version` 1:

    all_well   true if nothing failed
    ended_at   UTC, ISO 8601 with "Z"
    checks     [{check, host, title, status, problem, words, now, facts, took_s}]; check, status and problem are stable
               codes; title, words and now (what to do, for one that failed) are for people
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop_app import __version__
from desktop_app.app.doctor_words import headline, line_title, line_words
from desktop_app.app.guidance import Guidance, Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckStatus
from desktop_app.core.diagnosis import Diagnosis, DiagnosisResult, Line, Scope, run_diagnoses
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.redact import redact

FORMAT = "ado-connect-computer-check"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Checkup:
    """One whole run; `ended_at` aware UTC."""

    scope: Scope
    results: tuple[DiagnosisResult, ...]
    ended_at: datetime

    @property
    def failures(self) -> tuple[DiagnosisResult, ...]:
        return tuple(result for result in self.results if result.status is CheckStatus.FAILED)

    @property
    def all_well(self) -> bool:
        """True if nothing failed; what can not be told is no failure."""
        return not self.failures


class Doctor:
    """Runs the diagnoses that `diagnoses` lists for a scope. Blocks, so it is called from a worker thread."""

    def __init__(self, diagnoses: Callable[[Scope], Sequence[Diagnosis]], clock: Clock) -> None:
        self._diagnoses = diagnoses
        self._clock = clock

    def lines(self, scope: Scope) -> tuple[Line, ...]:
        """What `run` will tell about, in the order it is shown. Looks at nothing yet."""
        return tuple(diagnosis.line for diagnosis in self._diagnoses(scope))

    def run(self, scope: Scope, on_result: Callable[[DiagnosisResult], None], cancel: Cancel) -> Checkup:
        """Look at everything at the same time; `on_result` is called in this thread. Raises Cancelled."""
        results = run_diagnoses(self._diagnoses(scope), clock=self._clock, on_result=on_result, cancel=cancel)
        return Checkup(scope, results, self._clock.now())


def guidance_of_result(result: DiagnosisResult, scope: Scope) -> Guidance | None:
    """What to do about a line; None for one that did not fail."""
    failure = failure_of(result)
    return None if failure is None else guidance_of(failure, Place(scope.cloud))


def failure_of(result: DiagnosisResult) -> ConnectionProblem | None:
    """A failed line as the problem it is."""
    return None if result.problem is None else ConnectionProblem(result.problem, result.facts)


def checkup_text(checkup: Checkup, home: Path | None = None) -> str:
    """Everything as plain text to send to somebody; `home` is the folder whose name is taken out, the person's own."""
    lines = [
        headline(len(checkup.failures)),
        "ADO Connect {version}, {system}, Python {python}, {moment}".format(
            version=__version__,
            system=f"{platform.system()} {platform.release()}",
            python=platform.python_version(),
            moment=_utc(checkup.ended_at),
        ),
        "",
    ]
    for result in checkup.results:
        lines.append(f"[{status_word(result.status)}] {line_title(result.line)}: {line_words(result, checkup.scope)}")
        guidance = guidance_of_result(result, checkup.scope)
        if guidance is not None and result.problem is not None:
            lines += [f"    {guidance.happened}", f"    {guidance.now}", f"    problem: {result.problem.value}"]
        lines += [f"    {name}: {value}" for name, value in result.facts.items()]
    return anonymous("\n".join(lines) + "\n", home or Path.home())


def checkup_json(checkup: Checkup, home: Path | None = None) -> str:
    """The shape at the top of this file, indented, ending in a line break."""
    place = home or Path.home()

    def clean(text: str) -> str:
        return anonymous(text, place).encode("utf-8", "replace").decode("utf-8")

    def entry(result: DiagnosisResult) -> dict[str, object]:
        guidance = guidance_of_result(result, checkup.scope)
        return {
            "check": result.line.name.value,
            "host": result.line.host,
            "title": clean(line_title(result.line)),
            "status": result.status.value,
            "problem": result.problem.value if result.problem else None,
            "words": clean(line_words(result, checkup.scope)),
            "now": clean(guidance.now) if guidance else "",
            "facts": {name: clean(value) for name, value in result.facts.items()},
            "took_s": round(result.took_s, 3),
        }

    document = {
        "format": FORMAT,
        "version": VERSION,
        "all_well": checkup.all_well,
        "ended_at": _utc(checkup.ended_at),
        "checks": [entry(result) for result in checkup.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def status_word(status: CheckStatus) -> str:
    """How a line ended, in a word or two."""
    match status:
        case CheckStatus.PASSED:
            return _("OK")
        case CheckStatus.FAILED:
            return _("Failed")
        case CheckStatus.UNKNOWN:
            return _("Cannot be told")
        case CheckStatus.SKIPPED:
            return _("Not checked")


def anonymous(text: str, home: Path) -> str:
    """`text` without secrets, and with "~" for the person's home folder, however its path is written. Where the
    folder's name stands in another path it goes too: it is mostly the person's own."""
    for path in {str(home), home.as_posix(), json.dumps(str(home))[1:-1]}:
        if len(path) > 1:  # a service's home may be the root
            text = re.sub(rf"{re.escape(path)}(?![\w.-])", "~", text, flags=re.IGNORECASE)
    if home.name:
        text = re.sub(rf"(?<=[/\\]){re.escape(home.name)}(?![\w.-])", "~", text, flags=re.IGNORECASE)
    return redact(text)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
