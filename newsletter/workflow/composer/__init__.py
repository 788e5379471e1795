"""The use cases of the composer: a folder's issues as documents that are edited, shown, kept and sent."""
