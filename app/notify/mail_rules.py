"""Rules for every mail of this process: nothing told about this machine, faults remembered, an id that stays."""

import smtplib
from typing import Any, Final

from apprise.plugins.email import base as email_plugin

from app.domain.deliveries import DeliveryFault
from app.notify.faults import fault_of_refused
from app.notify.witness import Witness

# What a client without a public name says (RFC 5321, 4.1.3). The library would look this machine's name up, which takes
# long where names cannot be found, and would tell it to the server.
_HELLO: Final = "[127.0.0.1]"
_READY_FOR_TLS: Final = 220


class _Utf8(str):
    """A text that is sent as UTF-8, whatever the library asks for; RFC 4616 says so of passwords."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:  # noqa: ARG002 - the one of str
        return super().encode("utf-8", errors)


def _in_utf8(answer: Any) -> Any:
    def answered(self: smtplib.SMTP, challenge: Any = None) -> str | None:
        said: str | None = answer(self, challenge)
        return None if said is None else _Utf8(said)

    return answered


def enforce_mail_rules(witness: Witness, message_id: str) -> None:
    """Put the rules into ``smtplib`` and the mail service, for the rest of this process.

    The class itself is changed, because the one for TLS calls it by its name.

    Args:
        witness: remembers why a mail failed.
        message_id: for the header of that name, without its brackets.
    """
    mail: Any = smtplib.SMTP
    begin, starttls, login, sendmail = mail.__init__, mail.starttls, mail.login, mail.sendmail

    def watched_begin(self: smtplib.SMTP, host: str = "", port: int = 0, *rest: Any, **named: Any) -> None:
        with witness.watching():
            begin(self, host, port, _HELLO, *rest[1:], **named)

    def watched_starttls(self: smtplib.SMTP, *args: Any, **named: Any) -> Any:
        with witness.watching(
            SMTPNotSupportedError=DeliveryFault.BAD_CERTIFICATE,
            SMTPResponseException=DeliveryFault.BAD_CERTIFICATE,
        ):
            code, reply = starttls(self, *args, **named)
            if code != _READY_FOR_TLS:  # the library would go on in the clear
                raise smtplib.SMTPNotSupportedError("no TLS")
            return code, reply

    def watched_login(self: smtplib.SMTP, *args: Any, **named: Any) -> Any:
        with witness.watching(
            SMTPNotSupportedError=DeliveryFault.REFUSED_LOGIN,
            SMTPException=DeliveryFault.REFUSED_LOGIN,
            UnicodeEncodeError=DeliveryFault.REFUSED_LOGIN,
        ):
            return login(self, *args, **named)

    def watched_sendmail(self: smtplib.SMTP, *args: Any, **named: Any) -> Any:
        with witness.watching(SMTPNotSupportedError=DeliveryFault.REFUSED):
            refused: dict[str, tuple[int, bytes]] = sendmail(self, *args, **named)
        if refused:
            witness.saw(fault_of_refused(refused))
        return refused

    mail.__init__, mail.starttls, mail.login, mail.sendmail = (
        watched_begin,
        watched_starttls,
        watched_login,
        watched_sendmail,
    )
    mail.auth_plain, mail.auth_login = _in_utf8(mail.auth_plain), _in_utf8(mail.auth_login)
    # Each retry has to carry the same id, so that the mailbox can tell it is the same message.
    patched: Any = email_plugin
    patched.make_msgid = lambda *_, **__: f"<{message_id}>"
