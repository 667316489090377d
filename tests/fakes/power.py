"""Stores whose power can fail: at a chosen write, before or after it took effect, and for good until it is back.

What was written before stays; whoever works with the stores has no chance to tidy up, as after SIGKILL.
"""

from collections.abc import Callable

from desktop_app.core.changes import Change
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.profile_store import MemoryProfileStore


class PowerCut(BaseException):
    """The process is gone: nobody catches this but the test."""


class Power:
    """Counts writes in `writes`. `fail_at` is the number of the write at which it fails; it stays off after that.

    With `refuse_with` nothing is cut: that one write, and with `for_good` all that follow, is refused with this problem
    and has no effect.
    """

    def __init__(self) -> None:
        self.writes: list[str] = []
        self.fail_at: int | None = None
        self.after_effect = False
        self.refuse_with: Problem | None = None
        self.for_good = False
        self._on = True

    def back(self) -> None:
        """The computer starts again."""
        self.writes.clear()
        self.fail_at = None
        self.refuse_with = None
        self._on = True

    def write(self, name: str, do: Callable[[], object]) -> None:
        """`do` it, unless the power fails before, or after."""
        self.read()
        number = len(self.writes)
        fails = number == self.fail_at
        self.writes.append(name)
        if self.refuse_with is not None and self.fail_at is not None:
            if fails or (self.for_good and number > self.fail_at):
                raise ConnectionProblem(self.refuse_with, {"host": "fake.example"})
            fails = False
        if fails and not self.after_effect:
            self._on = False
        self.read()
        do()
        if fails:
            self._on = False
        self.read()

    def read(self) -> None:
        if not self._on:
            raise PowerCut


class PoweredSecrets(MemorySecretStore):
    def __init__(self, power: Power) -> None:
        super().__init__()
        self._power = power

    def get(self, key: ProfileId) -> Secret | None:
        self._power.read()
        return super().get(key)

    def set(self, key: ProfileId, secret: Secret) -> None:
        self._power.write(f"secrets.set {slot_name(key)}", lambda: super(PoweredSecrets, self).set(key, secret))

    def delete(self, key: ProfileId) -> bool:
        there = self.get(key) is not None
        self._power.write(f"secrets.delete {slot_name(key)}", lambda: super(PoweredSecrets, self).delete(key))
        return there

    def slots(self) -> frozenset[str]:
        """What it holds."""
        return frozenset(slot_name(key) for key in self._secrets)


class PoweredProfiles(MemoryProfileStore):
    def __init__(self, power: Power) -> None:
        super().__init__()
        self._power = power

    def load(self) -> tuple[Profile, ...]:
        self._power.read()
        return super().load()

    def save(self, profile: Profile) -> None:
        self._power.write("profiles.save", lambda: super(PoweredProfiles, self).save(profile))

    def update(self, key: ProfileId, change: Callable[[Profile], Profile]) -> Profile:
        updated: list[Profile] = []
        update = super().update
        self._power.write("profiles.save", lambda: updated.append(update(key, change)))
        return updated[0]

    def remove(self, key: ProfileId) -> bool:
        there = any(profile.id == key for profile in self.load())
        self._power.write("profiles.remove", lambda: super(PoweredProfiles, self).remove(key))
        return there


class PoweredJournal(MemoryJournal):
    def __init__(self, power: Power) -> None:
        super().__init__()
        self._power = power

    def load(self) -> tuple[Change, ...]:
        self._power.read()
        return super().load()

    def put(self, change: Change) -> None:
        self._power.write(f"journal.put {change.step}", lambda: super(PoweredJournal, self).put(change))

    def drop(self, key: ProfileId) -> None:
        self._power.write("journal.drop", lambda: super(PoweredJournal, self).drop(key))


def slot_name(key: ProfileId) -> str:
    """ "", or ".token", ".new", ".old"."""
    return key[32:]
