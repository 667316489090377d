"""A person at the practice cloud's sign-in pages, behind the port SignInSurface: no window, real pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from desktop_app.auth.aadsts import problem_from_number
from desktop_app.core.cancel import Cancel
from desktop_app.core.ports import HttpSession, Request, Response, Timeout

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_AADSTS = re.compile(r"AADSTS(\d+)")


@dataclass
class _Form:
    """A form of a page: where it leads, its hidden fields, and (name, value) of every button."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """The forms and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: unescape(value or "") for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(values["action"]))
        elif tag == "input" and values.get("type") == "hidden":
            self.forms[-1].hidden[values["name"]] = values["value"]
        elif tag == "button" and "name" in values:
            self.forms[-1].buttons.append((values["name"], values["value"]))

    def handle_data(self, data: str) -> None:
        self.text += data


class ScriptedSignIn:
    """Picks `account`, then accepts or cancels the permissions if they are asked for.

    `arrives` may change the URL that comes back, as a meddler would. `pages` counts the pages that were shown,
    `start_urls` are the addresses that sign-ins began with. A page that shows an error raises its Entra problem.
    """

    def __init__(
        self,
        http: HttpSession,
        account: str,
        *,
        accepts: bool = True,
        arrives: Callable[[str], str] = lambda url: url,
    ) -> None:
        self._http = http
        self._account = account
        self._accepts = accepts
        self._arrives = arrives
        self.pages = 0
        self.start_urls: list[str] = []

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        self.start_urls.append(start_url)
        url = start_url
        answer = self._send("GET", url)
        while not self._has_arrived(answer, redirect_uri):
            cancel.raise_if_cancelled()
            self.pages += 1
            form, button = self._next(_Page(answer.text))
            url = urljoin(url, form.action)
            answer = self._send("POST", url, {**form.hidden, button[0]: button[1]})
        return self._arrives(answer.headers["location"])

    def enter_code(self, address: str, user_code: str) -> str:
        """Do the same on another device, beginning with a code; returns the last page's words."""
        answer = self._send("POST", address, {"otc": user_code})
        url = address
        while (page := _Page(answer.text)).forms:
            self.pages += 1
            form, button = self._next(page)
            url = urljoin(url, form.action)
            answer = self._send("POST", url, {**form.hidden, button[0]: button[1]})
        return page.text

    def _has_arrived(self, answer: Response, redirect_uri: str) -> bool:
        return answer.status == 302 and answer.headers["location"].startswith(redirect_uri)

    def _next(self, page: _Page) -> tuple[_Form, tuple[str, str]]:
        """The form and the button this person presses."""
        presses = {("account", self._account), ("answer", "accept" if self._accepts else "cancel")}
        for form in page.forms:
            for button in form.buttons:
                if button in presses:
                    return form, button
        if found := _AADSTS.search(page.text):
            raise problem_from_number(int(found[1]), page.text)
        raise AssertionError("a page that nobody expected")

    def _send(self, method: str, url: str, fields: dict[str, str] | None = None) -> Response:
        body = urlencode(fields).encode() if fields else None
        return self._http.send(Request(method, url, Timeout(), _FORM if fields else {}, body))
