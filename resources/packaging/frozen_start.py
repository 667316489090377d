"""Runs first in the stand-alone program (build.spec, runtime_hooks).

PyInstaller's loader has the libraries found through LD_LIBRARY_PATH. By now they are, and the programs that this one
starts (the person's browser, a file manager) must find their own: with ours they may not start at all.
"""

import os

_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _before
