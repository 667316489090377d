"""A Flow is complete when it is built, and its route needs no wizard."""

from enum import Enum, auto

import pytest

from desktop_app.core.flow import Flow


class Page(Enum):
    FIRST = auto()
    SECOND = auto()
    LAST = auto()


def test_the_route_follows_the_rules() -> None:
    flow: Flow[Page, bool] = Flow(
        start=Page.FIRST,
        last=Page.LAST,
        next_page={Page.FIRST: lambda long: Page.SECOND if long else Page.LAST, Page.SECOND: lambda long: Page.LAST},
    )

    assert flow.path(True) == (Page.FIRST, Page.SECOND, Page.LAST)
    assert flow.path(False) == (Page.FIRST, Page.LAST)
    assert flow.next(Page.FIRST, True) is Page.SECOND
    assert flow.next(Page.LAST, True) is None


def test_a_flow_may_begin_at_a_later_page() -> None:
    rules = {Page.FIRST: lambda draft: Page.SECOND, Page.SECOND: lambda draft: Page.LAST}
    flow: Flow[Page, None] = Flow(start=Page.FIRST, last=Page.LAST, next_page=rules)

    assert flow.starting_at(Page.SECOND).path(None) == (Page.SECOND, Page.LAST)
    assert flow.path(None) == (Page.FIRST, Page.SECOND, Page.LAST)


def test_a_page_without_a_rule_is_named() -> None:
    with pytest.raises(ValueError, match="SECOND"):
        Flow(start=Page.FIRST, last=Page.LAST, next_page={Page.FIRST: lambda draft: Page.LAST})


def test_the_last_page_has_no_rule() -> None:
    with pytest.raises(ValueError, match="LAST"):
        Flow(start=Page.FIRST, last=Page.LAST, next_page={page: lambda draft: Page.LAST for page in Page})


@pytest.mark.parametrize("back_to", [Page.FIRST, Page.SECOND])
def test_a_circle_is_found(back_to: Page) -> None:
    flow: Flow[Page, None] = Flow(
        start=Page.FIRST,
        last=Page.LAST,
        next_page={Page.FIRST: lambda draft: Page.SECOND, Page.SECOND: lambda draft: back_to},
    )

    with pytest.raises(ValueError, match="round"):
        flow.path(None)


def test_changing_the_rules_afterwards_changes_nothing() -> None:
    rules = {Page.FIRST: lambda draft: Page.SECOND, Page.SECOND: lambda draft: Page.LAST}
    flow: Flow[Page, None] = Flow(start=Page.FIRST, last=Page.LAST, next_page=rules)
    rules.clear()

    assert flow.path(None) == (Page.FIRST, Page.SECOND, Page.LAST)


def test_a_flow_may_start_at_its_last_page() -> None:
    class Only(Enum):
        PAGE = auto()

    assert Flow[Only, None](start=Only.PAGE, last=Only.PAGE, next_page={}).path(None) == (Only.PAGE,)
