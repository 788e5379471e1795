"""Cut blocks into sections, and a section into what stands below its headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from newsletter.importing.blocks import BOLD_RANK, GUESSED_RANK, Block, BlockKind
from newsletter.importing.headings import split_group
from newsletter.importing.vocabulary import Vocabulary


@dataclass
class Part:
    """A section: its heading, the kind that the heading names (None: another), and all blocks below."""

    heading: Block
    kind: str | None
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Node:
    """A heading within a section, the blocks directly below it, and the headings below those."""

    heading: Block
    blocks: list[Block] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Return whether nothing stands below the heading."""
        return not (self.blocks or self.children)

    @property
    def has_headed_children(self) -> bool:
        """Return whether headings below this one have headings below them."""
        return any(child.children for child in self.children)


def cut_sections(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[list[Block], list[Part]]:
    """Return the blocks before the first section, and the sections."""
    kinds = {at: vocabulary.section_kind(block.plain) for at, block in enumerate(blocks) if block.is_heading}
    named = {at: kind for at, kind in kinds.items() if kind not in {None, "intro"}}
    rank = _section_rank(blocks, named)
    before: list[Block] = []
    parts: list[Part] = []
    for at, block in enumerate(blocks):
        if block.is_heading and _starts_section(blocks, at, kinds[at], rank, parts):
            parts.append(Part(block, kinds[at]))
        elif parts:
            parts[-1].blocks.append(block)
        else:
            before.append(block)
    return before, parts


def _section_rank(blocks: Sequence[Block], named: Collection[int]) -> int:
    """Return the rank of the headings that start sections."""
    ranks = [block.rank for block in blocks if block.is_heading]
    if named:
        own = [blocks[at].rank for at in named if blocks[at].rank < BOLD_RANK]
        # one that is deeper than most names a part of a section
        return min(own, key=lambda rank: (-sum(one == rank for one in own), rank)) if own else 0
    counts = {rank: ranks.count(rank) for rank in set(ranks)}
    many = [rank for rank, count in counts.items() if count > 1]
    return min(many or counts or [0])


def _starts_section(blocks: Sequence[Block], at: int, kind: str | None, rank: int, parts: Sequence[Part]) -> bool:
    block = blocks[at]
    is_named = kind not in {None, "intro"}
    if not parts and (kind == "intro" or (block.rank >= BOLD_RANK and not is_named and rank != block.rank)):
        return kind != "intro" and at > 0 and rank == 0
    if rank == 0:  # only lines by their looks
        return is_named or _follows_list(blocks, at, parts) or parts[-1].kind is None
    if block.rank < rank or (is_named and block.rank >= BOLD_RANK and rank >= BOLD_RANK):
        return True
    if block.rank == rank:
        return is_named or not _is_flat(parts)
    return is_named and block.rank >= GUESSED_RANK


def _is_flat(parts: Sequence[Part]) -> bool:
    """Return whether the section's heading is directly followed by one of its rank: those below it look the same."""
    if not parts or parts[-1].kind in {None, "intro"}:
        return False
    inside = parts[-1].blocks
    return not inside or (inside[0].is_heading and inside[0].rank == parts[-1].heading.rank)


def _follows_list(blocks: Sequence[Block], at: int, parts: Sequence[Part]) -> bool:
    """Return whether a line comes after a section that is only a list, so that it does not belong to it."""
    if not parts:
        return True
    inside = parts[-1].blocks
    followed = at + 1 < len(blocks) and blocks[at + 1].kind is BlockKind.PARAGRAPH
    return bool(inside) and all(block.is_entry for block in inside) and followed and parts[-1].kind is not None


def build_tree(part: Part, vocabulary: Vocabulary) -> tuple[list[Block], list[Node]]:
    """Return the blocks directly below a section's heading, and its further headings as a tree."""
    blocks = _with_split_groups(part.blocks, vocabulary)
    direct: list[Block] = []
    top: list[Node] = []
    stack: list[Node] = []
    for block in blocks:
        if not block.is_heading:
            (stack[-1].blocks if stack else direct).append(block)
            continue
        node = Node(block)
        while stack and stack[-1].heading.rank >= block.rank:
            stack.pop()
        (stack[-1].children if stack else top).append(node)
        stack.append(node)
    return direct, regroup(top)


def _with_split_groups(blocks: Sequence[Block], vocabulary: Vocabulary) -> list[Block]:
    """Cut a line in two that holds the headings of a group and of its first item, where other groups show that."""
    grouped = any(block.is_heading and after.is_heading for block, after in pairwise(blocks))
    found: list[Block] = []
    for block in blocks:
        split = split_group(block, vocabulary) if grouped and block.is_heading else None
        found += split or (block,)
    return found


def regroup(nodes: Sequence[Node]) -> list[Node]:
    """Put headings below a bare one of the same rank that comes before them: it is the heading of a group."""
    found: list[Node] = []
    group: Node | None = None
    for at, node in enumerate(nodes):
        follows = at + 1 < len(nodes) and not nodes[at + 1].is_bare
        if node.is_bare and follows:
            group = node
            found.append(node)
        elif group is not None and not node.children:
            group.children.append(node)
        else:
            group = None
            found.append(node)
    return found
