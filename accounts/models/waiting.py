"""A small file of master data that waits until who sent it has looked at what it would change."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models.people import User


class WaitingFile(models.Model):
    """One for each member of the staff, theirs alone and within the session that sent it: `name` is random and
    `session` a hash. In the database, because the next request may reach another machine, and because nobody can ask
    a web server for it. Deleted when it is confirmed, put away or a day old."""

    user = models.OneToOneField(User, on_delete=models.CASCADE)
    session = models.CharField(max_length=64)
    kind = models.CharField(max_length=50)  # of rows, such as accounts.customer
    name = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()  # nobody but who sent it, and they need none
        constraints = [
            models.CheckConstraint(condition=Exact(Length("session"), 64), name="waiting_file_names_its_session"),
            models.CheckConstraint(condition=~Q(name=""), name="waiting_file_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"file that waits for {self.user_id}"
