"""The practice cloud: a local TLS server that speaks Entra's, Azure DevOps' and Microsoft Graph's published protocols.

What an answer is made of (an HTTP library, signed tokens) is imported when the first request comes; cryptography when a
certificate is made.
"""

from __future__ import annotations

from desktop_app.practice.card import CardLabel, CardNote, CardRow, CardSection, CardTitle, PracticeCard
from desktop_app.practice.certificates import ServerCertificate, load_certificate, make_certificate
from desktop_app.practice.faults import Fault, FaultKind, conflict, throttled
from desktop_app.practice.practice_cloud import PracticeCloud
from desktop_app.practice.request_record import ReceivedRequest
from desktop_app.practice.service import REAL_HOSTS, Service

__all__ = [
    "REAL_HOSTS",
    "CardLabel",
    "CardNote",
    "CardRow",
    "CardSection",
    "CardTitle",
    "Fault",
    "FaultKind",
    "PracticeCard",
    "PracticeCloud",
    "ReceivedRequest",
    "ServerCertificate",
    "Service",
    "conflict",
    "load_certificate",
    "make_certificate",
    "throttled",
]
