"""A list of connections that was damaged, deleted, or written by a newer version; and a keyring that is silent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bench.scenes import Scene
from tests.bench.stage import Stage


def stored_list(stage: Stage) -> Iterator[Scene]:
    window, file = stage.window, stage.world.file
    stage.save_several()
    stage.choose("Release pipeline")
    whole = file.read_bytes()

    def read_again() -> None:
        window.reload()
        stage.wait(lambda: not stage.runner.active)
        stage.pause()

    file.write_bytes(b"\0" * 300)
    read_again()
    yield "list-restored", window
    window.problem.hide()
    file.unlink()
    read_again()
    yield "list-put-back", window
    window.problem.hide()
    file.write_text(json.dumps(json.loads(whole) | {"version": 7}))
    read_again()
    yield "list-newer", window
    window.problem.hide()
    file.write_bytes(whole)
    read_again()
    window.show_keyring_wait(True)
    stage.pause()
    yield "keyring-silent", window
    window.show_keyring_wait(False)
