"""How answers are made: JSON, redirects and pages, each with the headers that keep them out of caches."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from werkzeug.wrappers import Response

_STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --soft: #55585c; --ground: #fff; --line: #8a8d91; --key: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --text: #f2f2f2; --soft: #c3c6ca; --ground: #1e1f22; --line: #85888d; --key: #7db8f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 28rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .5rem 0 1rem; }
p.service, small, .soft { color: var(--soft); }
ul { padding-left: 1.25rem; }
ul.choices { list-style: none; padding: 0; }
button { font: inherit; color: var(--text); background: transparent; border: 1px solid var(--line); border-radius: 4px;
  padding: .5rem 1rem; margin: 0 .5rem .5rem 0; cursor: pointer; }
ul.choices button { display: block; width: 100%; text-align: left; }
button.main { background: var(--key); border-color: var(--key); color: var(--ground); }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--key); outline-offset: 2px; }
input[type=text], input[type=email] { font: inherit; width: 100%; padding: .5rem; margin: .25rem 0 .75rem;
  color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 4px; }
a { color: var(--key); }
code { font-size: .9rem; }
"""
_NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


def json_response(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer in UTF-8."""
    response = Response(json.dumps(payload), status, content_type="application/json; charset=utf-8")
    response.headers.update(_NO_STORE)
    response.headers.update(headers or {})
    return response


def empty_response(status: int, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """An answer without a body."""
    response = Response(b"", status)
    del response.headers["Content-Type"]
    for name, value in headers:
        response.headers.add(name, value)
    return response


def redirect_to(url: str, parameters: Mapping[str, str]) -> Response:
    """A 302 to `url` with `parameters` added to its query."""
    joiner = "&" if urlsplit(url).query else "?"
    response = empty_response(302)
    response.headers["Location"] = f"{url}{joiner}{urlencode(parameters)}" if parameters else url
    response.headers.update(_NO_STORE)
    return response


def page(
    title: str, body: str, *, status: int = 200, leads_to: Iterable[str] = (), script: str | None = None
) -> Response:
    """A whole HTML page. `body` is HTML whose variable parts are escaped already; `title` is plain text.

    `leads_to` are URLs that a form on the page ends at: the page's policy must allow them, since browsers apply
    form-action to redirects too.
    """
    targets = " ".join(["'self'", *(_origin(url) for url in leads_to)])
    policy = [
        "default-src 'none'",
        f"style-src {_hash_source(_STYLE)}",
        f"form-action {targets}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    tail = ""
    if script is not None:
        policy.append(f"script-src {_hash_source(script)}")
        tail = f"<script>{script}</script>"
    document = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}{tail}</body></html>"
    )
    response = Response(document, status, content_type="text/html; charset=utf-8")
    response.headers.update(_NO_STORE)
    response.headers["Content-Security-Policy"] = "; ".join(policy)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def hidden_fields(fields: Mapping[str, str]) -> str:
    """Hidden inputs for a form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    # A loopback redirect may name any port (RFC 8252 section 7.3); it was checked before the page was made.
    return f"{parts.scheme}://{parts.netloc}"


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
