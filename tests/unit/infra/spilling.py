"""Looks for a text in everything that an exception carries along: messages, causes, and their attributes."""

import traceback


def carried_by(error: BaseException) -> str:
    """All of it as one text."""
    parts = ["".join(traceback.format_exception(error))]
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None:
            parts += [str(one), repr(one), repr(one.args), repr(vars(one))]
            waiting += [one.__cause__, one.__context__]
    return "\n".join(parts)
