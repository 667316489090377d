"""The rows of the list: in their order, as the search leaves them, whatever happens to single connections."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.app.list_rows import row_of, rows_of
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Profile, ProfileId
from desktop_app.gui.connection_list import ConnectionList
from desktop_app.gui.connection_rows import ConnectionRows
from tests.fakes.profiles import a_profile

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CHECKED = a_profile().last_check
assert CHECKED is not None
WORKS = LastCheck(CHECKED.at, identity_proved=True)
BROKEN = LastCheck(CHECKED.at, identity_proved=False, problem=Problem.CREDENTIAL_REJECTED)


def a_row(number: int, **changes: object) -> Profile:
    """A connection that works, but for the changes; no two have the same name."""
    return a_profile(number, **{"credential_ends": None, "last_check": WORKS, **changes})


some_profiles = st.builds(
    a_profile,
    st.integers(0, 8),
    name=st.sampled_from(["Contoso", "contoso", "Fabrikam", "Zürich", "z"]),
    credential_ends=st.sampled_from([None, TODAY - timedelta(days=1), TODAY + timedelta(days=6)]),
    last_check=st.sampled_from([None, WORKS, BROKEN, CHECKED]),
)
steps = st.lists(some_profiles | st.sampled_from(["", "contoso", "NEEDS", "nothing like it"]), max_size=20)


def shown(model: ConnectionRows) -> list[str]:
    return [str(model.index(row).data(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())]


@given(first=st.lists(some_profiles, unique_by=lambda profile: profile.id), steps=steps)
def test_rows_are_those_of_a_list_that_is_filled_anew(
    qapp: QApplication, first: list[Profile], steps: list[Profile | str]
) -> None:
    model = ConnectionRows()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.fill(rows_of(first, NOW))
    profiles = {profile.id: profile for profile in first}
    wanted = ""
    for step in steps:
        if isinstance(step, str):
            wanted = step
            model.search(wanted)
        else:
            kept = [QPersistentModelIndex(model.index(row)) for row in range(model.rowCount())]
            meant = [index.data(Qt.ItemDataRole.UserRole).profile.id for index in kept]
            model.put(row_of(step, NOW))
            profiles[step.id] = step
            for index, key in zip(kept, meant, strict=True):  # what is chosen or painted goes on meaning the same
                assert not index.isValid() or index.data(Qt.ItemDataRole.UserRole).profile.id == key
        expected = [row for row in rows_of(profiles.values(), NOW) if wanted.casefold() in row.spoken.casefold()]
        assert shown(model) == [row.spoken for row in expected]
        for place, row in enumerate(expected):
            assert model.place(row.profile.id).row() == place
    del tester


@pytest.fixture
def connections(qtbot: QtBot) -> ConnectionList:
    widget = ConnectionList()
    qtbot.addWidget(widget)
    widget.fill(rows_of([a_row(number) for number in range(1, 6)], NOW))
    widget.show()
    return widget


def chosen_row(connections: ConnectionList) -> str:
    return str(connections.list.currentIndex().data() or "")


def test_one_change_moves_one_row_and_keeps_what_is_chosen(connections: ConnectionList) -> None:
    connections.choose(a_row(4).id)
    heard: list[ProfileId | None] = []
    connections.chosen.connect(heard.append)
    resets: list[None] = []
    connections.list.model().modelReset.connect(lambda: resets.append(None))

    connections.put([row_of(a_row(4, last_check=BROKEN), NOW)])

    assert shown(connections.rows)[0].startswith("Contoso 4, ")
    assert chosen_row(connections).startswith("Contoso 4, ")
    assert connections.list.currentIndex().row() == 0
    assert (connections.current, heard, resets) == (a_row(4).id, [], [])


def test_change_that_a_search_hides_passes_the_choice_to_nobody(connections: ConnectionList) -> None:
    connections.choose(a_row(2).id)
    connections.search.setText("works")
    heard: list[ProfileId | None] = []
    connections.chosen.connect(heard.append)

    connections.put([row_of(a_row(2, last_check=BROKEN), NOW)])
    assert (connections.current, chosen_row(connections)) == (a_row(2).id, "")

    connections.search.setText("")
    assert chosen_row(connections).startswith("Contoso 2, ")
    assert heard == []


def test_search_that_hides_the_chosen_one_keeps_it_chosen(connections: ConnectionList) -> None:
    connections.choose(a_row(2).id)

    connections.search.setText("contoso 5")

    assert (shown(connections.rows), connections.current) == (
        [row_of(a_row(5), NOW).spoken],
        a_row(2).id,
    )
    connections.search.setText("contoso")
    assert chosen_row(connections).startswith("Contoso 2, ")


def test_tab_into_a_list_whose_chosen_row_is_hidden_chooses_what_it_shows(connections: ConnectionList) -> None:
    connections.activateWindow()
    connections.search.setFocus()
    connections.choose(a_row(2).id)
    connections.search.setText("contoso 5")

    for widget in (connections.search, connections.new, connections.check_all.start):
        QTest.keyClick(widget, Qt.Key.Key_Tab)

    assert connections.list.hasFocus()
    assert connections.current == a_row(5).id
    assert connections.list.selectionModel().isSelected(connections.list.currentIndex())


def test_connection_that_is_gone_leaves_the_choice_to_the_first(connections: ConnectionList) -> None:
    connections.choose(a_row(4).id)
    heard: list[ProfileId | None] = []
    connections.chosen.connect(heard.append)

    connections.fill(rows_of([a_row(3), replace(a_row(1), last_check=BROKEN)], NOW))

    assert heard == [a_row(1).id]
    connections.fill([])
    assert heard == [a_row(1).id, None]
