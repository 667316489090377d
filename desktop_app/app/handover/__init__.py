"""The forms in which a token or client secret is handed to other tools: pure text, nothing kept.

`table.py` is the one table of them, `texts.py` writes each of them, `spelling.py` knows how each reader quotes;
`identifiers.py` is for what is no secret.
"""
