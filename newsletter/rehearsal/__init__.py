"""Providers to practise on: servers on this computer that behave like the real ones, and misbehave on demand.

They are written from the providers' own descriptions, and know nothing of our adapters: so they show their mistakes.
"""

from newsletter.rehearsal.rehearse import Rehearsal, provider_names

__all__ = ["Rehearsal", "provider_names"]
