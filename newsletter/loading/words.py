"""One way to say each error that validation can end in; its own words never reach a person."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.loading import field_words as fields
from newsletter.loading import value_words as values
from newsletter.loading.code import Code
from newsletter.loading.fault import Complaint, Fault
from newsletter.loading.source import quoted

WORDS: dict[str, Callable[[Fault], Complaint]] = {
    "extra_forbidden": fields.unknown_field,
    "missing": fields.missing_field,
    "string_type": fields.text_expected,
    "string_too_short": fields.empty_text,
    "tuple_type": fields.list_expected,
    "dict_type": fields.fields_expected,
    "model_type": fields.fields_expected,
    "model_attributes_type": fields.fields_expected,
    "too_short": fields.too_short,
    "item_empty": fields.nothing_inside,
    "section_empty": fields.nothing_inside,
    "kind_unknown": fields.unknown_kind,
    "kind_missing": fields.missing_kind,
    "line_break": values.line_break,
    "when_form": values.date_form,
    "no_such_date": values.no_such_date,
    "time_dot": values.time_form,
    "no_such_time": values.no_such_time,
    "date_only": values.date_only,
    "end_before_start": values.end_before_start,
    "end_without_start": values.end_without_start,
    "link_scheme": values.link_form,
    "link_space": values.link_space,
    "email_form": values.email_form,
    "alt_missing": values.alt_missing,
    "image_missing": values.image_missing,
    "int_parsing": values.number_form,
    "int_parsing_size": values.number_form,
    "int_from_float": values.number_form,
    "int_type": values.number_form,
    "greater_than_equal": values.number_range,
    "less_than_equal": values.number_range,
    "bool_parsing": values.yes_or_no,
    "bool_type": values.yes_or_no,
    "string_pattern_mismatch": values.colour_form,
    "zone_unknown": values.time_zone,
    "enum": values.choice,
    "literal_error": values.choice,
    "ledger_form": values.ledger_form,
    "language_form": values.language_form,
    "path_form": values.path_form,
    "approvers_idle": values.approvers_idle,
    "folders_same": values.folders_same,
}
"""What is said, by the error's name; a test keeps this complete."""


def complaint_about(fault: Fault) -> Complaint:
    """Return the words for a fault."""
    words = WORDS.get(fault.kind)
    if words is not None:
        return words(fault)
    said = quoted(fault.text) if fault.text else "what stands here"
    return fault.complaint(
        Code.OTHER,
        f"{fault.name} cannot be {said}",
        "Look at the field's description in the guide to writing an issue.",
    )
