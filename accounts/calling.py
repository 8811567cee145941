"""Send the webhooks that wait; one address that is slow or does not answer keeps none of the others waiting."""

import time
import uuid

from cryptography.fernet import InvalidToken
from django.utils import timezone

from accounts.hooks import body_of, headers_of
from accounts.jobs import stopping
from accounts.models import Delivery, Endpoint
from accounts.posting import NotTaken, post
from accounts.sending import MOST, REST, Away, State, attempt, end, later
from accounts.sentences import said, sentence_of

LEASE = 300.0  # seconds for one: a name may take long to resolve, and three addresses to be tried
LONGEST = 20.0  # seconds of one run, after which no other is begun
SLOW = 2.0  # seconds of one call, above which its address rests
PAUSE = 3  # times as long as the call took: one address gets a quarter of our time at most
BUSY = 429
OTHER_KEY = said("Its secret was sealed under another key of this installation. Make a new one.")


class Calls:
    """What one worker calls with."""

    def __init__(self) -> None:
        self._rests: dict[int, float] = {}  # until when, by endpoint

    def run(self) -> bool:
        """Call with what is due, one run of it; whether anything was tried."""
        begun, tried = time.monotonic(), False
        self._rests = {number: until for number, until in self._rests.items() if until > begun}
        due = Delivery.objects.select_related("endpoint").due(timezone.now())
        for row in due.exclude(endpoint__in=list(self._rests))[:MOST]:
            if stopping.is_set() or time.monotonic() - begun > LONGEST:
                break
            if row.endpoint_id not in self._rests:
                tried = self._try(row) or tried
        return tried

    def _try(self, row: Delivery) -> bool:
        begun, tried = time.monotonic(), True
        try:
            tried = attempt(row, LEASE, send)
        except Away:
            self._rests[row.endpoint_id] = time.monotonic() + REST
        else:
            self._rest_if_slow(row, time.monotonic() - begun)
        return tried

    def _rest_if_slow(self, row: Delivery, took: float) -> None:
        if took > SLOW:
            self._rests[row.endpoint_id] = time.monotonic() + PAUSE * took


def send(row: Delivery) -> None:
    """Raises Away where the whole address seems to be out of order, and not this one event."""
    if not row.endpoint.is_on:
        end(row, State.DROPPED, said("The address was switched off when it was to be sent."))
        return
    try:
        status = call(row.endpoint, row.lasting_name, body_of(row.told))
    except NotTaken as fault:
        later(row, sentence_of(fault), status=fault.status)
        if fault.status is None or fault.status >= 500 or fault.status == BUSY:
            raise Away from fault
    else:
        end(row, State.SENT, "", status=status)


def call(endpoint: Endpoint, name: str, body: bytes) -> int:
    """Signed anew at every try, for the hour is signed too. Raises NotTaken."""
    try:
        headers = headers_of(endpoint, name, body)
    except InvalidToken:
        raise NotTaken(OTHER_KEY) from None
    return post(endpoint.url, body, headers)


def call_for_a_test(endpoint: Endpoint) -> int:
    """At once, and of nobody. Raises NotTaken."""
    told = {"type": "test", "timestamp": timezone.now().isoformat(), "data": {}}
    return call(endpoint, f"test.{uuid.uuid4().hex}", body_of(told))
