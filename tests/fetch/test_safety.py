"""Addresses that must never be asked, by their form and by what their names resolve to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osint_ingest.fetch.client import Client
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.limits import Limits
from osint_ingest.fetch.safety import LoopbackSite, Refused, checked_address, is_public

HOSTS = ("www.gazette.example", "old.gazette.example")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.gazette.example", "https://www.gazette.example/"),
        ("HTTPS://WWW.Gazette.Example:443/Members/a b", None),
        (
            "HTTPS://WWW.Gazette.Example:443/Members/a%20b?x=1#part",
            "https://www.gazette.example/Members/a%20b?x=1",
        ),
        ("http://old.gazette.example:80/x", "http://old.gazette.example/x"),
        ("https://www.gazette.example/a/../b/./c", "https://www.gazette.example/b/c"),
        ("https://www.gazette.example/a..b/...", "https://www.gazette.example/a..b/..."),
        ("https://www.gazette.example/informe-é", "https://www.gazette.example/informe-%C3%A9"),
    ],
)
def test_a_good_address_takes_its_normal_form(url: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Refused):
            checked_address(url, HOSTS)
    else:
        assert checked_address(url, HOSTS).url == expected


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "scheme_refused"),
        ("ftp://www.gazette.example/", "scheme_refused"),
        ("gopher://www.gazette.example/", "scheme_refused"),
        ("javascript:alert(1)", "scheme_refused"),
        ("//www.gazette.example/", "scheme_refused"),
        ("https:www.gazette.example", "address_refused"),
        ("", "scheme_refused"),
        ("https://", "address_refused"),
        ("https:///x", "address_refused"),
        ("https://user:s3cret@www.gazette.example/", "credentials_refused"),
        ("https://www.gazette.example@evil.example/", "credentials_refused"),
        ("https://www.gazette.example%40evil.example/", "host_refused"),
        ("https://evil.example#@www.gazette.example/", "host_refused"),
        ("https://evil.example/@www.gazette.example/", "host_refused"),
        ("https://evil.example\\@www.gazette.example/", "address_refused"),
        ("https://www.gazette.example\\.evil.example/", "address_refused"),
        ("https://www.gazette.example.evil.example/", "host_refused"),
        ("https://evil.example/?www.gazette.example", "host_refused"),
        ("https://gazette.example/", "host_refused"),
        ("https://www.gazette.example:8443/", "host_refused"),
        ("https://www.gazette.example:22/", "host_refused"),
        ("https://www.gazette.example:99999/", "scheme_refused"),
        ("http://127.0.0.1/", "host_refused"),
        ("http://2130706433/", "host_refused"),
        ("http://0177.0.0.1/", "host_refused"),
        ("http://0x7f.1/", "host_refused"),
        ("http://127.1/", "host_refused"),
        ("http://[::1]/", "host_refused"),
        ("http://[::ffff:127.0.0.1]/", "host_refused"),
        ("http://169.254.169.254/latest/meta-data/", "host_refused"),
        ("http://①②⑦.⓪.⓪.①/", "host_refused"),
        ("https://www.gazette.example/../../etc/passwd", "path_refused"),
        ("https://www.gazette.example/a/%2e%2e/%2e%2e/etc", "path_refused"),
        ("https://www.gazette.example/%2e%2e%2fetc%2fpasswd", "path_refused"),
        ("https://www.gazette.example/%252e%252e%252fetc", "path_refused"),
        ("https://www.gazette.example/..%5c..%5cwindows", "path_refused"),
        ("https://www.gazette.example/a%00b", "path_refused"),
        ("https://www.gazette.example/a\r\nHost: evil", "address_refused"),
        ("https://www.gazette.example/" + "a" * 5000, "address_refused"),
    ],
)
def test_an_address_of_another_kind_is_refused(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_address(url, HOSTS)
    assert refused.value.code == code
    assert "s3cret" not in str(refused.value)


@given(st.text(max_size=80))
def test_whatever_the_text_an_accepted_address_is_one_of_the_hosts(text: str) -> None:
    for url in (text, f"https://{text}", f"https://www.gazette.example{text}"):
        try:
            address = checked_address(url, HOSTS)
        except Refused:
            continue
        assert address.host in HOSTS
        assert address.url.startswith(
            (f"{address.scheme}://{address.host}/", f"{address.scheme}://{address.host}?")
        )
        assert ".." not in address.target.partition("?")[0].split("/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:7f00:1", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_connected_to(address: str, public: bool) -> None:
    assert is_public(address) is public


class Listener:
    """A loopback port that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


def ask(url: str, resolver: object) -> None:
    client = Client("test", Limits(connect_seconds=1, request_seconds=2), resolver=resolver)  # type: ignore[arg-type]
    try:
        client.ask(checked_address(url, None))
    finally:
        client.close()


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],  # mixed answers are how rebinding starts
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.7"],
    ],
)
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    listener: Listener, answers: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        ask(f"http://rebind.example:{listener.port}/", lambda host, port: answers)
    assert refused.value.code == "private_address"
    assert listener.connections == 0


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.0.0.1", "0x7f.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost"]
)
def test_odd_spellings_of_loopback_are_refused_after_resolution(listener: Listener, host: str) -> None:
    """Where any host is allowed (link checks), the system's resolver reads these as 127.0.0.1."""
    from osint_ingest.fetch.guard import resolve

    with pytest.raises((Refused, FetchFailed)) as refused:
        ask(f"http://{host}:{listener.port}/", resolve)
    assert refused.value.code in ("private_address", "cannot_resolve", "host_refused")
    assert listener.connections == 0


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to(listener: Listener) -> None:
    """DNS rebinding: the second answer would be loopback. There is no second question."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["203.0.113.1" if False else "192.0.2.1"] if not asked[1:] else ["127.0.0.1"]

    with pytest.raises((FetchFailed, Refused)):
        ask(f"http://rebind.example:{listener.port}/", rebinding)
    assert len(asked) == 1
    assert listener.connections == 0


def test_the_checked_address_is_used_and_not_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    def connect(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", connect)
    with pytest.raises(FetchFailed):
        ask("https://www.gazette.example/", lambda host, port: ["9.9.9.9", "8.8.8.8"])
    assert reached == ["9.9.9.9", "8.8.8.8"]


def test_a_resolver_that_hangs_is_left_behind() -> None:
    waiting = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        waiting.wait(30)
        return []

    with pytest.raises(FetchFailed) as failed:
        ask("https://www.gazette.example/", slow)
    waiting.set()
    assert failed.value.code == "cannot_resolve"


@pytest.mark.parametrize(
    "base",
    [
        "http://8.8.8.8:80",
        "http://192.168.0.1:8000",
        "https://127.0.0.1:1",
        "http://127.0.0.1",
        "file:///x:1",
    ],
)
def test_only_a_loopback_address_with_a_port_can_stand_in_for_a_host(base: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        LoopbackSite(base, "https://www.gazette.example")
