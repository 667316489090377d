"""The command line: `ado-connect doctor`, `check` and `list`, for scripts and for servers without a display.

Answers go to standard output, everything else to standard error. No Qt is loaded here.
"""
