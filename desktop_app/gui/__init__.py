"""The windows and wizards: the only package that imports PySide6."""
