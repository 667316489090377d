"""ADO Connect: set up, prove, keep and hand out connections to Azure DevOps.

`__version__` is the version that the code reads; pyproject.toml must say the same.
"""

__version__ = "0.1.0"
