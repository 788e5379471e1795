"""Trees of texts: those of texts read before, and of texts that are not as they are in the file."""

from __future__ import annotations

from newsletter.issue_file.yaml_repair.tree import Mark, read_tree


def test_a_text_read_again_has_the_same_tree_and_its_own_list_of_oddities() -> None:
    first, again = read_tree("a: *b\n"), read_tree("a: *b\n")
    assert again.root is first.root
    assert again.oddities == first.oddities
    first.oddities.clear()
    assert read_tree("a: *b\n").oddities == again.oddities
    assert again.oddities


def test_a_patched_text_has_its_marks_in_the_file_though_it_was_read_before() -> None:
    text = "a: b\n"
    assert read_tree(text).root is not None
    moved = read_tree(text, lambda mark: Mark(mark.line + 5, mark.column))
    assert moved.root
    assert moved.root.start == Mark(6, 1)
    again = read_tree(text).root
    assert again
    assert again.start == Mark(1, 1)
