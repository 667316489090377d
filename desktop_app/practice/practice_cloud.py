"""PracticeCloud: an Entra and an Azure DevOps of one's own, on this machine, for practice and tests.

It listens on 127.0.0.1 only. Ids and secrets are the same in every run; what is changed lasts for one run.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from desktop_app.core.cloud import Cloud
from desktop_app.practice.card import PracticeCard, practice_card
from desktop_app.practice.certificates import ServerCertificate, make_certificate
from desktop_app.practice.directory import Directory
from desktop_app.practice.faults import Fault, FaultKind, Faults
from desktop_app.practice.request_record import RequestRecord
from desktop_app.practice.seed import seeded_directory
from desktop_app.practice.server import Acceptor, Delivery, Listener, log_without_message
from desktop_app.practice.service import Service, practice_cloud
from desktop_app.practice.state import CloudState

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_GARBAGE = b"\x00\xff\x8f<<not what was asked for>>\x1b{[\xc3("
_HTTPS_PORT = 443


def utc_now() -> datetime:
    return datetime.now(UTC)


class PracticeCloud:
    """The practice cloud; a context manager that starts and stops it.

    `port` 0 takes free ports. Another `port` is the first of seven that are wanted, one for each service; a taken one
    is replaced by a free one. With `hosts` (a host name for each service) a single listener on `port` answers for all,
    told apart by the Host header, and OSError is raised if that port is taken. `certificate` replaces the one of its
    own. `now` gives aware UTC. A client secret made while it runs is known at sign-in `secret_delay_s` seconds later on
    that clock (`directory.secret_delay`, which may be changed).
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = utc_now,
        token_lifetime_s: int = 3900,
        port: int = 0,
        hosts: Mapping[Service, str] | None = None,
        certificate: ServerCertificate | None = None,
        secret_delay_s: float = 3.0,
    ) -> None:
        self._now = now
        self._token_lifetime_s = token_lifetime_s
        self._port = port
        self._hosts = {service: host.lower() for service, host in hosts.items()} if hosts else None
        if self._hosts is not None and set(self._hosts) != set(Service):
            raise ValueError("hosts must name every service")
        self._given_certificate = certificate
        self._certificate: ServerCertificate | None = None
        self._making = threading.Lock()  # guards _certificate
        self._state: CloudState | None = None
        self._acceptor: Acceptor | None = None
        self._stopping = threading.Event()
        self.directory: Directory = seeded_directory(now())
        self.directory.secret_delay = timedelta(seconds=secret_delay_s)
        self.faults = Faults()
        self.requests = RequestRecord()

    def start(self) -> Self:
        """Listens; the certificate is made when it is first needed. RuntimeError if it runs already."""
        from desktop_app.practice.tokens import TokenSigner

        if self._acceptor is not None:
            raise RuntimeError("the practice cloud runs already")
        self._stopping.clear()
        self._certificate = self._given_certificate
        listeners = self._listen()
        self._state = CloudState(
            directory=self.directory,
            cloud=practice_cloud(self._bases(listeners)),
            now=self._now,
            signer=TokenSigner(),
            token_lifetime_s=self._token_lifetime_s,
        )
        self._acceptor = Acceptor(listeners)
        return self

    def stop(self) -> None:
        """Ends every connection, delayed ones too. Does nothing if it doesn't run."""
        self._stopping.set()
        if self._acceptor is not None:
            self._acceptor.stop()
            self._acceptor = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def cloud(self) -> Cloud:
        """The addresses of the services, key "practice". RuntimeError before the first start."""
        return self._started.cloud

    @property
    def ca_pem(self) -> bytes:
        """The authority to trust when talking to this cloud (PEM). RuntimeError before the first start."""
        return self._shown_certificate.ca_pem

    @property
    def certificate_der(self) -> bytes:
        """The certificate the listeners show (DER), to pin. RuntimeError before the first start."""
        return self._shown_certificate.leaf_der

    def card(self) -> PracticeCard:
        """Everything to paste into the wizards. RuntimeError before the first start."""
        return practice_card(self.directory, self.cloud.login)

    @property
    def _started(self) -> CloudState:
        if self._state is None:
            raise RuntimeError("the practice cloud was not started")
        return self._state

    @property
    def _shown_certificate(self) -> ServerCertificate:
        if self._state is None:
            raise RuntimeError("the practice cloud was not started")
        with self._making:
            if self._certificate is None:
                self._certificate = make_certificate(tuple(self._hosts.values()) if self._hosts else ())
            return self._certificate

    def _context(self) -> ssl.SSLContext:
        return self._shown_certificate.context

    def _listen(self) -> list[Listener]:
        context = self._context
        if self._hosts is not None:
            return [Listener(None, self._port, context, self._exchange)]
        listeners: list[Listener] = []
        for offset, service in enumerate(Service):
            try:
                wanted = self._port + offset if self._port else 0
                listeners.append(Listener(service, wanted, context, self._exchange))
            except OSError:
                listeners.append(Listener(service, 0, context, self._exchange))
        return listeners

    def _bases(self, listeners: list[Listener]) -> dict[Service, str]:
        if self._hosts is None:
            return {one.service: f"https://127.0.0.1:{one.port}" for one in listeners if one.service}
        port = listeners[0].port
        suffix = "" if port == _HTTPS_PORT else f":{port}"
        return {service: f"https://{host}{suffix}" for service, host in self._hosts.items()}

    def _exchange(self, service: Service | None, request: Request) -> Delivery | None:
        """Works on one request: faults first, then the service itself, then the record."""
        from werkzeug.wrappers import Response

        service = service or self._service_of(request)
        if service is None:
            return Delivery(Response("Unknown host.", 404, content_type="text/plain"))
        met = self.faults.take(service, request.method, request.path)
        delay_s = sum(one.seconds for one in met if one.kind is FaultKind.DELAY)
        if delay_s and self._stopping.wait(delay_s):
            return None
        fault = next((one for one in met if one.kind is not FaultKind.DELAY), None)
        if fault is not None and fault.kind is FaultKind.DROP:
            self.requests.add(service, request, 0)
            return None
        if fault is not None and fault.kind is FaultKind.STATUS:
            response = Response(fault.body, fault.status, headers=dict(fault.headers))
        else:
            response = self._answer(service, request)
        lost = fault is not None and fault.kind is FaultKind.LOSE
        self.requests.add(service, request, 0 if lost else response.status_code)
        if lost:
            return None
        return _spoiled(response, fault)

    def _service_of(self, request: Request) -> Service | None:
        host = request.host.partition(":")[0].lower()
        return next((service for service, name in (self._hosts or {}).items() if name == host), None)

    def _answer(self, service: Service, request: Request) -> Response:
        from desktop_app.practice.devops_app import answer_devops
        from desktop_app.practice.devops_errors import VssFault
        from desktop_app.practice.entra_app import answer_login
        from desktop_app.practice.graph_app import answer_graph

        state = self._started
        with state.lock:
            try:
                if service is Service.LOGIN:
                    return answer_login(state, request)
                if service is Service.GRAPH:
                    return answer_graph(state, request)
                return answer_devops(state, service, request)
            except Exception as error:  # a defect here must not look like a lost connection
                log_without_message(error)
                return VssFault(500, "VssServiceException", "The practice cloud failed.").response()


def _spoiled(response: Response, fault: Fault | None) -> Delivery:
    if fault is None:
        return Delivery(response)
    if fault.kind is FaultKind.HEADERS:
        response.headers.update(fault.headers)
    elif fault.kind is FaultKind.BOM:
        response.set_data(b"\xef\xbb\xbf" + response.get_data())
    elif fault.kind is FaultKind.GARBAGE:
        response.set_data(_GARBAGE)
    return Delivery(response, cut=fault.kind is FaultKind.TRUNCATE)
