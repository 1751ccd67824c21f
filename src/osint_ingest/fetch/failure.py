"""Why a request failed, as codes and hints of the `issues` table."""

import ssl
from dataclasses import dataclass

import httpcore

from osint_ingest.fetch.guard import CannotResolve
from osint_ingest.model import Finding, Severity

LATER = "The next run tries again."
TELL = "Tell the site's owner."
PROXY = "Check OSINT_INGEST_PROXY (`none` connects directly), HTTP_PROXY and HTTPS_PROXY, and what the proxy allows."


@dataclass(eq=False)  # not frozen: Python itself writes an exception's traceback
class FetchFailed(Exception):
    """A request that brought no usable response. `code` and `hint` are those of the `issues` table. `again`: whether
    another attempt can help. `reached`: whether the host answered at all. `status`: the HTTP status, where that is the
    failure."""

    code: str
    message: str
    hint: str
    again: bool = False
    reached: bool = True
    status: int | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        return self.message

    @property
    def finding(self) -> Finding:
        return Finding(self.severity, "fetch", self.code, self.message, self.hint)


def failure_of(host: str, url: str, error: Exception, proxy: str | None = None) -> FetchFailed:
    """Return what a connection error (an exception of httpcore) means. `proxy`: the proxy it went through."""
    text = str(error) or type(error).__name__
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = f"{host}: its certificate is not valid ({cause.verify_message})"
            hint = f"Nothing is fetched over an untrusted connection. {TELL}"
            return FetchFailed("tls_invalid", message, hint)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ProxyError):
        return refused_by_proxy(url, proxy or "", text)
    if isinstance(error, CannotResolve) and not proxy:
        hint = "Check the network connection and the host's name."
        return FetchFailed("cannot_resolve", text, hint, reached=False)
    if isinstance(error, (httpcore.ConnectError, httpcore.ConnectTimeout)):
        message = f"{host} cannot be reached{f' through the proxy {proxy}' if proxy else ''} ({text})"
        hint = PROXY if proxy else "Check the network connection."
        return FetchFailed("cannot_connect", message, hint, again=True, reached=False)
    code, hint, again = "connection_lost", LATER, True
    if isinstance(error, httpcore.TimeoutException):
        code = "timeout"
    elif "complete message body" in text or "incomplete chunked" in text:
        code = "truncated"
    elif "Receive buffer too long" in text:
        code, hint, again = "headers_too_large", TELL, False
    elif isinstance(error, httpcore.ProtocolError) and "disconnected" not in text:
        code, hint, again = "bad_answer", TELL, False
    return FetchFailed(code, f"{url}: {text}", hint, again)


def refused_by_proxy(url: str, proxy: str, answer: str) -> FetchFailed:
    """A proxy did not let a request through. `answer`: its status and words."""
    message = f"{url}: the proxy {proxy} blocked the request ({answer})"
    return FetchFailed("proxy_refused", message, PROXY, again=answer.startswith("5"))
