"""The practice cloud under Microsoft's names, as a program of its own: until its standard input is closed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop_app.practice import PracticeCloud
from desktop_app.practice.certificates import load_certificate
from desktop_app.practice.service import REAL_HOSTS
from tests.e2e.real_hosts.certificate import AUTHORITY, CHAIN, KEY


def main(folder: Path) -> None:
    certificate = load_certificate(folder / CHAIN, folder / KEY, folder / AUTHORITY)
    with PracticeCloud(hosts=REAL_HOSTS, port=443, certificate=certificate) as cloud:
        print("ready", flush=True)  # noqa: T201 - the one who started it waits for this
        sys.stdin.read()
        seen = [f"{request.method} {request.service}{request.path}" for request in cloud.requests.all()]
        (folder / "requests.json").write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
