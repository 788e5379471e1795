"""Undo takes back what one would call one change: a whole word that was typed, not its last letter."""

from __future__ import annotations

from newsletter.workflow.composer.undo import UndoStack


def typed(stack: UndoStack, text: str, group: str, start: str = "") -> None:
    for length in range(1, len(text) + 1):
        stack.add((start + text[: length - 1]).encode(), (start + text[:length]).encode(), "Edit title", group)


def test_typing_in_one_field_is_one_step() -> None:
    stack = UndoStack()
    typed(stack, "word", "title1")
    step = stack.next_undo(b"word")
    assert step is not None
    assert step.before == b""
    stack.mark_undone()
    assert stack.next_undo(b"") is None


def test_another_field_and_no_group_begin_a_step() -> None:
    stack = UndoStack()
    typed(stack, "ab", "title1")
    typed(stack, "cd", "title2", start="ab")
    stack.add(b"abcd", b"abcde", "Move")
    stack.add(b"abcde", b"abcdef", "Move")
    steps = []
    for current in (b"abcdef", b"abcde", b"abcd", b"ab"):
        step = stack.next_undo(current)
        assert step is not None
        steps.append(step.before)
        stack.mark_undone()
    assert steps == [b"abcde", b"abcd", b"ab", b""]


def test_typing_after_an_undo_does_not_join_what_came_before_it() -> None:
    stack = UndoStack()
    typed(stack, "ab", "title1")
    typed(stack, "cd", "title2", start="ab")
    stack.mark_undone()
    stack.add(b"ab", b"abx", "Edit title", "title1")
    step = stack.next_undo(b"abx")
    assert step is not None
    assert step.before == b"ab"


def test_a_change_by_another_program_between_keeps_the_steps_apart() -> None:
    stack = UndoStack()
    stack.add(b"a", b"ab", "Edit title", "title1")
    stack.add(b"elsewhere", b"elsewhere!", "Edit title", "title1")
    step = stack.next_undo(b"elsewhere!")
    assert step is not None
    assert step.before == b"elsewhere"
