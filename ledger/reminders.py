"""Which reminder a due has come to: told from its day, the lender's steps and today."""

import datetime
from collections.abc import Sequence

LATE = 3  # days by which a run may miss a step and still remind; later, the next step does


def step_of(due_on: datetime.date, today: datetime.date, steps: Sequence[int]) -> int | None:
    """The latest step reached (-3 is three days before the day), unless it is long past; None for no reminder."""
    reached = [step for step in steps if due_on + datetime.timedelta(step) <= today]
    if not reached or today - due_on > datetime.timedelta(max(reached) + LATE):
        return None
    return max(reached)
