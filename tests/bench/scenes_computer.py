"""*Check this computer*, and what is saved of it for support."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.gui.doctor_window import DoctorWindow
from desktop_app.gui.support_dialog import SupportDialog
from tests.bench.scenes import Scene
from tests.bench.stage import Stage


def computer(stage: Stage) -> Iterator[Scene]:
    stage.window.check_computer()
    doctor = stage.dialog("doctorWindow")
    assert isinstance(doctor, DoctorWindow)
    stage.wait(lambda: not doctor.busy)
    yield "computer", doctor
    doctor.save.click()
    stage.pause()
    support = doctor.findChild(SupportDialog)
    assert support is not None
    yield "support", support
    folder = stage.world.folder
    support.write(folder / "gone" / "ado-connect-support.zip")
    stage.wait(lambda: not stage.runner.active)
    yield "support-failed", support
    folder.mkdir(parents=True, exist_ok=True)
    support.write(folder / "ado-connect-support.zip")
    stage.wait(lambda: not stage.runner.active)
    yield "support-saved", support
    support.close()
    doctor.close()
