"""A person with a browser, and a program with a token: both talk to the practice cloud over real TLS."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests

from desktop_app.practice import PracticeCloud

ADMIN = "admin@contoso.example"
READER = "reader@contoso.example"
GUEST = "guest@fabrikam.example"
NEWCOMER = "newcomer@contoso.example"
LOOPBACK = "http://localhost:53111"
Json = dict[str, Any]  # Any: a JSON document, whose parts each test looks at


@dataclass
class Form:
    """A form as a browser sees it: where it leads, and the fields that nobody types."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The forms, the visible text and the title of a page."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        self.url = response.url
        self.forms: list[Form] = []
        self.text = ""
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values["action"]))
        elif tag == "input" and values.get("type") == "hidden":
            self.forms[-1].hidden[values["name"]] = values["value"]
        elif tag == "input":
            self.inputs.add(values["id"])
        elif tag == "button" and "value" in values:
            self.forms[-1].buttons.append(values["value"])
        elif tag == "label":
            self.labels.add(values["for"])

    def handle_data(self, data: str) -> None:
        self.text += data


class Visitor:
    """Sends requests that trust the cloud's own authority, and never follows a redirect."""

    def __init__(self, cloud: PracticeCloud, folder: Path) -> None:
        self.cloud = cloud
        ca_file = folder / "practice-ca.pem"
        ca_file.write_bytes(cloud.ca_pem)
        self.session = requests.Session()
        self.session.trust_env = False  # REQUESTS_CA_BUNDLE would win over verify
        self.session.verify = str(ca_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def get(self, url: str, **options: Any) -> requests.Response:  # Any: requests' own options
        return self.session.get(url, allow_redirects=False, timeout=20, **options)

    def post(self, url: str, fields: Mapping[str, str]) -> requests.Response:
        return self.session.post(url, data=dict(fields), allow_redirects=False, timeout=20)

    # Entra

    def token(self, tenant: str = "contoso.example", **fields: str) -> requests.Response:
        return self.post(f"{self.cloud.cloud.login}/{tenant}/oauth2/v2.0/token", fields)

    def authorize(self, app: str, tenant: str = "contoso.example", /, **changes: str | None) -> requests.Response:
        """Opens the authorize page of a seeded app. `changes` replace parameters; None leaves one out."""
        parameters: dict[str, str | None] = {
            "client_id": self.cloud.directory.app(app).client_id,
            "response_type": "code",
            "redirect_uri": LOOPBACK,
            "scope": f"{self.cloud.cloud.default_scope} openid profile offline_access",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": challenge("v" * 43),
            "code_challenge_method": "S256",
        }
        parameters |= changes
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        return self.get(f"{self.cloud.cloud.login}/{tenant}/oauth2/v2.0/authorize?{query}")

    def choose(self, response: requests.Response, account: str) -> requests.Response:
        """Presses the account's button on the picker page."""
        assert response.status_code == 200, response.status_code
        form = next(form for form in Page(response).forms if account in form.buttons)
        return self.post(urljoin(response.url, form.action), form.hidden | {"account": account})

    def answer(self, response: requests.Response, button: str = "accept", **more: str) -> requests.Response:
        """Presses a button of the consent page."""
        assert response.status_code == 200, response.status_code
        form = next(form for form in Page(response).forms if button in form.buttons)
        return self.post(urljoin(response.url, form.action), form.hidden | {"answer": button} | more)

    def sign_in(self, opened: requests.Response, account: str = ADMIN, button: str = "accept") -> dict[str, str]:
        """From the picker page to the parameters that arrive at the redirect URI, consenting where asked."""
        response = self.choose(opened, account)
        if response.status_code == 200 and any(button in form.buttons for form in Page(response).forms):
            response = self.answer(response, button)
        return arrived(response)

    def redeem(self, app: str, parameters: Mapping[str, str], **changes: str) -> requests.Response:
        """Sends a code to the token endpoint as the seeded app does."""
        registration = self.cloud.directory.app(app)
        fields = {
            "client_id": registration.client_id,
            "grant_type": "authorization_code",
            "code": parameters["code"],
            "redirect_uri": LOOPBACK,
            "code_verifier": "v" * 43,
        }
        if registration.secrets:
            fields["client_secret"] = registration.secrets[0].value.reveal()
        return self.token(**(fields | changes))

    def user_token(
        self, account: str = ADMIN, app: str = "desktop", tenant: str = "contoso.example", **more: str
    ) -> Json:
        """The token answer of a whole sign-in."""
        parameters = self.sign_in(self.authorize(app, tenant, **more), account)
        answer: Json = self.redeem(app, parameters).json()
        return answer

    def app_token(self, app: str = "automation") -> str:
        registration = self.cloud.directory.app(app)
        answer = self.token(
            client_id=registration.client_id,
            client_secret=registration.secrets[0].value.reveal(),
            grant_type="client_credentials",
            scope=self.cloud.cloud.default_scope,
        )
        return str(answer.json()["access_token"])

    # Azure DevOps

    def api(
        self,
        path: str,
        *,
        method: str = "GET",
        base: str | None = None,
        credential: str | None = "four-scopes",
        bearer: str | None = None,
        version: str | None = "7.1",
        suppress: bool = True,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> requests.Response:
        """Calls an operation with a seeded PAT (`credential`), a bearer token, or (None) nothing."""
        sent = {"Accept": "application/json"} | ({"X-TFS-FedAuthRedirect": "Suppress"} if suppress else {})
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        elif credential is not None:
            sent["Authorization"] = basic(self.cloud.directory.pat(credential).value.reveal())
        return self.session.request(
            method,
            (base or self.cloud.cloud.devops) + path,
            params={"api-version": version} if version else {},
            headers=sent | dict(headers or {}),
            json=json,
            allow_redirects=False,
            timeout=20,
        )


def basic(pat: str) -> str:
    return "Basic " + base64.b64encode(f":{pat}".encode()).decode()


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def arrived(response: requests.Response) -> dict[str, str]:
    """The parameters of a redirect."""
    assert response.status_code == 302, (response.status_code, response.text[:300])
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def unknown_pat() -> str:
    """84 characters of the right shape that belong to nobody."""
    return (
        "".join(secrets.choice("ABCDEFGH2345") for _ in range(52)) + "JQQJ99" + "BKAC" + "A" * 10 + "AAASAZDO" + "0000"
    )
