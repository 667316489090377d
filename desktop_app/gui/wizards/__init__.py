"""The three wizards: a Flow from app, a draft, and one small page class for each page."""
