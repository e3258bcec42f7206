"""A mail server on loopback, with faults: aiosmtpd in a thread of its own.

::

    with FakeMailServer(certificate=TLS / "server.pem") as server:
        server.refuse_recipients("550 5.1.1 no such user")
"""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mail(NamedTuple):
    """One mail that was taken, or all but taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, read."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class FakeMailServer:
    """Takes mail; use it as a context manager.

    Attributes:
        mails: what came in, in order; those that were dropped after DATA too.
        arrived: set with each mail.
        logins: (user, password) of each attempt.
        hellos: how clients named themselves.
    """

    def __init__(
        self,
        certificate: Path | None = None,
        *,
        implicit_tls: bool = False,
        password: str | None = None,
    ) -> None:
        """Make it.

        Args:
            certificate: None for a server that offers no TLS at all.
            implicit_tls: TLS from the first byte, instead of STARTTLS.
            password: the one that is right; None where nobody has to log in.
        """
        self.mails: list[Mail] = []
        self.arrived = threading.Event()
        self.logins: list[tuple[str, str]] = []
        self.hellos: list[str] = []
        self.port = 0
        self._recipient_reply = self._data_reply = ""
        self._drops = False
        self._password = password
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._implicit = implicit_tls
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def refuse_recipients(self, reply: str) -> None:
        """Let it answer so to each recipient (``550 no such user``)."""
        self._recipient_reply = reply

    def refuse_mail(self, reply: str) -> None:
        """Let it answer so after each mail (``451 later``)."""
        self._data_reply = reply

    def drop_after_data(self) -> None:
        """Let it take the mail and hang up without saying so."""
        self._drops = True

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.hellos.append(hostname)
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._recipient_reply:
            return self._recipient_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self._data_reply:
            return self._data_reply
        self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        self.arrived.set()
        if self._drops and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 OK"

    def _login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        password = data.password.decode()
        self.logins.append((data.login.decode(), password))
        return AuthResult(success=password == self._password, handled=False)

    def _connected(self) -> SMTP:
        starttls = self._context is not None and not self._implicit
        return SMTP(
            self,
            hostname="mail.example",
            loop=self._loop,
            tls_context=self._context if starttls else None,
            require_starttls=starttls,
            authenticator=self._login if self._password is not None else None,
            auth_require_tls=starttls,
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda *_: None)  # clients that hang up in the middle
        secure = self._context if self._implicit else None
        server = self._loop.run_until_complete(self._loop.create_server(self._connected, "127.0.0.1", 0, ssl=secure))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
