"""The order of a wizard's pages, with no wizard in it.

A Flow has a rule for every page but the last, so `path()` can be tested without a display and a page can not be
forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Generic, TypeVar

PageT = TypeVar("PageT", bound=Enum)
DraftT = TypeVar("DraftT")


class Flow(Generic[PageT, DraftT]):
    """Pages of the enum `PageT`, walked for a draft of type `DraftT`.

    Raises ValueError at construction if a page has no rule or the last page has one.
    """

    def __init__(self, *, start: PageT, last: PageT, next_page: Mapping[PageT, Callable[[DraftT], PageT]]) -> None:
        pages = set(type(start))
        missing = pages - set(next_page) - {last}
        if missing:
            raise ValueError(f"no rule for {sorted(page.name for page in missing)}")
        if last in next_page:
            raise ValueError(f"{last.name} is the last page and has a rule")
        self.start = start
        self.last = last
        self._next_page = dict(next_page)

    def starting_at(self, page: PageT) -> Flow[PageT, DraftT]:
        """The same pages from a later one on."""
        return Flow(start=page, last=self.last, next_page=self._next_page)

    def next(self, page: PageT, draft: DraftT) -> PageT | None:
        """The page after `page`, or None after the last."""
        if page is self.last:
            return None
        return self._next_page[page](draft)

    def path(self, draft: DraftT) -> tuple[PageT, ...]:
        """The whole route for a draft. Raises ValueError where the rules go round in a circle."""
        route = [self.start]
        while (following := self.next(route[-1], draft)) is not None:
            if following in route:
                raise ValueError(f"the pages go round: {[page.name for page in (*route, following)]}")
            route.append(following)
        return tuple(route)
