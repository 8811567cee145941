"""One POST to a stranger's address: never to a network inside, never further than told, never longer than a while."""

import http.client
import math
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.sentences import Sentence, said

CONNECT = 5.0  # seconds for each address, and for the greeting
WHOLE = 15.0  # seconds from there to the end of the answer
TRIED = 3  # addresses of one name
MOST = 64 * 1024  # bytes of the answer that are read
# Not public, though Python 3.11 says so: a cloud hands out its keys there.
INSIDE = ip_network("192.0.0.0/24")
UNICAST = ip_network("2000::/3")  # all of IPv6 that is given out
NAT64 = ip_network("64:ff9b::/96")
SHOWN = 160  # bytes of the answer that are kept: as JSON they fit beside the sentence (accounts.models.SaidText)
FAULTS = (OSError, http.client.HTTPException, ValueError)
TOO_LONG = said("it took too long")
# What the system says of these is its own English.
KNOWN: tuple[tuple[type[Exception], Sentence], ...] = (
    (TimeoutError, TOO_LONG),
    (socket.gaierror, said("nobody knows this name")),
    (ConnectionRefusedError, said("nobody listens there")),
    (ConnectionError, said("it hung up")),
)
Address = IPv4Address | IPv6Address


class NotTaken(Exception):
    """It was not taken, in words; status is that of the answer, None where there was none."""

    def __init__(self, words: Sentence, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status


class Door(http.client.HTTPConnection):
    """Goes to the very addresses that were looked at, whatever the name leads to a moment later."""

    auto_open = 0

    def __init__(self, url: SplitResult) -> None:
        self.is_tls = url.scheme == "https"
        self.default_port = 443 if self.is_tls else 80
        super().__init__(url.hostname or "", url.port or self.default_port, timeout=CONNECT)

    def connect(self) -> None:
        self.sock = _first_that_opens(addresses_of(self.host, self.port), self.port)
        if self.is_tls:
            self.sock = tls().wrap_socket(self.sock, server_hostname=self.host)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status, which is one of success. Raises NotTaken."""
    url = urlsplit(address)
    door, heard, latest = Door(url), b"", math.inf
    try:
        door.connect()
        latest = time.monotonic() + WHOLE
        with _no_longer_than(WHOLE, door.sock):
            door.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, dict(headers))
            with door.getresponse() as answer:
                if time.monotonic() >= latest:  # cut off by us in the middle of its headers
                    raise TimeoutError
                with suppress(*FAULTS):  # its status is all that counts
                    heard = answer.read(MOST)
    except FAULTS as fault:
        reason = TOO_LONG if time.monotonic() >= latest else _reason(fault)
        raise NotTaken(said("There was no answer: %(reason)s", reason=reason)) from fault
    finally:
        door.close()
    if not 200 <= answer.status < 300:
        raise NotTaken(_refusal(answer.status, heard[:SHOWN].decode("utf-8", "replace").strip()), answer.status)
    return answer.status


def _reason(fault: Exception) -> str:
    """In our words where it is of a kind that we know, else in those of the system."""
    own = fault.args[0] if fault.args else ""
    if isinstance(own, Sentence):
        return own
    return next((words for kind, words in KNOWN if isinstance(fault, kind)), str(fault) or type(fault).__name__)


def _refusal(status: int, text: str) -> Sentence:
    if not text:
        return said("It answered %(status)s.", status=status)
    return said("It answered %(status)s: %(text)s", status=status, text=text)


@contextmanager
def _no_longer_than(seconds: float, sock: socket.socket) -> Iterator[None]:
    """A timeout counts from byte to byte; one that sends a byte now and then would hold us for ever."""
    sock.settimeout(seconds)
    timer = threading.Timer(seconds, _hang_up, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _first_that_opens(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), CONNECT)
    return socket.create_connection((addresses[-1], port), CONNECT)


def addresses_of(host: str, port: int) -> list[str]:
    """Where the name leads. Raises OSError where one of them is inside: a name that leads there means no good."""
    found = list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    for address in found:
        if not is_open(address):
            leads = said("%(host)s leads to %(address)s, which is no public address.", host=host, address=address)
            raise OSError(leads)
    return found[:TRIED]


def is_open(address: str) -> bool:
    """Public, or named in WEBHOOK_NETWORKS; an address within an address (IPv4 in IPv6) counts as well."""
    return all(
        any(one in network for network in settings.WEBHOOK_NETWORKS) or _is_public(one)
        for one in _all_of(ip_address(address))
    )


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        return address.is_global and address in UNICAST
    return address.is_global and not address.is_multicast and not address.is_reserved and address not in INSIDE


def _all_of(address: Address) -> Iterator[Address]:
    """The address, or those that it carries."""
    if not isinstance(address, IPv6Address):
        yield address
        return
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    yield from [one for one in carried if one] or [address]


@cache
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()
