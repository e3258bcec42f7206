"""Which word a failure gets."""

import errno
import http.client
import smtplib
import socket
import ssl

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from app.domain.deliveries import PERMANENT_FAULTS, DeliveryFault
from app.notify.faults import BadAddressError, fault_of, fault_of_refused, fault_of_reply, fault_of_status
from app.notify.reachable import ForbiddenAddressError
from app.notify.witness import Witness

POOL = HTTPConnectionPool("127.0.0.1")


def _wrapped(inner: Exception) -> requests.ConnectionError:
    """Return an error as ``requests`` raises it, three deep."""
    new = NewConnectionError(HTTPConnection("127.0.0.1"), "no")
    new.__cause__ = inner
    return requests.ConnectionError(MaxRetryError(POOL, "/secret", new))


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ForbiddenAddressError(), DeliveryFault.FORBIDDEN_ADDRESS),
        (_wrapped(ForbiddenAddressError()), DeliveryFault.FORBIDDEN_ADDRESS),
        (BadAddressError(), DeliveryFault.BAD_ADDRESS),
        (requests.exceptions.InvalidURL("x"), DeliveryFault.BAD_ADDRESS),
        (UnicodeError("label too long"), DeliveryFault.BAD_ADDRESS),
        (socket.gaierror(socket.EAI_NONAME, "x"), DeliveryFault.NO_NAME),
        (_wrapped(socket.gaierror(socket.EAI_AGAIN, "x")), DeliveryFault.NO_NAME),
        (_wrapped(ConnectionRefusedError()), DeliveryFault.NO_CONNECTION),
        (OSError(errno.ENETUNREACH, "x"), DeliveryFault.NO_CONNECTION),
        (ConnectionResetError(), DeliveryFault.DROPPED),
        (requests.ConnectionError(ProtocolError("x", http.client.RemoteDisconnected("x"))), DeliveryFault.DROPPED),
        (smtplib.SMTPServerDisconnected("x"), DeliveryFault.DROPPED),
        (ssl.SSLEOFError(8, "x"), DeliveryFault.DROPPED),
        (ssl.SSLCertVerificationError(1, "x"), DeliveryFault.BAD_CERTIFICATE),
        (ssl.SSLError(1, "wrong version"), DeliveryFault.BAD_CERTIFICATE),
        (TimeoutError(), DeliveryFault.TIMEOUT),
        (requests.ReadTimeout(ReadTimeoutError(POOL, "/", "x")), DeliveryFault.TIMEOUT),
        (smtplib.SMTPAuthenticationError(535, b"no"), DeliveryFault.REFUSED_LOGIN),
        (smtplib.SMTPAuthenticationError(454, b"later"), DeliveryFault.BUSY),
        (smtplib.SMTPSenderRefused(530, b"log in", "me"), DeliveryFault.REFUSED_LOGIN),
        (smtplib.SMTPSenderRefused(553, b"no", "me"), DeliveryFault.REFUSED),
        (smtplib.SMTPDataError(554, b"spam"), DeliveryFault.REFUSED),
        (smtplib.SMTPDataError(452, b"full"), DeliveryFault.BUSY),
        (smtplib.SMTPConnectError(421, b"busy"), DeliveryFault.BUSY),
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (451, b"")}), DeliveryFault.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"")}), DeliveryFault.BUSY),
        (RuntimeError("anything"), DeliveryFault.FAILED),
    ],
)
def test_exceptions_have_words(error: Exception, fault: DeliveryFault) -> None:
    assert fault_of(error) is fault


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, None),
        (202, None),
        (204, None),
        (301, DeliveryFault.REDIRECTED),
        (308, DeliveryFault.REDIRECTED),
        (400, DeliveryFault.REFUSED),
        (401, DeliveryFault.REFUSED_LOGIN),
        (403, DeliveryFault.REFUSED_LOGIN),
        (404, DeliveryFault.GONE),
        (408, DeliveryFault.TIMEOUT),
        (410, DeliveryFault.GONE),
        (413, DeliveryFault.REFUSED),
        (429, DeliveryFault.BUSY),
        (500, DeliveryFault.SERVER_FAULT),
        (503, DeliveryFault.SERVER_FAULT),
        (700, DeliveryFault.FAILED),
    ],
)
def test_statuses_have_words(status: int, fault: DeliveryFault | None) -> None:
    assert fault_of_status(status) is fault


def test_replies_of_mail_servers_have_words() -> None:
    assert fault_of_reply(550) is DeliveryFault.REFUSED
    assert fault_of_reply(451) is DeliveryFault.BUSY
    assert fault_of_reply(535) is DeliveryFault.REFUSED_LOGIN
    assert fault_of_reply(250) is DeliveryFault.FAILED
    assert fault_of_refused({"a@x": (451, b""), "b@x": (550, b"")}) is DeliveryFault.REFUSED


def test_what_passes_by_itself_is_not_permanent() -> None:
    passing = {DeliveryFault.BUSY, DeliveryFault.SERVER_FAULT, DeliveryFault.DROPPED, DeliveryFault.TIMEOUT}
    assert not passing & PERMANENT_FAULTS


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first
    assert fault_of(first) is DeliveryFault.FAILED


def test_a_witness_keeps_the_newest_fault_and_lets_the_error_pass() -> None:
    witness = Witness()
    witness.saw(DeliveryFault.BUSY)
    with pytest.raises(TimeoutError), witness.watching():
        raise TimeoutError
    witness.saw(None)
    assert witness.verdict() is DeliveryFault.TIMEOUT


def test_a_witness_takes_the_word_of_the_moment() -> None:
    witness = Witness()
    with pytest.raises(smtplib.SMTPException), witness.watching(SMTPException=DeliveryFault.REFUSED_LOGIN):
        raise smtplib.SMTPException("no way to log in")
    assert witness.verdict() is DeliveryFault.REFUSED_LOGIN


def test_a_swallowed_refusal_of_an_address_is_not_forgotten() -> None:
    witness = Witness()
    assert witness.verdict() is DeliveryFault.FAILED
    witness.saw_blocked()
    assert witness.verdict() is DeliveryFault.FORBIDDEN_ADDRESS
    witness.saw(DeliveryFault.NO_CONNECTION)
    assert witness.verdict() is DeliveryFault.FORBIDDEN_ADDRESS
    witness.saw(DeliveryFault.SERVER_FAULT)
    assert witness.verdict() is DeliveryFault.SERVER_FAULT
