"""The job that posts an upload: chunk by chunk, each in one transaction that also marks its lines as posted.

A worker that is killed leaves whole chunks behind and nothing of the one it was at; whoever comes after it finds the
marks and goes on behind them.
"""

from accounts.jobs import Run
from accounts.models import Batch
from accounts.sentences import said
from accounts.transactions import one_transaction
from ledger.bulk.importing import tell_the_planner
from ledger.bulk.lines import Decision, add_figures, decide, next_lines, parse, take
from ledger.bulk.registry import kinds
from ledger.figures import fold
from ledger.models import Upload

PLANNED_EVERY = 20_000  # lines; a table that grew tenfold is best read in another way


def post_upload(run: Run) -> str:
    planned = run.job.done
    while _post_chunk(run):
        if run.job.done - planned >= PLANNED_EVERY:
            planned = run.job.done
            tell_the_planner("ledger_due", "ledger_payment", "ledger_allocation", "ledger_uploadline")
        run.breathe()
    fold()
    upload = Upload.objects.get(batch__jobs=run.job)
    return said("%(count)s lines are posted.", count=upload.posted)


@one_transaction
def _post_chunk(run: Run) -> bool:
    """Post the next customers' lines; False when none is left, and the batch is then posted."""
    run.hold()
    batch = Batch.objects.get(jobs=run.job)
    upload = Upload.objects.get(batch=batch)
    lines = next_lines(upload, Decision.NEW, 0)
    if not lines:
        Batch.objects.filter(pk=batch.pk, state=Batch.State.POSTING).update(state=Batch.State.POSTED)
        return False
    taken = take(kinds()[batch.kind], parse(kinds()[batch.kind], upload.header, lines), batch)
    decide(upload, lines, taken, Decision.POSTED)
    upload.new -= len(lines)
    add_figures(upload, taken.report)
    upload.save()
    batch.added += taken.report.added
    batch.already_there += taken.report.already_there
    batch.save(update_fields=["added", "already_there"])
    run.progress(upload.posted, total=upload.posted + upload.new, message=said("Posting"))
    return True
