"""The nouns of lending again: policies, requests and decisions, outcomes, trainings, and the models that learned."""

from credit.models.outcomes import Outcome
from credit.models.policies import CreditPolicy
from credit.models.requests import CreditRequest, Decision, Method
from credit.models.scoring import ScoringModel
from credit.models.training import Activation, Outcomes, Training
from credit.models.watching import Watch

__all__ = [
    "Activation",
    "CreditPolicy",
    "CreditRequest",
    "Decision",
    "Method",
    "Outcome",
    "Outcomes",
    "ScoringModel",
    "Training",
    "Watch",
]
