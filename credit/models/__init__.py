"""The nouns of lending again: outcomes to learn from, and the models that learned."""

from credit.models.outcomes import Outcome
from credit.models.scoring import ScoringModel

__all__ = ["Outcome", "ScoringModel"]
