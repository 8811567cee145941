"""import_flask as an operator runs it: what it printed, what it saved, and what stands in the database afterwards."""

from pathlib import Path

from django.core.management import call_command

from accounts.models import AuditEntry, Batch, Customer, HouseEntry, Manager, OldAccount, User
from credit.models import Outcome
from expenses.models import Category, Expense
from ledger.models import Allocation, Due, Payment

MODELS = (
    Customer, Due, Payment, Allocation, Outcome, Expense, Category, User, Manager, AuditEntry, HouseEntry, Batch,
    OldAccount,
)  # fmt: skip


def moved(path: Path, *words: str) -> tuple[str, str]:
    """What was printed, and what was saved."""
    call_command("import_flask", path, "--report", path.parent, *words, stdout=(out := Lines()))
    saved = [line.removeprefix("Report: ") for line in out.lines if line.startswith("Report: ")]
    return out.text, "\n".join(Path(name).read_text(encoding="utf-8") for name in saved)


class Lines:
    """What a command wrote."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def table(said: str) -> dict[str, list[str]]:
    """The report's table: each noun's figures in the store, in Duebook, and added."""
    lines = said.splitlines()[4:]
    rows = [line.split() for line in lines[: lines.index("")]]
    return {row[0]: [cell for cell in row[1:] if cell[0].isdigit()] for row in rows}


def stored() -> list[object]:
    return [list(model._base_manager.order_by("pk").values()) for model in MODELS]
