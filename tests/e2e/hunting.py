"""The hunt's side of a program in another process: tells it what to do, watches it, and knows every secret it meets."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.core.credential import Secret
from desktop_app.practice.derivation import client_secret, personal_access_token
from desktop_app.practice.service import Service
from tests.e2e.sweep import Sweep
from tests.e2e.witness import WatchedCloud, Witness

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0
Told = dict[str, Any]  # JSON has no static type


class EchoingCloud(WatchedCloud):
    """Repeats what it was sent in every place of an answer, while `echo` is a status."""

    echo = 0

    def _answer(self, service: Service, request: Request) -> Response:
        answer = super()._answer(service, request)
        if not self.echo or request.path.endswith("/openid-configuration"):
            return answer
        heard = f"Authorization: {request.headers.get('Authorization', '')} {request.get_data(as_text=True)}"
        body = {"message": heard, "typeKey": heard, "error": heard, "error_description": heard, "value": [heard]}
        line = heard.replace("\r", " ").replace("\n", " ")
        headers = {"X-TFS-ServiceError": line, "ActivityId": line, "WWW-Authenticate": line, "Request-Id": line}
        return Response(json.dumps(body), self.echo, headers, content_type="application/json")


def canary(witness: Witness, kind: str, make: Any = secrets.token_urlsafe) -> str:
    """A secret that is nowhere else, noted."""
    value = str(make(secrets.token_hex(8)) if make is not secrets.token_urlsafe else f"~{make(24)}+/{make(6)}=")
    witness.secrets[Secret(value)] = f"canary: {kind}"
    return value


def plant(witness: Witness) -> Told:
    """Puts canaries in the place of the practice cloud's secrets; returns them for whoever types them."""
    directory = witness.cloud.directory
    pats = {name: canary(witness, f"token {name}", personal_access_token) for name in ("four-scopes", "wide")}
    for name, value in pats.items():
        directory.pat(name).value = Secret(value)
    apps = {key: canary(witness, f"secret of {key}", client_secret) for key in ("automation", "web")}
    for key, value in apps.items():
        app = directory.app(key)
        directory.replace_app(replace(app, secrets=(replace(app.secrets[0], value=Secret(value)),)))
    return {"pats": pats, "apps": apps}


@dataclass
class Hunted:
    """A program that runs in `environment`; what it prints goes into files of `folder`."""

    cloud: WatchedCloud
    values: Told
    environment: dict[str, str]
    folder: Path
    sweep: Sweep
    process: subprocess.Popen[str] | None = None
    _answers: Any = field(init=False)  # a text file

    def about(self) -> Told:
        return {
            "cloud": asdict(self.cloud.cloud),
            "ca_pem": b64encode(self.cloud.ca_pem).decode(),
            "certificate_der": b64encode(self.cloud.certificate_der).decode(),
        }

    def start(self) -> Hunted:
        reading, writing = os.pipe()
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.hunted", str(writing)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                pass_fds=[writing],
                text=True,
            )
        os.close(writing)
        self._answers = os.fdopen(reading)
        self._say(self.about() | {"values": self.values})
        return self

    def do(self, deed: str, **given: object) -> Told:
        """What it answers. What a person could read is searched too."""
        self._say({"do": deed, **given})
        line = self._answers.readline()
        assert line, f"{deed}: it ended; {self.complaints()}"
        told: Told = json.loads(line)
        assert "failed" not in told, f"{deed} {given.get('name', '')}: {told['failed']}"
        self.sweep.add("words in a window", str(told.get("words", "")).encode())
        if deed != "copy":  # it changes no window, and there are many
            self.look_at_titles()
        return told

    def look_at_titles(self) -> None:
        command = ["xwininfo", "-display", self.environment["DISPLAY"], "-root", "-tree"]
        seen = subprocess.run(command, capture_output=True, check=False)  # a window may go while it looks
        self.sweep.add("titles of windows", seen.stdout)

    def complaints(self) -> str:
        return (self.folder / "stderr").read_text(errors="replace")[-2000:]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of a shell over the same connections; what it prints is searched."""
        ended = subprocess.run(
            [sys.executable, "-m", "tests.e2e.hunted", "0"],
            cwd=ROOT,
            env=self.environment,
            input=json.dumps(self.about() | {"command": [*arguments, "--practice"]}) + "\n",
            capture_output=True,
            text=True,
            check=False,
        )
        self.sweep.add(f"output of {arguments[0]}", f"{ended.stdout}{ended.stderr}".encode())
        return ended

    def kill(self) -> None:
        """As the power does. Harmless when it has ended."""
        if self.process is not None:
            self.process.kill()
            self._end()

    def close(self) -> None:
        """As a person does."""
        self.do("close")
        assert self._end() == 0, self.complaints()

    def _end(self) -> int:
        assert self.process is not None
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        ended = self.process.wait(LIMIT_S)
        self._answers.close()
        self.process = None
        return ended

    def _say(self, told: Told) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()


class Onlooker:
    """Another program on the same display."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.e2e.onlooker"]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)

    def selections(self) -> dict[str, str]:
        """What CLIPBOARD and PRIMARY hold."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("look\n")
        self._process.stdin.flush()
        found: dict[str, str] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        self._process.communicate()


@contextlib.contextmanager
def onlooker(environment: dict[str, str]) -> Iterator[Onlooker]:
    looks = Onlooker(environment)
    try:
        yield looks
    finally:
        looks.close()


def keyring_dump() -> Iterator[tuple[str, str, bytes]]:
    """(service, everything that is no secret, the secret) of each item in the keyring."""
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        for item in secretstorage.get_default_collection(connection).get_all_items():
            attributes = item.get_attributes()
            beside = f"{item.get_label()} {attributes} {item.get_secret_content_type()}"
            yield attributes.get("service", ""), beside, item.get_secret()
