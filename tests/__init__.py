"""The tests of ADO Connect; a package so that test modules can share `tests.fakes`."""
