"""Training behind the pages: ask for the sample, ask for the models, stop; and what the worker then does."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import jobs
from accounts.audit import record_house
from accounts.models import Lender
from accounts.sentences import said, sentence_of
from accounts.transactions import Refused, one_transaction
from credit.models import Training
from credit.training import Tell, TooFew, look_at, too_few, train

KEPT = datetime.timedelta(days=1)  # groups of people, where nobody trained with them


@one_transaction
def ask_for_sample(training: Training) -> Training:
    """Store what is wanted, and have its sample counted."""
    training.today = Lender.load().today()
    Training.objects.filter(asked_at__lt=timezone.now() - KEPT).exclude(groups={}).update(groups={})
    training.job = jobs.ask_for("sample", training.asked_by)
    training.save(force_insert=True)
    return training


@one_transaction
def ask_for_models(training: Training, by: str) -> Training:
    """Have the models trained. Raises Refused while other work goes on, or where the sample is too small."""
    row = Training.objects.select_for_update(of=("self",)).select_related("job").get(pk=training.pk)
    if row.job and not row.job.is_over:
        raise Refused(_("This training is being worked on. Wait for it, or stop it first."))
    if not row.sample:
        raise Refused(_("Its sample is not counted yet."))
    if few := too_few(row.sample["rows"], row.sample["bad"]):
        raise Refused(few)
    if row.models.exists():
        raise Refused(_("Its models are there already. Train anew to have others."))
    row.asked_by, row.asked_at = by, timezone.now()
    row.job = jobs.ask_for("train", by)
    row.save(update_fields=["asked_by", "asked_at", "job"])
    record_house("ask_to_train", {"training": row.pk, "outcomes": row.outcomes, "rows": row.sample["rows"]})
    return row


@one_transaction
def stop(training: Training) -> None:
    """Whatever is worked on ends after the piece it is at; the groups of people are forgotten."""
    if training.job and not training.job.is_over:
        jobs.cancel(training.job)
        Training.objects.filter(pk=training.pk).update(groups={})


def count_sample(run: jobs.Run) -> str:
    """The job "sample"."""
    training = Training.objects.get(job=run.job.pk)
    sample = look_at(training, progress_of(run))
    run.hold()
    Training.objects.filter(pk=training.pk).update(sample=sample)
    return said("%(count)s outcomes counted.", count=sample["rows"])


def train_models(run: jobs.Run) -> str:
    """The job "train"."""
    training = Training.objects.get(job=run.job.pk)
    try:
        models = train(training, progress_of(run))
    except TooFew as few:
        raise ValidationError(sentence_of(few)) from None
    Training.objects.filter(pk=training.pk).update(groups={})
    return said("Trained: %(models)s.", models=[model.code for model in models])


def progress_of(run: jobs.Run) -> Tell:
    """Notes how far the work is, and raises where it is to stop."""

    def tell(doing: str, done: int, total: int) -> None:
        run.hold()
        run.progress(done, total=total, message=doing)

    return tell
