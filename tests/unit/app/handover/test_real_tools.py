"""Forms that need a server or a large program to be read: curl, kubectl, Maven."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from desktop_app.app.handover.table import fill_in, form_of
from desktop_app.app.handover.texts import Material
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import Scheme, Secret
from desktop_app.core.problems import ConnectionProblem
from tests.unit.app.handover.readers import Place, authorization
from tests.unit.app.handover.test_forms_read_back import PROFILE, printable, secrets, whole, word


@dataclass
class Heard:
    """What a server on this computer was asked."""

    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    log = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log.requests.append((self.path, self.headers.get("Authorization", "")))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    log.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield log
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("tools"))


curl_here = pytest.mark.skipif(not shutil.which("curl"), reason="this machine has no curl")


@curl_here
@pytest.mark.parametrize("scheme", Scheme)
def test_curl_sends_the_header_and_no_command_line_holds_the_secret(heard: Heard, place: Place, scheme: Scheme) -> None:
    profile = replace(PROFILE, cloud=replace(PUBLIC, devops=heard.url))
    carries = printable if scheme is Scheme.BEARER else whole
    shown = 'curl() { printf "%s\\n" "$@" >>arguments; command curl --silent --show-error "$@"; }\n'

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(secret=secrets)
    def sent(secret: str) -> None:
        material = Material(profile, Secret(secret), scheme)
        if not carries(secret):
            with pytest.raises(ConnectionProblem):
                fill_in(form_of("request-bash"), material)
            return
        place.run("bash", "-s", given=shown + fill_in(form_of("request-bash"), material).reveal())
        path, value = heard.requests[-1]
        assert path == "/contoso/_apis/projects?api-version=7.1"
        assert authorization(value) == secret

    sent()
    assert set((place.folder / "arguments").read_text().splitlines()) == {"--config", "-"}


@curl_here
def test_curl_reads_the_netrc_line(heard: Heard, place: Place) -> None:
    line = fill_in(form_of("netrc"), Material(PROFILE, Secret("~x.y_z+/=$%!(&")))
    assert word("~x.y_z+/=$%!(&")
    file = place.file("netrc", line.reveal().replace("dev.azure.com", "127.0.0.1"))
    place.run("curl", "--silent", "--netrc-file", str(file), heard.url)

    user = base64.b64decode(heard.requests[-1][1].removeprefix("Basic ")).decode()
    assert user == "contoso:~x.y_z+/=$%!(&"


@pytest.mark.skipif(not shutil.which("kubectl"), reason="this machine has no kubectl")
@pytest.mark.parametrize("key", ["kubernetes", "kubernetes-app"])
def test_kubernetes_takes_the_yaml(key: str, place: Place) -> None:
    secret = 'it\'s: "all" # of\n\n\\ it \N{KEY}'
    text = fill_in(form_of(key), Material(PROFILE, Secret(secret), tenant_id=PROFILE.tenant)).reveal()
    answer = place.run("kubectl", "annotate", "--local", "-f", "-", "-o", "json", "seen=yes", given=text)

    read = json.loads(answer)
    values = {name: base64.b64decode(value).decode() for name, value in read["data"].items()}
    assert (read["kind"], read["metadata"]["name"], read["type"]) == ("Secret", "azure-devops", "Opaque")
    assert values.pop("token" if key == "kubernetes" else "client-secret") == secret
    assert values.pop("organization-url") == "https://dev.azure.com/contoso"
    assert set(values.values()) == (set() if key == "kubernetes" else {PROFILE.tenant, PROFILE.client_id})


MAVEN = Path("/usr/share/maven/lib")
_READ_SETTINGS = """
import org.apache.maven.settings.building.*;
public class Read {
    public static void main(String[] names) throws Exception {
        var request = new DefaultSettingsBuildingRequest();
        request.setUserSettingsFile(new java.io.File(names[0]));
        var settings = new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings();
        System.out.write(settings.getServer("FEED").getPassword().getBytes("UTF-8"));
        System.out.flush();
    }
}
"""


@pytest.mark.skipif(not (MAVEN.is_dir() and shutil.which("javac")), reason="this machine has no Maven, or no compiler")
def test_maven_reads_the_settings(place: Place) -> None:
    secret = 'it\'s "<all>" & of\n\n\\ it $HOME %PATH% \N{KEY}'
    file = place.file("settings.xml", fill_in(form_of("maven"), Material(PROFILE, Secret(secret))).reveal())
    source = place.file("Read.java", _READ_SETTINGS)
    read = subprocess.run(
        ["java", "-cp", f"{MAVEN}/*", str(source), str(file)], capture_output=True, timeout=60, check=True
    )

    assert read.stdout.decode() == secret
