"""Clouds whose hosts are a test's own."""

from desktop_app.core.cloud import Cloud


def cloud_at(base: str) -> Cloud:
    """A cloud that is one host."""
    return Cloud("custom", base, base, base, base, base, base, base, graph=base)
