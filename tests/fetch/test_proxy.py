"""Asking through an HTTP proxy: what goes through it, what is refused before it is asked, what it refuses."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from osint_ingest.fetch import fetch_given
from osint_ingest.fetch.client import Answer, Client
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.guard import Proxies, Resolver
from osint_ingest.fetch.limits import Limits
from osint_ingest.fetch.safety import Refused, checked_address
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from tests.fetch.unruly_site import Page, UnrulySite, page

URL = "http://www.unruly.example/a"


class _Through(BaseHTTPRequestHandler):
    """Leads everything to the site on loopback, whatever host it is asked for."""

    protocol_version = "HTTP/1.1"
    proxy: LoopbackProxy

    def do_GET(self) -> None:
        if not self._let_in():
            return
        path = urlsplit(self.path).path
        found = self.proxy.site.pages.get(path)
        body = found.body if isinstance(found, Page) else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        if not self._let_in():
            return
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", self.proxy.site.port)) as to_site:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\nVia: loopback\r\n\r\n")
            self.wfile.flush()
            back = threading.Thread(target=_pour, args=(to_site, self.connection), daemon=True)
            back.start()
            _pour(self.connection, to_site)

    def _let_in(self) -> bool:
        self.proxy.asked.append((self.command, self.path))
        if self.proxy.credentials in (None, self.headers.get("Proxy-Authorization")):
            return True
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def log_message(self, format: str, *args: object) -> None:
        pass


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class LoopbackProxy:
    def __init__(self, site: UnrulySite) -> None:
        self.site = site
        self.asked: list[tuple[str, str]] = []
        self.credentials: str | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Through,), {"proxy": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def proxy(site: UnrulySite) -> Iterator[LoopbackProxy]:
    site.pages["/a"] = page("a", "some text")
    through = LoopbackProxy(site)
    yield through
    through.server.shutdown()
    through.server.server_close()


def unknown(host: str, port: int) -> list[str]:
    raise OSError("only the proxy resolves here")


@pytest.fixture
def ask() -> Iterator[Callable[..., Answer]]:
    clients = []

    def asking(url: str, proxies: Proxies, resolver: Resolver = unknown) -> Answer:
        clients.append(Client("test", Limits(request_seconds=5), resolver=resolver, proxies=proxies))
        return clients[-1].ask(checked_address(url, None))

    yield asking
    for client in clients:
        client.close()


def test_a_page_comes_through_the_proxy_that_the_settings_name(
    proxy: LoopbackProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSINT_INGEST_PROXY", f"http://ada:s3cret@{proxy.address}")
    proxy.credentials = "Basic " + base64.b64encode(b"ada:s3cret").decode()
    store = RawStore(str(tmp_path))
    report = fetch_given([URL], store, Settings(), resolver=unknown)
    assert [c.url for c in report.captures if c.url == URL] == [URL], report.findings
    assert [urlsplit(asked).path for _, asked in proxy.asked] == ["/robots.txt", "/a"]
    details = store.details(store.latest()[URL])
    assert details.proxy == f"http://{proxy.address}"
    assert not any(b"s3cret" in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert "s3cret" not in repr(Settings())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://localhost/",
        "http://intranet/",
        "http://printer.local/",
        "http://metadata.google.internal/",
    ],
)
def test_what_is_known_for_private_is_refused_before_the_proxy_is_asked(
    proxy: LoopbackProxy, ask: Callable[..., Answer], url: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(url, Proxies(f"http://{proxy.address}"))
    assert refused.value.code in ("private_address", "host_refused", "address_refused")
    assert proxy.asked == []


def test_a_name_that_resolves_here_to_a_private_address_is_refused(
    proxy: LoopbackProxy, ask: Callable[..., Answer]
) -> None:
    proxies = Proxies(f"http://{proxy.address}")
    with pytest.raises(Refused):
        ask(URL, proxies, lambda host, port: ["8.8.8.8", "10.0.0.7"])
    assert proxy.asked == []
    assert ask(URL, proxies, lambda host, port: ["8.8.8.8"]).status == 200


def test_the_proxy_itself_is_no_way_to_what_stands_beside_it(
    proxy: LoopbackProxy, ask: Callable[..., Answer]
) -> None:
    """Its address is the one exception, and only as a proxy."""
    told = {"http": f"http://{proxy.address}", "no": "127.0.0.1"}
    with pytest.raises(Refused):
        ask(f"http://{proxy.address}/a", Proxies(None, told), lambda host, port: [host])
    assert proxy.asked == []


def test_a_proxy_that_refuses_is_named_without_its_password(
    proxy: LoopbackProxy, ask: Callable[..., Answer]
) -> None:
    proxy.credentials = "Basic something else"
    for url in (URL, "https://www.unruly.example/a"):
        with pytest.raises(FetchFailed) as failed:
            ask(url, Proxies(f"http://ada:s3cret@{proxy.address}"))
        assert failed.value.code == "proxy_refused" and "407" in failed.value.message
        assert f"http://{proxy.address}" in failed.value.message and "s3cret" not in failed.value.message


def test_a_proxy_that_is_not_there_is_named(ask: Callable[..., Answer]) -> None:
    with pytest.raises(FetchFailed, match=r"through the proxy http://127\.0\.0\.1:9 ") as failed:
        ask(URL, Proxies("http://127.0.0.1:9"))
    assert failed.value.code == "cannot_connect"


def test_through_a_tunnel_the_certificate_is_still_checked(
    site_with_tls: UnrulySite, ask: Callable[..., Answer]
) -> None:
    through = LoopbackProxy(site_with_tls)
    with pytest.raises(FetchFailed) as failed:
        ask("https://www.unruly.example/a", Proxies(f"http://{through.address}"))
    through.server.shutdown()
    assert through.asked == [("CONNECT", "www.unruly.example:443")]
    assert failed.value.code == "tls_invalid"


def test_an_answer_through_a_tunnel_is_as_long_as_it_says(
    site_with_tls: UnrulySite, ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy's own answer to CONNECT does not count as the page's."""
    trusting = ssl.create_default_context(cafile=str(Path(__file__).with_name("self_signed.pem")))
    trusting.check_hostname = False
    monkeypatch.setattr("osint_ingest.fetch.client._tls", lambda: trusting)
    site_with_tls.pages["/a"] = page("a", "some text")
    through = LoopbackProxy(site_with_tls)
    answer = ask("https://www.unruly.example/a", Proxies(f"http://{through.address}"))
    through.server.shutdown()
    assert answer.body == page("a", "some text").body
    assert answer.tls and answer.proxy == f"http://{through.address}"


@pytest.mark.parametrize(
    ("own", "told", "url", "expected"),
    [
        (None, {}, URL, None),
        (None, {"http": "http://p.example:3128"}, URL, "http://p.example:3128"),
        (None, {"http": "http://p.example:3128"}, "https://www.unruly.example/", None),
        (None, {"https": "p.example:3128"}, "https://www.unruly.example/", "http://p.example:3128"),
        (None, {"http": "http://p.example:3128", "no": "unruly.example"}, URL, None),
        (None, {"http": "http://p.example:3128", "no": "*"}, URL, None),
        ("none", {"http": "http://p.example:3128"}, URL, None),
        ("https://own.example", {"http": "http://p.example:3128", "no": "*"}, URL, "https://own.example:443"),
    ],
)
def test_the_settings_win_over_the_environment(
    own: str | None, told: dict[str, str], url: str, expected: str | None
) -> None:
    found = Proxies(own, told).for_address(checked_address(url, None))
    assert (found.url if found else None) == expected


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://p.example:3128")
    found = Proxies.of(Settings()).for_address(checked_address("https://www.unruly.example/", None))
    assert found is not None and found.url == "http://p.example:3128"
    monkeypatch.setenv("OSINT_INGEST_PROXY", "none")
    assert Proxies.of(Settings()).for_address(checked_address("https://www.unruly.example/", None)) is None


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1080", "http://", "http://p.example:port"])
def test_a_proxy_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(RefusedRun, match="expected http://host:port"):
        Proxies(url)
