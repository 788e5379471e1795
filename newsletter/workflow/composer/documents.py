"""The edits of a document and their conflicts, for who calls the composer."""

from newsletter.issue_file.editing.edit import Edit
from newsletter.workflow.composer.open_issue import ConflictError

__all__ = ["ConflictError", "Edit"]
