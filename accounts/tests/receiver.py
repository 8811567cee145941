"""A program that is told: a real HTTP server in a thread, which keeps what comes and answers as it is asked to."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from accounts.calling import Calls

OK = (200, b"taken")


class Call(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """The check that a receiver makes, in words of its own."""
        signed = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        digest = hmac.digest(base64.b64decode(secret.split("_", 1)[1]), signed, hashlib.sha256)
        said = self.headers["webhook-signature"].split(" ")
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return fresh and f"v1,{base64.b64encode(digest).decode()}" in said


def whole_call(handler: BaseHTTPRequestHandler) -> Call | None:
    """None where the caller was killed in the middle of it."""
    length = int(handler.headers["Content-Length"])
    body = handler.rfile.read(length)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return Call(handler.path, headers, body) if len(body) == length else None


class Receiver:
    """`answers` are given to the next calls, one each, instead of taking them: a status and a body, or what writes an
    answer of its own."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[Any] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told?by=duebook"

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    def hear(self, handler: BaseHTTPRequestHandler) -> None:
        call = whole_call(handler)
        if call is None:
            return
        self.calls.append(call)
        answer = self.answers.pop(0) if self.answers else OK
        if callable(answer):
            answer(handler)
            return
        status, said = answer
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said)))
        handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
        handler.end_headers()
        handler.wfile.write(said)


@contextmanager
def receiver(one: Receiver | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    heard = one or Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.hear(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *told: None  # type: ignore[method-assign]  # who calls hangs up as it likes
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    heard.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call_all() -> None:
    """What a worker does, until nothing is due; each time as if it had just begun."""
    while Calls().run():
        pass
