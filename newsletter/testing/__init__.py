"""For those who add a provider: the suite that every adapter must pass, and what it needs to run."""

from newsletter.testing.bench import Bench, rehearsed
from newsletter.testing.contract import CampaignContract

__all__ = ["Bench", "CampaignContract", "rehearsed"]
