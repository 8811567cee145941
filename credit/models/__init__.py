"""The nouns of lending again: outcomes to learn from, trainings, the models that learned, and which one scores."""

from credit.models.outcomes import Outcome
from credit.models.scoring import ScoringModel
from credit.models.training import Activation, Outcomes, Training

__all__ = ["Activation", "Outcome", "Outcomes", "ScoringModel", "Training"]
