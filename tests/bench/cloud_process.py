"""The practice cloud in a process of its own, as a real Azure is never in the program's: real TLS, the same seed.

`CloudElsewhere` stands in for PracticeCloud where one is made; what it starts is this module, which listens until its
standard input is closed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Self

from desktop_app.core.cloud import Cloud
from desktop_app.practice import PracticeCard, PracticeCloud
from desktop_app.practice.card import practice_card
from desktop_app.practice.seed import seeded_directory


class CloudElsewhere:
    """What the program needs of a PracticeCloud, told by the process that has it."""

    def __init__(self, *, port: int = 0) -> None:
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self.cloud: Cloud
        self.ca_pem = b""
        self.certificate_der = b""

    def start(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.cloud_process", str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.cloud = Cloud(**told["cloud"])
        self.ca_pem, self.certificate_der = b64decode(told["ca_pem"]), b64decode(told["certificate_der"])
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate()  # closes its input
            self._process = None

    def card(self) -> PracticeCard:
        """Ids and secrets are the same in every run."""
        return practice_card(seeded_directory(datetime.now(UTC)), self.cloud.login)


def main(port: int) -> None:
    with PracticeCloud(port=port) as cloud:
        told = {
            "cloud": asdict(cloud.cloud),
            "ca_pem": b64encode(cloud.ca_pem).decode("ascii"),
            "certificate_der": b64encode(cloud.certificate_der).decode("ascii"),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
