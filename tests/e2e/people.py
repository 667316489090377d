"""The person at the sign-in pages: in the embedded page by mouse and keyboard, and in a browser of their own."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.gui.sign_in_view import SignInView
from tests.e2e.program import Program, child, click, wait_until
from tests.unit.practice.visitor import ADMIN, Visitor

# Of what scripts return, Qt makes only texts and numbers Python values. Chromium drops what is done with mouse and keys
# before the page was painted, so each script says nothing until then.
_ONCE_PAINTED = """(() => {
  const body = document.body;
  if (!body.asked) requestAnimationFrame(() => requestAnimationFrame(() => { body.painted = true; }));
  body.asked = true;
  if (!body.painted) return "";
  %s
})()"""
_PLACE_OF = """
  for (const element of document.querySelectorAll("button, input, a")) {
    const words = element.innerText || element.labels?.[0]?.innerText || "";
    if (!words.includes(%r)) continue;
    const box = element.getBoundingClientRect();
    if (box.top >= 0 && box.bottom <= innerHeight) return `${box.x + box.width / 2} ${box.y + box.height / 2}`;
    element.scrollIntoView({block: "center"});
    body.asked = body.painted = false;
  }
  return "";
"""
_FOCUSED = "const at = document.activeElement; return `${at.id}|${at.innerText}|${at.value ?? ''}`;"


class EmbeddedPage:
    """The sign-in page inside the wizard. Scripts only tell where things are; what is done is done by events."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @property
    def view(self) -> SignInView:
        return child(self._program.page, SignInView, "signInView")

    def wait_for(self, text: str) -> None:
        """Wait until the page shows `text`. Asks again and again: a page that goes away never answers."""
        read: list[str] = []

        def shown() -> bool:
            view = self._program.page.findChild(SignInView, "signInView") if self._program.window.wizard else None
            pane = view.pane if view is not None else None
            if pane is not None and pane.isVisible():
                pane.page.toPlainText(read.append)
            return any(text in one for one in read)

        wait_until(shown, f"a page with {text!r}; {self._program.said()}")

    def click(self, words: str) -> None:
        """Click the element with these words on it."""
        x, y = map(float, self._answer_to(_PLACE_OF % words, f"{words!r} on the page").split())
        QTest.mouseClick(self._receiver(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))

    def type(self, text: str) -> None:
        """Into the element that has the focus."""
        QTest.keyClicks(self._receiver(), text)
        self._answer_to(_FOCUSED, f"{text!r} in the field", lambda focused: focused.endswith(f"|{text}"))

    def type_key(self, key: Qt.Key) -> None:
        QTest.keyClick(self._receiver(), key)

    def tab_to(self, wanted: str) -> None:
        """Press Tab until the focus is on the element with these words on it, or with this id."""
        self._receiver().setFocus()
        focused = self._answer_to(_FOCUSED, "the element that has the focus")
        for _ in range(20):
            if wanted in focused.split("|"):
                return
            self.type_key(Qt.Key.Key_Tab)
            focused = self._answer_to(_FOCUSED, "another focus", focused.__ne__)
        raise AssertionError(f"Tab never came to {wanted!r}")

    def go_to(self, address: str) -> None:
        """What a page does that leads elsewhere by script."""
        self._run(f"location.assign({address!r})")

    def press(self, name: str) -> None:
        """Press one of the buttons below the page."""
        click(child(self._program.page, QPushButton, name))

    def sign_in(self, account_words: str = "Contoso Administrator", answer: str = "Accept") -> None:
        """Pick the account, then answer the page that lists the permissions."""
        self.wait_for("Pick an account")
        self.click(account_words)
        self.wait_for("Permissions requested")
        self.click(answer)

    def _receiver(self) -> QWidget:
        pane = self.view.pane
        assert pane is not None
        receiver = pane.web_view.focusProxy()
        assert receiver is not None
        return receiver

    def _answer_to(self, script: str, what: str, is_right: Callable[[str], object] = bool) -> str:
        """What a script says when it first says something that is right; asked again and again."""
        answers: list[Any] = []  # Any: what a script returns

        def answered() -> bool:
            self._run(_ONCE_PAINTED % script, answers.append)
            return any(answer and is_right(answer) for answer in answers)

        wait_until(answered, what)
        return next(str(answer) for answer in answers if answer and is_right(answer))

    def _run(self, script: str, answer: Callable[[object], None] = lambda value: None) -> None:
        pane = self.view.pane
        assert pane is not None
        pane.page.runJavaScript(script, 0, answer)


class OwnBrowser:
    """The person's browser: each address that is opened is walked through to its end in a thread of its own.

    `before_answer(redirect)` is called with the address that the cloud sends the browser to, right before it goes
    there.
    """

    def __init__(self, visitor: Callable[[], Visitor]) -> None:
        self._visitor = visitor
        self.answer = "accept"
        """To the page that lists the permissions."""
        self.stays_at_first_page = False
        self._walks: list[threading.Thread] = []
        self.before_answer: Callable[[Visitor, str], None] = lambda visitor, redirect: None
        self.opened: list[str] = []
        """Scheme and host only."""
        self.last_page: requests.Response | None = None

    def open(self, address: str) -> bool:
        split = urlsplit(address)
        self.opened.append(f"{split.scheme}://{split.netloc}")
        walk = threading.Thread(target=self._walk, args=(address,), name="own-browser")
        self._walks.append(walk)
        walk.start()
        return True

    def close(self) -> None:
        for walk in self._walks:
            walk.join(20)

    def _walk(self, address: str) -> None:
        with self._visitor() as visitor:
            response = visitor.get(address)
            if self.stays_at_first_page:
                return
            response = visitor.choose(response, ADMIN)
            if response.status_code == 200:
                response = visitor.answer(response, self.answer)
            redirect = response.headers["Location"]
            self.before_answer(visitor, redirect)
            self.last_page = visitor.get(redirect)
