"""A permission report as one HTML page: readable on screen in light and dark, and when printed.

It is self-contained and inert: no script, no image, nothing loaded, and a content security policy that says so. Every
text that is not written here is escaped by `_text`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from desktop_app.app.guidance import Place
from desktop_app.app.i18n import _, ngettext
from desktop_app.app.report_evidence import evidence_words
from desktop_app.app.report_excess import client_secret_words, excess_sentences, way_to_less
from desktop_app.app.report_words import (
    headline,
    layer_note,
    layer_title,
    permission_title,
    rows_of,
    summary_of,
    utc,
    verdict_kind,
    verdict_note,
    verdict_words,
)
from desktop_app.app.words import check_outcome, check_title, method_name
from desktop_app.core.checks import CheckStatus
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Exchange, Project
from desktop_app.core.profile import Method, Profile
from desktop_app.core.redact import redact
from desktop_app.core.report import Layer, PermissionReport, Verdict

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --soft: #57606a; --border: #dde1e7;
  --good: #1a7f37; --bad: #b42318; --head: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --ground: #15171b; --text: #e7e9ec; --soft: #9ba5b3; --border: #343941;
  --good: #56c98d; --bad: #ff8a80; --head: #1d2026; } }
@media print { :root { color-scheme: light; --ground: #fff; --text: #000; --soft: #444; --border: #bbb;
  --good: #0f5c26; --bad: #8f1a11; --head: #f2f2f2; } }
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif; max-width: 62rem;
  margin: 0 auto; padding: 2rem 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--border);
  overflow-wrap: anywhere; }
thead th { background: var(--head); } thead { display: table-header-group; }
tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.neutral { color: var(--soft); font-weight: 600; } .details tbody th { font-weight: normal; width: 22%; }
.details span { white-space: nowrap; } .details td:nth-child(2) { width: 9rem; }
.requests { font-size: .85rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
"""
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
_SIGNS = {Verdict.GRANTED: "✓", Verdict.MISSING: "✗", Verdict.UNTELLABLE: "?", Verdict.NOT_CHECKED: "-"}


def page(profile: Profile, report: PermissionReport) -> str:
    """The whole page."""
    title = _("Permissions of “{name}” in {organization}").format(name=profile.name, organization=report.organization)
    parts = [
        f"<h1>{_text(title)}</h1><p>{_text(headline(report))}</p>",
        _who_and_when(profile, report),
        _overview(report),
        _too_much(profile, report),
        _app_words(profile, report),
        *(_details(report, permission) for permission in report.permissions),
        _meanings(report),
        _checks(profile, report),
        _requests(report.exchanges),
    ]
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
    )
    return f"{head}<body>\n" + "\n".join(part for part in parts if part) + "\n</body>\n</html>\n"


def _text(words: str) -> str:
    """Any text, safe to stand in the page or in an attribute of it."""
    clean = redact(words).encode("utf-8", "replace").decode("utf-8")
    return escape("".join(letter if letter.isprintable() or letter == "\n" else " " for letter in clean))


def _table(kind: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
    return f'<table class="{kind}"><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _row(*cells: str) -> str:
    """Cells are HTML; the first one names the row."""
    first, *others = cells
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'


def _verdict(verdict: Verdict, words: str) -> str:
    return f'<span class="{verdict_kind(verdict)}">{_SIGNS[verdict]} {_text(words)}</span>'


def _who_and_when(profile: Profile, report: PermissionReport) -> str:
    identity = report.identity
    seen = _("Nobody: the account could not be proved")
    if identity is not None:
        names = dict.fromkeys(name for name in (identity.display_name, identity.username, identity.id) if name)
        seen = " · ".join(names)
    rows = [
        (_("Connection"), profile.name),
        (_("Method"), method_name(report.method)),
        (_("Organization"), profile.cloud.organization_url(report.organization)),
        (_("Account that Azure DevOps saw"), seen),
        (_("Started (UTC)"), utc(report.started_at)),
        (_("Ended (UTC)"), utc(report.ended_at)),
        (_("Projects"), ", ".join(project.name for project in report.projects) or _("None")),
        (_("How it was asked"), _closely_words(report.closely)),
    ]
    if profile.tenant:
        rows.insert(3, (_("Directory (tenant) ID"), profile.tenant))
    if profile.client_id:
        rows.insert(4, (_("Application (client) ID"), profile.client_id))
    return "<dl>" + "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in rows) + "</dl>"


def _closely_words(closely: bool) -> str:
    if closely:
        return _("Closely: besides reading, empty requests were sent, from which nothing can come.")
    return _("Only by reading: nothing but reads was sent.")


def _overview(report: PermissionReport) -> str:
    rows = []
    for permission in report.permissions:
        summary = summary_of(report, permission)
        title = _text(permission_title(permission, report.method))
        rows.append(_row(title, _verdict(summary.verdict, summary.words)))
    return f"<h2>{_text(_('Permissions'))}</h2>" + _table("overview", (_("Permission"), _("Verdict")), rows)


def _too_much(profile: Profile, report: PermissionReport) -> str:
    if not report.excess:
        return ""
    way = way_to_less(profile)
    said = "".join(f"<p>{_text(sentence)}</p>" for sentence in excess_sentences(report.excess))
    return f"<h2>{_text(_('More than is needed'))}</h2>{said}<p>{_text(way.words)} {_text(way.url)}</p>"


def _app_words(profile: Profile, report: PermissionReport) -> str:
    if report.method is not Method.CLIENT_SECRET:
        return ""
    words = client_secret_words(profile.cloud, report.organization)
    said = "".join(f"<p>{_text(sentence)}</p>" for sentence in words.sentences)
    return f"<h2>{_text(words.title)}</h2>{said}<p>{_text(words.url)}</p>"


def _details(report: PermissionReport, permission: Permission) -> str:
    rows = []
    for project in rows_of(report, permission):
        joint = report.joint(permission, project)
        known = {layer: [f for f in joint.findings if f.layer is layer] for layer in Layer}
        cells = [
            "<br>".join(
                f"{_verdict(f.verdict, verdict_words(f.verdict, f.likely))}<br>{_text(evidence_words(f.evidence))}"
                for f in known[layer]
            )
            or f'<span class="soft">{_text(_("Not asked."))}</span>'
            for layer in Layer
        ]
        joined = _verdict(joint.verdict, verdict_words(joint.verdict, joint.likely))
        rows.append(_row(_text(_where(project)), joined, *cells))
    heads = (_("Project"), _("Verdict"), *(layer_title(layer, report.method) for layer in Layer))
    return f"<h3>{_text(permission_title(permission, report.method))}</h3>" + _table("details", heads, rows)


def _where(project: Project | None) -> str:
    return _("The whole organization") if project is None else project.name


def _meanings(report: PermissionReport) -> str:
    rows = [(verdict_words(verdict), verdict_note(verdict)) for verdict in Verdict]
    rows += [(layer_title(layer, report.method), layer_note(layer, report.method)) for layer in Layer]
    rows.append((_("Likely"), _("What was seen points this way but does not prove it.")))
    said = "".join(f"<dt>{_text(name)}</dt><dd>{_text(note)}</dd>" for name, note in rows)
    return f"<h2>{_text(_('What the words mean'))}</h2><dl>{said}</dl>"


def _checks(profile: Profile, report: PermissionReport) -> str:
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    kinds = {CheckStatus.PASSED: "good", CheckStatus.FAILED: "bad"}
    rows = [
        _row(
            _text(check_title(result.name)),
            f'<span class="{kinds.get(result.status, "neutral")}">{_text(check_outcome(result, place))}</span>',
        )
        for result in report.checks.results
    ]
    return f"<h2>{_text(_('Checks before that'))}</h2>" + _table("checks", (_("Check"), _("Outcome")), rows)


def _requests(exchanges: tuple[Exchange, ...]) -> str:
    rows = [
        _row(
            _text(utc(exchange.at)),
            _text(exchange.method),
            _text(exchange.url),
            _text(str(exchange.status) if exchange.status else _("No answer")),
            _text(exchange.outcome),
        )
        for exchange in exchanges
    ]
    counted = ngettext("{count} request was sent.", "{count} requests were sent.", len(rows)).format(count=len(rows))
    heads = (_("When (UTC)"), _("Request"), _("Address"), _("Status"), _("Outcome"))
    title = _("What was asked, and how it was answered")
    return f"<h2>{_text(title)}</h2><p>{_text(counted)}</p>" + (_table("requests", heads, rows) if rows else "")
