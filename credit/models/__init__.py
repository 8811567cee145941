"""The nouns of lending again: policies, requests and decisions, outcomes to learn from, and models that learned."""

from credit.models.outcomes import Outcome
from credit.models.policies import CreditPolicy
from credit.models.requests import CreditRequest, Decision, Method
from credit.models.scoring import ScoringModel

__all__ = ["CreditPolicy", "CreditRequest", "Decision", "Method", "Outcome", "ScoringModel"]
