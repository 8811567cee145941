"""The acts of lending: ask, withdraw, keep a decision, set a policy - each in one transaction under its lock."""

from credit.actions.asking import ask, file_decision, withdraw
from credit.actions.overriding import override, to_approve
from credit.actions.policies import set_policy

__all__ = ["ask", "file_decision", "override", "set_policy", "to_approve", "withdraw"]
