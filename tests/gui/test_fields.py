"""A field judges while one types, is patient with the empty, and tells a screen reader the same as the eye."""

from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.inputs import InputFault, InputNote, Judged, judge_client_secret, judge_organization
from desktop_app.gui.date_field import DateField
from desktop_app.gui.fields import Field
from desktop_app.gui.trail import CountdownBar, StepTrail
from desktop_app.gui.widgets import Banner, CopyRow, OpenButton

TODAY = date(2026, 3, 1)


def words(said: InputFault | InputNote) -> str:
    return f"<{said.value}>"


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    QVBoxLayout(page)
    qtbot.addWidget(page)
    return page


def put(page: QWidget, widget: QWidget) -> None:
    layout = page.layout()
    assert layout is not None
    layout.addWidget(widget)
    page.show()


@pytest.fixture
def field(page: QWidget) -> Field[str]:
    field: Field[str] = Field("Organization", help_text="Paste any address.", placeholder="contoso")
    field.set_judge(judge_organization, words)
    put(page, field)
    return field


@pytest.fixture
def secret(page: QWidget) -> Field[str]:
    field: Field[str] = Field("Client secret", secret=True)
    field.set_judge(judge_client_secret, words)
    put(page, field)
    return field


def test_editor_is_found_by_its_visible_label(field: Field[str]) -> None:
    assert field.label.buddy() is field.editor
    assert field.editor.accessibleName() == field.label.text() == "Organization"
    assert field.editor.accessibleDescription() == "Paste any address."


def test_value_is_clean_and_edited_is_told_while_typing(field: Field[str], qtbot: QtBot) -> None:
    with qtbot.waitSignal(field.edited):
        QTest.keyClicks(field.editor, "https://dev.azure.com/contoso/Web")

    assert field.value == "contoso"
    assert field.ok
    assert field.message == "<organization-from-url>"


def test_fault_is_shown_while_typing_and_heard(field: Field[str], qtbot: QtBot) -> None:
    QTest.keyClicks(field.editor, "con toso")

    assert field.fault is InputFault.ORGANIZATION_SPACES
    assert field.value is None
    assert field.message == "<organization-spaces>"
    assert field.editor.property("invalid") is True
    assert field.editor.accessibleDescription() == "<organization-spaces> Paste any address."

    QTest.keyClick(field.editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field.editor, "contoso")
    assert field.message == ""
    assert field.editor.property("invalid") is False


def test_empty_field_is_no_fault_before_it_was_left(field: Field[str], page: QWidget, qtbot: QtBot) -> None:
    elsewhere = QPushButton("Elsewhere")
    put(page, elsewhere)
    page.activateWindow()
    qtbot.waitUntil(elsewhere.isVisible)
    field.editor.setFocus()
    qtbot.waitUntil(field.editor.hasFocus)
    assert field.fault is InputFault.EMPTY
    assert field.message == ""

    QTest.keyClick(field.editor, Qt.Key.Key_Tab)

    assert field.message == "<empty>"


def test_trying_to_go_on_shows_that_the_field_is_empty(field: Field[str]) -> None:
    assert field.show_fault()

    assert field.message == "<empty>"


def test_fault_found_elsewhere_stays_until_the_text_changes(field: Field[str], qtbot: QtBot) -> None:
    field.text = "contoso"
    field.set_error("There is no such organization.")
    assert field.show_fault()
    assert field.message == "There is no such organization."

    QTest.keyClicks(field.editor, "2")

    assert field.ok
    assert field.message == ""


def test_new_judge_judges_what_stands_there(field: Field[str]) -> None:
    field.text = "contoso"
    field.set_judge(lambda text: Judged(fault=InputFault.NAME_TAKEN), words)

    assert field.message == "<name-taken>"


@pytest.mark.parametrize("width", [300, 500, 800])
def test_message_of_one_line_does_not_move_what_is_below(field: Field[str], width: int) -> None:
    before = field.heightForWidth(width)
    field.text = "con toso"

    assert field.message
    assert field.heightForWidth(width) == before


def test_secret_is_hidden_until_its_owner_asks(secret: Field[str], qtbot: QtBot) -> None:
    QTest.keyClicks(secret.editor, "typed")
    assert secret.editor.echoMode() is QLineEdit.EchoMode.Password
    assert secret.eye.accessibleName() == "Show Client secret"
    assert not secret.editor.dragEnabled()

    QTest.keyClick(secret.eye, Qt.Key.Key_Space)
    assert secret.editor.echoMode() is QLineEdit.EchoMode.Normal
    QTest.keyClick(secret.eye, Qt.Key.Key_Space)
    assert secret.editor.echoMode() is QLineEdit.EchoMode.Password


def test_cleared_secret_can_not_be_brought_back(secret: Field[str], qtbot: QtBot) -> None:
    QTest.keyClicks(secret.editor, "typed")
    secret.show_fault()

    secret.clear()

    assert not secret.editor.isUndoAvailable()
    assert secret.text == ""
    assert secret.message == ""


def test_hidden_secret_can_not_be_copied(secret: Field[str], qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("before")
    QTest.keyClicks(secret.editor, "typed")
    secret.editor.selectAll()
    secret.editor.copy()

    assert QGuiApplication.clipboard().text() == "before"


@pytest.fixture
def ends(page: QWidget) -> DateField:
    field = DateField("Last day", today=TODAY, words=words)
    put(page, field)
    return field


def test_date_may_be_left_out(ends: DateField) -> None:
    assert ends.ok
    assert ends.value is None
    assert not ends.show_fault()


def test_typed_date_is_judged(ends: DateField, qtbot: QtBot) -> None:
    QTest.keyClicks(ends.editor, "2026-02-28")
    assert ends.fault is InputFault.EXPIRY_PAST

    ends.text = "2026-12-24"
    assert ends.value == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("words_on_button", "chosen"),
    [("30 days", date(2026, 3, 31)), ("90 days", date(2026, 5, 30)), ("1 year", date(2027, 3, 1))],
)
def test_quick_pick_counts_from_today(ends: DateField, qtbot: QtBot, words_on_button: str, chosen: date) -> None:
    (button,) = [found for found in ends.findChildren(QPushButton) if found.text() == words_on_button]

    QTest.keyClick(button, Qt.Key.Key_Space)

    assert ends.value == chosen


def test_calendar_writes_the_date_and_goes_away(ends: DateField, qtbot: QtBot) -> None:
    QTest.mouseClick(ends.calendar_button, Qt.MouseButton.LeftButton)
    (calendar,) = ends.findChildren(QCalendarWidget)
    assert calendar.isVisible()
    assert calendar.minimumDate() == QDate(2026, 3, 1)

    calendar.activated.emit(QDate(2026, 3, 18))

    assert ends.value == date(2026, 3, 18)
    assert not calendar.isVisible()


def test_escape_closes_the_calendar_and_changes_nothing(ends: DateField, qtbot: QtBot) -> None:
    QTest.mouseClick(ends.calendar_button, Qt.MouseButton.LeftButton)
    (calendar,) = ends.findChildren(QCalendarWidget)
    QTest.keyClick(calendar, Qt.Key.Key_Escape)

    assert not calendar.isVisible()
    assert ends.text == ""


def test_copy_row_copies_its_value_and_says_so(page: QWidget, qtbot: QtBot) -> None:
    copied: list[str] = []
    row = CopyRow("Redirect URI", "https://localhost", copied.append)
    put(page, row)
    width = row.copy_button.minimumWidth()

    QTest.mouseClick(row.copy_button, Qt.MouseButton.LeftButton)

    assert copied == ["https://localhost"]
    assert row.copy_button.text() == "Copied"
    assert row.copy_button.accessibleName() == "Copy Redirect URI"
    assert row.copy_button.sizeHint().width() <= width
    row.set_value("https://127.0.0.1")
    assert row.copy_button.text() == "Copy"


def test_open_button_opens_the_newest_address(page: QWidget, qtbot: QtBot) -> None:
    opened: list[str] = []
    button = OpenButton("Open the page", "https://dev.azure.com/a", opened.append)
    put(page, button)
    button.set_url("https://dev.azure.com/b")

    QTest.keyClick(button, Qt.Key.Key_Space)

    assert opened == ["https://dev.azure.com/b"]
    assert button.toolTip() == "https://dev.azure.com/b"


def test_banner_shows_names_as_text(page: QWidget, qtbot: QtBot) -> None:
    banner = Banner("attention", "The secret of <app> ends.", "Replace it.", "Replace")
    put(page, banner)

    assert banner.accessibleName() == "The secret of <app> ends. Replace it."
    with qtbot.waitSignal(banner.pressed):
        QTest.mouseClick(banner.button, Qt.MouseButton.LeftButton)


def test_step_trail_says_where_one_stands(page: QWidget) -> None:
    trail = StepTrail(["Organization", "Create the token", "Checks"], 1)
    put(page, trail)

    assert trail.text() == "Step 2 of 3: Create the token"
    trail.set_current(2)
    assert trail.text() == "Step 3 of 3: Checks"


@pytest.mark.parametrize("width", [30, 120, 240, 900])
def test_step_trail_gives_up_names_before_numbers(qtbot: QtBot, width: int) -> None:
    trail = StepTrail(["Organization", "Create the token", "Paste it", "Checks", "Finish"], 1)
    qtbot.addWidget(trail)
    trail.resize(width, 24)
    trail.show()

    shown = trail.shown_names()

    if width == 900:
        assert shown == ("Organization", "Create the token", "Paste it", "Checks", "Finish")
    else:
        assert [name for index, name in enumerate(shown) if index != 1] == ["", "", "", ""]
        assert shown[1] != "Create the token"
    assert not trail.grab().isNull()


def test_countdown_counts_and_hides(qtbot: QtBot, page: QWidget) -> None:
    bar = CountdownBar()
    put(page, bar)
    assert bar.isHidden()
    bar.show_left("Token", 30)
    bar.show_left("Token", 27)

    assert bar.isVisible()
    assert bar.text == "Token copied. Cleared from the clipboard in 27 s"
    with qtbot.waitSignal(bar.clear_requested):
        QTest.mouseClick(bar.clear_button, Qt.MouseButton.LeftButton)
    bar.show_cleared()
    assert bar.isHidden()
