"""What goes out goes to public addresses alone, follows nobody elsewhere, and waits and reads no longer than told."""

import datetime
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts import posting
from accounts.hooks import checked_address
from accounts.posting import NotTaken, is_open, post
from accounts.tests.receiver import Receiver, receiver
from accounts.transactions import Refused

pytestmark = pytest.mark.once
INSIDE = (
    "0.0.0.0",  # noqa: S104  nobody listens here
    "127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "192.0.0.192", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "198.18.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1",
    "::ffff:127.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "2001:db8::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "1.1.1.1", "203.0.114.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.fixture
def program() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def production(settings: Any) -> Any:
    settings.DEVELOPMENT, settings.WEBHOOK_NETWORKS = False, []
    return settings


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_open_unless_it_is_named(address: str, production: Any) -> None:
    assert not is_open(address)
    production.WEBHOOK_NETWORKS = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    assert is_open(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_open(address: str, production: Any) -> None:
    assert is_open(address)


def test_nothing_is_sent_inside_and_where_it_is_allowed_it_is(program: Receiver, production: Any) -> None:
    """The second half is the control: with the network named, the same call arrives."""
    for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "0"):
        with pytest.raises(NotTaken, match="no public address"):
            post(program.url.replace("127.0.0.1", host), b"{}", {})
    assert program.calls == []
    production.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    assert post(program.url, b"{}", {}) == 200
    assert len(program.calls) == 1


def test_a_number_inside_is_refused_when_it_is_typed(production: Any) -> None:
    for url in ("https://127.0.0.1/", "https://[::1]/x", "https://169.254.169.254/latest"):
        with pytest.raises(Refused, match="inside a network of its own"):
            checked_address(url)
    production.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    assert checked_address(" https://127.0.0.1/ ") == "https://127.0.0.1/"


def test_a_name_that_leads_elsewhere_a_moment_later_is_not_followed(
    program: Receiver, production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at is what is connected to: the name is asked for once."""
    answers = [["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]]
    asked = []

    def lookup(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[0]]

    opened: list[Any] = []

    def opens(place: Any, timeout: float) -> socket.socket:
        opened.append(place)
        raise OSError("closed")

    monkeypatch.setattr(posting.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(posting.socket, "create_connection", opens)
    with pytest.raises(NotTaken, match=r"leads to 127\.0\.0\.1"):
        post("http://rebinds.example/", b"{}", {})
    assert opened == []
    answers[0] = ["8.8.8.8", "1.1.1.1"]
    with pytest.raises(NotTaken, match="closed"):
        post("http://rebinds.example/", b"{}", {})
    assert opened == [("8.8.8.8", 80), ("1.1.1.1", 80)]
    assert asked == ["rebinds.example"] * 2


def test_a_redirect_is_not_followed(program: Receiver) -> None:
    program.answers = [(302, b""), (307, b"over there")]
    for status in (302, 307):
        with pytest.raises(NotTaken, match=f"It answered {status}") as refused:
            post(program.url, b"{}", {})
        assert refused.value.status == status
    assert len(program.calls) == 2


def test_no_more_than_64_kb_of_an_answer_is_read(program: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    whole = http.client.HTTPResponse.read

    def counted(self: Any, amount: int | None = None) -> bytes:
        said = whole(self, amount)
        read.append(len(said))
        return said

    monkeypatch.setattr(http.client.HTTPResponse, "read", counted)
    program.answers = [(500, b"x" * 5_000_000), (200, b"x" * 5_000_000)]
    with pytest.raises(NotTaken) as refused:
        post(program.url, b"{}", {})
    assert len(str(refused.value)) < 300
    assert post(program.url, b"{}", {}) == 200
    assert read == [posting.MOST] * 2


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A sign now and then, and never an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(100):
        time.sleep(0.05)
        handler.wfile.write(b"x")


def test_one_that_answers_byte_by_byte_is_left(program: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE", 0.4)
    program.answers = [drip]
    begun = time.monotonic()
    with pytest.raises(NotTaken, match="There was no answer"):
        post(program.url, b"{}", {})
    assert time.monotonic() - begun < 2


def test_nonsense_in_place_of_an_answer_is_no_answer(program: Receiver) -> None:
    for said in (b"", b"\x00" * 9, b"HTTP/1.1 two hundred\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200):
        program.answers = [lambda handler, said=said: handler.wfile.write(said)]
        with pytest.raises(NotTaken, match="There was no answer"):
            post(program.url, b"{}", {})
    with pytest.raises(NotTaken, match="There was no answer"):
        post("http://no-such-host.invalid/", b"{}", {})


def certificate(folder: Path) -> Path:
    """Of localhost, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / "localhost.pem"
    sealed = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(sealed + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


def test_over_https_the_name_must_be_that_of_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    with receiver(tls=server) as program:
        url = program.url.replace("http:", "https:")
        with pytest.raises(NotTaken, match="self-signed certificate"):
            post(url.replace("127.0.0.1", "localhost"), b"{}", {})
        trusting = ssl.create_default_context(cafile=str(path))
        monkeypatch.setattr(posting, "tls", lambda: trusting)
        with pytest.raises(NotTaken, match="IP address mismatch"):
            post(url, b"{}", {})
        assert program.calls == []
        assert post(url.replace("127.0.0.1", "localhost"), b"{}", {}) == 200
        assert program.calls[0].headers["host"] == f"localhost:{program.port}"
