"""One-time links with which somebody who has no password yet chooses one."""

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

DAYS = 7


def make_token(user: User) -> str:
    return _signer().sign(_stamp(user))


def is_good(user: User, token: str) -> bool:
    """Whether the token was made for this user, at most DAYS ago, and the password is still the one of that day."""
    try:
        stamp = _signer().unsign(token, max_age=DAYS * 24 * 3600)
    except BadSignature:
        return False
    return user.is_active and constant_time_compare(stamp, _stamp(user))


def _signer() -> TimestampSigner:
    # Made when it is used: the commands that keep the books import this module and run without a key.
    return TimestampSigner(salt="accounts.tokens", sep=".")


def _stamp(user: User) -> str:
    # The stored hash is part of it, so choosing or changing the password kills every link made before.
    return salted_hmac("accounts.tokens", f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:32]
