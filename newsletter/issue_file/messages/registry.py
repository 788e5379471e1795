"""One way to say each error that validation can end in; its own words never reach a person."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.issue_file.messages import (
    dates,
    fields,
    pictures_and_tables,
    repeats,
    section_kind,
    settings,
    wrong_type,
    wrong_value,
)
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted

WORDS: dict[str, Callable[[LocatedError], Problem]] = {
    "extra_forbidden": fields.unknown_field,
    "missing": fields.missing_field,
    "string_type": wrong_type.text_expected,
    "string_too_short": wrong_type.empty_text,
    "tuple_type": wrong_type.list_expected,
    "dict_type": wrong_type.fields_expected,
    "model_type": wrong_type.fields_expected,
    "model_attributes_type": wrong_type.fields_expected,
    "too_short": wrong_type.too_short,
    "item_empty": wrong_type.nothing_inside,
    "section_empty": wrong_type.nothing_inside,
    "kind_unknown": section_kind.unknown_kind,
    "kind_missing": section_kind.missing_kind,
    "control_character": wrong_value.control_character,
    "string_unicode": wrong_value.control_character,
    "line_break": wrong_value.line_break,
    "when_form": dates.date_form,
    "no_such_date": dates.no_such_date,
    "time_dot": dates.time_form,
    "no_such_time": dates.no_such_time,
    "time_skipped": dates.time_skipped,
    "date_only": dates.date_only,
    "end_before_start": dates.end_before_start,
    "end_without_start": dates.end_without_start,
    "repeats_form": repeats.repeats_form,
    "repeats_without_start": repeats.without_start,
    "repeats_missing": repeats.repeats_missing,
    "repeats_not_on_start": repeats.not_on_start,
    "link_scheme": wrong_value.link_form,
    "link_space": wrong_value.link_space,
    "text_too_long": wrong_value.text_too_long,
    "word_too_long": wrong_value.word_too_long,
    "too_many_spaces": wrong_value.too_many_spaces,
    "too_many_marks": wrong_value.too_many_marks,
    "email_form": wrong_value.email_form,
    "alt_missing": pictures_and_tables.alt_missing,
    "image_missing": pictures_and_tables.image_missing,
    "focus_form": pictures_and_tables.focus_form,
    "table_row": pictures_and_tables.table_row,
    "table_empty": pictures_and_tables.table_empty,
    "issue_empty": fields.issue_empty,
    "logo_missing": settings.logo_missing,
    "int_parsing": settings.number_form,
    "int_parsing_size": settings.number_form,
    "int_from_float": settings.number_form,
    "int_type": settings.number_form,
    "greater_than_equal": settings.number_range,
    "less_than_equal": settings.number_range,
    "bool_parsing": settings.yes_or_no,
    "bool_type": settings.yes_or_no,
    "string_pattern_mismatch": settings.colour_form,
    "zone_unknown": settings.time_zone,
    "enum": settings.choice,
    "literal_error": settings.choice,
    "provider_unknown": settings.choice,
    "theme_unknown": settings.choice,
    "theme_name": settings.theme_name,
    "ledger_form": settings.ledger_form,
    "date_pattern": settings.date_pattern,
    "time_pattern": settings.time_pattern,
    "language_form": settings.language_form,
    "path_form": settings.path_form,
    "address_unencrypted": settings.address_unencrypted,
    "address_form": settings.address_form,
    "approvers_idle": settings.approvers_idle,
    "folders_same": settings.folders_same,
    "link_braces": settings.link_braces,
    "one_click_idle": settings.one_click_idle,
    "archive_url": settings.archive_url,
    "sign_up_form": settings.sign_up_form,
    "folder_outside": settings.folder_outside,
    "column_meaning": settings.column_meaning,
    "list_form": settings.own_list_form,
    "serve_alone": settings.serve_alone,
    "serve_address": settings.serve_address,
    "serve_https": settings.serve_address,
    "serve_topic": settings.serve_topic,
    "rule_form": settings.rule_form,
    "ignore_form": settings.ignore_form,
}
"""What is said, by the error's name; a test keeps this complete."""


def complaint_about(fault: LocatedError) -> Problem:
    """Return the words for a fault."""
    words = WORDS.get(fault.kind)
    if words is not None:
        return words(fault)
    said = quoted(fault.text) if fault.text else "this value"
    return fault.complaint(
        Code.OTHER,
        f"{fault.name} cannot be {said}",
        "See the description of the field in the guide to writing an issue.",
    )
