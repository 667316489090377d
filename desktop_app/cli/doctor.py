"""`ado-connect doctor`: what stands between this computer and Azure DevOps."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.app.doctor import Checkup, anonymous, checkup_json, guidance_of_result, status_word
from desktop_app.app.doctor_words import headline, line_title, line_words
from desktop_app.app.i18n import _
from desktop_app.cli.choosing import connection_named
from desktop_app.cli.layout import columns, paragraph
from desktop_app.cli.progress import Progress
from desktop_app.core.cancel import Cancel
from desktop_app.core.diagnosis import DiagnosisResult, Scope

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A connection's `name`, or empty for all that a cloud asks for; `save` is where a support file is wanted."""

    name: str = ""
    as_json: bool = False
    save: Path | None = None


def doctor(workspace: Workspace, asked: Asked, progress: Progress, cancel: Cancel) -> int:
    """Check everything that was asked for; 0 if nothing failed and the support file could be written, else 1."""
    if workspace.doctor is None or workspace.support is None:
        raise ValueError("this workspace was built without a doctor")
    scope = Scope(workspace.clouds[0])
    if asked.name:
        profile = connection_named(workspace.connections, asked.name)
        scope = Scope(profile.cloud, frozenset({profile.method}), profile.ca_file)

    def told(result: DiagnosisResult) -> None:
        progress.say(f"{line_title(result.line)}: {status_word(result.status)}")

    progress.say(_("Checking this computer…"))
    checkup = workspace.doctor().run(scope, told, cancel)
    progress.clear()
    sys.stdout.write(checkup_json(checkup) if asked.as_json else _as_table(checkup))
    if asked.save is not None and (failure := workspace.support.save(asked.save, checkup)):
        sys.stderr.write(failure + "\n")
        return 1
    return 0 if checkup.all_well else 1


def _as_table(checkup: Checkup) -> str:
    """Every line, then what to do about those that failed, once for each problem."""
    rows = [
        (line_title(result.line), status_word(result.status), line_words(result, checkup.scope))
        for result in checkup.results
    ]
    text = [columns(rows), "", headline(len(checkup.failures))]
    for problem in dict.fromkeys(result.problem for result in checkup.failures):
        alike = [result for result in checkup.failures if result.problem is problem]
        guidance = guidance_of_result(alike[0], checkup.scope)
        if guidance is not None and problem is not None:
            text += ["", paragraph("; ".join(line_title(result.line) for result in alike))]
            said = (f"{guidance.title}.", guidance.happened, guidance.likely, guidance.now)
            text += [paragraph(words, "  ") for words in said]
            text.append(f"  problem: {problem.value}")
    return anonymous("\n".join(text) + "\n", Path.home())
