"""How each form is read by the tool it is for, and what that tool can carry.

A reader hands the finished text to the real program where the machine has it, and gives back the secret it found.
"""

from __future__ import annotations

import base64
import json
import netrc
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from http.client import parse_headers
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from tests.unit.app.handover import powershell

ORGANIZATION_URL = "https://dev.azure.com/contoso"
REPOSITORY = f"{ORGANIZATION_URL}/Shop/_git/website"


@dataclass(frozen=True)
class Place:
    """Where readers may write."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Nobody's own settings of git."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C.UTF-8",
        }

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def run(self, *words: str, given: str = "", **more: str) -> str:
        """What a program writes, byte for byte."""
        answer = subprocess.run(
            words,
            input=given.encode(),
            env={**self.environment, **more},
            cwd=self.folder,
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert answer.returncode == 0, f"{words[0]} failed with {answer.returncode}"  # its words may hold the secret
        return answer.stdout.decode()


Reader = Callable[[str, Place], str]


def as_it_is(text: str, place: Place) -> str:
    del place
    return text


def authorization(value: str) -> str:
    """The secret in the value of an Authorization header."""
    scheme, _blank, rest = value.partition(" ")
    if scheme == "Basic":
        user, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
        assert (user, colon) == ("", ":")
        return password
    assert scheme == "Bearer"
    return rest


def header(text: str, place: Place) -> str:
    del place
    (pair,) = parse_headers(BytesIO(text.encode("ascii") + b"\r\n\r\n")).items()
    assert pair[0] == "Authorization"
    return authorization(pair[1])


def in_shell(name: str, program: str = "bash", after: str = "") -> Reader:
    """The variable `name` after the lines ran in a shell."""

    def read(text: str, place: Place) -> str:
        return place.run(program, "-s", given=f'{text}\nprintf %s "${name}"{after}')

    return read


def in_powershell(name: str) -> Reader:
    def read(text: str, place: Place) -> str:
        del place
        variables, rest = powershell.environment(text)
        assert rest == ""
        return variables[name]

    return read


def json_password(read: Reader) -> Reader:
    """The password of the one endpoint in a variable's JSON."""

    def read_json(text: str, place: Place) -> str:
        (endpoint,) = json.loads(read(text, place))["endpointCredentials"]
        assert endpoint["endpoint"].startswith("https://pkgs.dev.azure.com/contoso/_packaging/FEED/")
        return str(endpoint["password"])

    return read_json


def invoke_rest_method(text: str, place: Place) -> str:
    del place
    assert text.startswith("Invoke-RestMethod -Uri 'https://dev.azure.com/contoso/")
    return authorization(powershell.hash_table_value(text, "Authorization"))


def netrc_line(text: str, place: Place) -> str:
    login = netrc.netrc(str(place.file(".netrc", text))).authenticators("dev.azure.com")
    assert login is not None
    return str(login[2])


# -- git --------------------------------------------------------------------------------------------------------------


def git_setting(place: Place, url: str, **environment: str) -> str:
    return place.run("git", "config", "--null", "--get-urlmatch", "http.extraheader", url, **environment)[:-1]


def _header_of(line: str) -> str:
    name, _colon, value = line.partition(": ")
    assert name == "Authorization"
    return authorization(value)


def git_environment_in_shell(text: str, place: Place) -> str:
    script = f"{text}\ngit config --null --get-urlmatch http.extraheader {REPOSITORY}"
    return _header_of(place.run("bash", "-s", given=script)[:-1])


def git_environment_in_powershell(text: str, place: Place) -> str:
    variables, rest = powershell.environment(text)
    assert rest == ""
    return _header_of(git_setting(place, REPOSITORY, **variables))


_ASK_GIT = f"""git() {{
    [ "$1" = -c ] && [ "$3" = clone ] && [ "$4" = {ORGANIZATION_URL}/PROJECT/_git/REPOSITORY ] && [ $# = 4 ] || exit 3
    command git -c "$2" config --null --get-urlmatch http.extraheader {REPOSITORY}
}}
"""


def git_clone_in_shell(text: str, place: Place) -> str:
    return _header_of(place.run("bash", "-s", given=_ASK_GIT + text)[:-1])


def git_clone_in_powershell(text: str, place: Place) -> str:
    git, option, setting, clone, url = powershell.command(text)
    assert (git, option, clone, url) == ("git", "-c", "clone", f"{ORGANIZATION_URL}/PROJECT/_git/REPOSITORY")
    return _header_of(
        place.run("git", "-c", setting, "config", "--null", "--get-urlmatch", "http.extraheader", REPOSITORY)[:-1]
    )


def _asked_of_helper(place: Place) -> str:
    """What git would send to a repository, by its own helper `store`."""
    answer = place.run(
        "git",
        "-c",
        "credential.helper=store",
        "credential",
        "fill",
        given="url=https://contoso@dev.azure.com/contoso/Shop/_git/website\n\n",
    )
    lines = dict(line.split("=", 1) for line in answer.split("\n") if line)
    assert lines["username"] == "contoso"
    return lines["password"]


def git_approve_in_shell(text: str, place: Place) -> str:
    (place.folder / ".git-credentials").unlink(missing_ok=True)
    place.run("bash", "-s", given='git() { command git -c credential.helper=store "$@"; }\n' + text)
    return _asked_of_helper(place)


def git_approve_in_powershell(text: str, place: Place) -> str:
    (place.folder / ".git-credentials").unlink(missing_ok=True)
    piped, after = powershell.here_string(text)
    assert after == " | git credential approve"
    sent = "".join(f"{line}\r\n" for line in piped.encode("ascii").decode().split("\n"))
    place.run("git", "-c", "credential.helper=store", "credential", "approve", given=sent)
    return _asked_of_helper(place)


def git_store(text: str, place: Place) -> str:
    place.file(".git-credentials", f"{text}\n")
    return _asked_of_helper(place)


# -- packages and containers ------------------------------------------------------------------------------------------


def pip_url(url: str) -> str:
    from pip._internal.utils.misc import split_auth_netloc_from_url

    bare, netloc, (user, password) = split_auth_netloc_from_url(url)
    assert (netloc, user) == ("pkgs.dev.azure.com", "contoso")
    assert bare == "https://pkgs.dev.azure.com/contoso/_packaging/FEED/pypi/simple/"
    return str(password)


def pip_variable(read: Reader) -> Reader:
    return lambda text, place: pip_url(read(text, place))


def pip_conf(text: str, place: Place) -> str:
    from pip._internal.configuration import Configuration, kinds

    name = "PIP_CONFIG_FILE"
    before = os.environ.get(name)
    os.environ[name] = str(place.file("pip.conf", text))
    try:
        settings = Configuration(isolated=False, load_only=None)
        settings.load()
        assert kinds.ENV
        return pip_url(str(settings.get_value("global.index-url")))
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def npmrc(text: str, place: Place) -> str:
    """By the module with which npm reads its own files; npm turns base64 back (npm-registry-fetch, auth.js)."""
    npm = shutil.which("npm")
    assert npm is not None
    module = next(
        folder / "node_modules" / "ini" for folder in Path(npm).resolve().parents if (folder / "lib").is_dir()
    )
    script = (
        f"const ini = require({json.dumps(str(module))}); "
        "const found = ini.parse(require('fs').readFileSync(0, 'utf8')); "
        "const name = '//pkgs.dev.azure.com/contoso/_packaging/FEED/npm/registry/:_password'; "
        "process.stdout.write(Buffer.from(found[name], 'base64').toString('utf8'))"
    )
    return place.run("node", "-e", script, given=text)


def nuget_config(text: str, place: Place) -> str:
    """XML, then variables of the environment; every name between two per cent signs is one here."""
    del place
    root = ElementTree.fromstring(text.encode())
    password = root.find("packageSourceCredentials/FEED/add[@key='ClearTextPassword']")
    assert password is not None
    return re.sub("%.*?%", "(a variable)", password.attrib["value"], flags=re.DOTALL)


def maven_settings(text: str, place: Place) -> str:
    """XML, trimmed; what stands in braces means something else (MXParser, DefaultSecDispatcher)."""
    del place
    password = (ElementTree.fromstring(text.encode()).findtext("servers/server/password") or "").strip()
    assert "{" not in password
    return password


def env_file(name: str) -> Reader:
    """docker takes the whole line; docker compose and shells take quotes away. All must agree."""

    def read(text: str, place: Place) -> str:
        whole = dict(line.split("=", 1) for line in text.split("\n"))
        assert in_shell(name, "sh")(text, place) == whole[name]
        return whole[name]

    return read


def docker_build_in_shell(text: str, place: Place) -> str:
    name = "AZURE_DEVOPS_EXT_PAT"
    script = f'docker() {{ [ "$3" = id=azure-devops-token,env={name} ] && printenv -0 {name}; }}\n{text}'
    return place.run("bash", "-s", given=script)[:-1]


def docker_build_in_powershell(text: str, place: Place) -> str:
    del place
    variables, rest = powershell.environment(text)
    words = ["docker", "build", "--secret", "id=azure-devops-token,env=AZURE_DEVOPS_EXT_PAT", "."]
    assert powershell.command(rest) == words
    return variables["AZURE_DEVOPS_EXT_PAT"]


def kubernetes(entry: str) -> Reader:
    def read(text: str, place: Place) -> str:
        del place
        value = re.search(rf'^  {entry}: "([A-Za-z0-9+/]*=*)"$', text, re.MULTILINE)
        assert value is not None
        return base64.b64decode(value.group(1), validate=True).decode()

    return read
