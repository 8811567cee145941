"""Count how the scoring does in use: asked for from the page and done by the worker, or by the command."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import jobs
from accounts.models import Customer, Lender
from accounts.sentences import said
from accounts.transactions import Refused, one_transaction
from credit.actions.trainings import progress_of
from credit.derived import NINETY_DAYS, Default, defaulted
from credit.drift import Lent, Population, alarms, came_of
from credit.histories import PIECE, histories
from credit.judging import measured
from credit.models import Decision, Watch
from credit.registry import NoModel, Shelved, active_model
from credit.training import Tell, nobody_listens
from ledger.months import add_months, last_day, month_of

MONTHS = 12
Json = dict[str, Any]


@one_transaction
def ask_to_watch(by: str) -> Watch:
    """Have it counted anew. Raises Refused while a count goes on."""
    Lender.objects.select_for_update().get(pk=Lender.load().pk)
    last = Watch.objects.select_related("job").first()
    if last and last.job and not last.job.is_over:
        raise Refused(_("It is being counted already."))
    return Watch.objects.create(asked_by=by, job=jobs.ask_for("watch", by))


def count(run: jobs.Run) -> str:
    """The job "watch"."""
    watch = watch_now(Watch.objects.get(job=run.job.pk), progress_of(run))
    run.hold()
    watch.save()
    return " ".join(watch.alarms) or said("Counted; nothing is out of the ordinary.")


def watch_now(watch: Watch, tell: Tell = nobody_listens) -> Watch:
    """The count filled in, unsaved."""
    watch.as_of = Lender.load().today()
    watch.figures = {"months": by_month(watch.as_of)}
    try:
        model = active_model()
    except NoModel as why:
        watch.alarms = [str(why)]
        return watch
    population = Population(model.card)
    for values in everybody(model, watch.as_of, tell):
        population.add(values)
    came, moved = came_of(list(lent(model, watch.as_of))), population.moved(model.row.report.get("tables", []))
    watch.model = model.row
    watch.figures |= {"came": came, "moved": moved, "customers": population.rows}
    with override(settings.LANGUAGE_CODE):
        watch.alarms = alarms(came, moved, population.rows)
    return watch


def by_month(today: datetime.date) -> list[Json]:
    """What the rules said first, month by month, and how often a manager said otherwise."""
    since = add_months(month_of(today), 1 - MONTHS)
    rows = Decision.objects.filter(as_of__gte=since).annotate(month=TruncMonth("as_of")).values("month")
    first, other = Q(overrides__isnull=True), Q(overrides__isnull=False)
    counted = rows.annotate(
        asked=Count("pk", filter=first),
        approved=Count("pk", filter=first & Q(verdict="approved")),
        declined=Count("pk", filter=first & Q(verdict="declined")),
        referred=Count("pk", filter=first & Q(verdict="referred")),
        settled=Count("pk", filter=other & Q(overrides__verdict="referred")),
        overridden=Count("pk", filter=other & ~Q(overrides__verdict="referred")),
    )
    return [{**row, "month": row["month"].isoformat()} for row in counted.order_by("month")]


def everybody(model: Shelved, today: datetime.date, tell: Tell) -> Iterator[Any]:
    """The features, as the model asks for them, of each customer who has a history."""
    numbers = list(Customer.objects.order_by("id").values_list("id", flat=True))
    for place, history in enumerate(histories((number, today) for number in numbers)):
        if place % PIECE == 0:
            tell(said("Looking at the customers"), place, len(numbers))
        if history.dues:
            yield measured(model.card, history)


def lent(model: Shelved, today: datetime.date) -> Iterator[Lent]:
    """What came of each request that this model scored and that was approved, by the rule or by a manager."""
    training = model.row.training
    default = training.default if training and training.outcomes == "derived" else NINETY_DAYS
    scored = Decision.objects.filter(
        model=model.row, overrides__isnull=True, score__isnull=False, request__state="approved"
    )
    rows = list(scored.order_by("customer_id", "id").values_list("customer_id", "as_of", "score"))
    asked = [(customer, min(_end(as_of, default), today)) for customer, as_of, __ in rows]
    for later, (__, as_of, score) in zip(histories(asked), rows, strict=True):
        vintage = f"{as_of.year} Q{(as_of.month + 2) // 3}"
        yield Lent(vintage, float(score or 0), defaulted(later, as_of, default), _end(as_of, default) <= today)


def _end(as_of: datetime.date, default: Default) -> datetime.date:
    return last_day(add_months(month_of(as_of), default.months))
