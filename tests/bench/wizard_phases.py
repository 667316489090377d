"""Names that a measurement and the process it starts share."""

ENGINE = "the web engine's one-time start"

HERE = "here"
ELSEWHERE = "elsewhere"
"""Where the practice cloud runs: in the program's own process, or in another."""
