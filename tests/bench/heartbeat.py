"""How long the GUI thread does not come round: a timer that notes when it is late, and a thread that looks why.

Independent of what the program itself measures. A gap is the time between two beats less the interval they were asked
for; every gap is counted for the phase in which it ended.
"""

import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
LATE_S = 0.050
LOOK_S = 0.010
DEPTH = 7


@dataclass
class Phase:
    """The longest gap, the most processor time of the GUI thread in one gap, and what every thread did in late ones.

    On a machine with other work to do a gap grows by what the others take; the processor time does not.
    """

    longest_ms: float = 0.0
    busiest_ms: float = 0.0
    late: list[tuple[float, list[str]]] = field(default_factory=list)


class Heartbeat(QObject):
    """Make it in the GUI thread; `stop()` it before the program ends."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phases: dict[str, Phase] = {}
        self._phase = ""
        self._last = time.perf_counter()
        self._last_busy = time.thread_time()
        self._seen: list[str] = []
        self._gui = threading.get_ident()
        self._stopped = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)
        self._watcher = threading.Thread(target=self._watch, name="bench-watcher", daemon=True)
        self._watcher.start()

    def enter(self, phase: str) -> None:
        """What follows counts for this phase."""
        self._phase = phase
        self.phases.setdefault(phase, Phase())

    def stop(self) -> None:
        self._timer.stop()
        self._stopped.set()
        self._watcher.join()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap_ms = (now - self._last) * 1000 - BEAT_MS
        self._last = now
        busy = time.thread_time()
        busy_ms = (busy - self._last_busy) * 1000
        self._last_busy = busy
        seen, self._seen = self._seen, []
        if not self._phase:
            return
        phase = self.phases[self._phase]
        phase.longest_ms = max(phase.longest_ms, gap_ms)
        phase.busiest_ms = max(phase.busiest_ms, busy_ms)
        if gap_ms > LATE_S * 1000:
            phase.late.append((gap_ms, seen))

    def _watch(self) -> None:
        """Sees the GUI thread only where it lets other threads run; else it sees it right afterwards."""
        while not self._stopped.wait(LOOK_S):
            late_s = time.perf_counter() - self._last
            if late_s > LATE_S / 2 and len(self._seen) < 3:
                self._seen.append(f"after {late_s * 1000:.0f} ms: " + " | ".join(self._stacks()))

    def _stacks(self) -> list[str]:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        frames = sys._current_frames()
        others = [ident for ident in frames if names.get(ident, "").startswith("ado-")]
        return [f"{names.get(ident)}: {_stack(frames[ident])}" for ident in (self._gui, *others)]


def _stack(frame: FrameType) -> str:
    lines = traceback.extract_stack(frame)[-DEPTH:]
    return " > ".join(f"{'/'.join(line.filename.split('/')[-2:])}:{line.lineno} {line.name}" for line in lines)
