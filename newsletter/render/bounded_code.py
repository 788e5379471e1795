"""Compile templates so that they count what they do."""

from __future__ import annotations

from typing import Any, cast

import jinja2
from jinja2 import nodes, runtime
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer

from newsletter.render.budget import current

COMPILED_AS = 2
"""Counts up when the same template would be compiled otherwise: what was compiled before is then not used."""

COUNT = "@count"
HELD = "@held"
JOINED = "@joined"
"""Filters that the compiler puts in; no template can name them, as a name has no @."""


class _Bounded(NodeTransformer):
    """Puts into a template what counts its steps, and what it makes."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  as Jinja calls it
        """Count each pass, those that the loop's condition leaves out too."""
        cost = _text_in(node)
        node = cast("nodes.For", self.generic_visit(node))
        counted = nodes.Filter(nodes.Const(cost), COUNT, [], [], None, None, lineno=node.lineno)
        if node.test is not None:
            node.test = nodes.And(nodes.Not(counted, lineno=node.lineno), node.test, lineno=node.lineno)
        else:
            node.body.insert(0, nodes.ExprStmt(counted, lineno=node.lineno))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802  as above
        """Count what a part writes at each call."""
        return self._counted(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802  as above
        """Count what is written at each `caller()`."""
        return self._counted(node)

    def visit_Block(self, node: nodes.Block) -> nodes.Node:  # noqa: N802  as above
        """Count what a block writes."""
        return self._counted(node)

    def _counted(self, node: Any) -> nodes.Node:
        cost = _text_in(node)
        node = self.generic_visit(node)
        node.body.insert(0, _counter(cost, node.lineno))
        return cast("nodes.Node", node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  as above
        """Measure what `~` joins."""
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(pieces, JOINED, [], [], None, None, lineno=node.lineno)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802  as above
        """Measure a list."""
        return _held(self.generic_visit(node))

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802  as above
        """Measure a mapping."""
        return _held(self.generic_visit(node))

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802  as above
        """Measure a list, not the names that a list is taken apart into."""
        node = cast("nodes.Tuple", self.generic_visit(node))
        return _held(node) if node.ctx == "load" else node


def _held(node: nodes.Node) -> nodes.Node:
    return nodes.Filter(cast("nodes.Expr", node), HELD, [], [], None, None, lineno=node.lineno)


def _counter(cost: int, line: int) -> nodes.Node:
    return nodes.ExprStmt(nodes.Filter(nodes.Const(cost), COUNT, [], [], None, None, lineno=line), lineno=line)


def _text_in(node: nodes.Node) -> int:
    """Return the number of characters that a part of a template has of its own."""
    return sum(len(one.data) for one in node.find_all(nodes.TemplateData))


class Generator(CodeGenerator):
    """Compiles a template with what bounds it."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802  as above
        """Compile it, with a count of what it writes itself."""
        cost = _text_in(node)
        node = cast("nodes.Template", _Bounded().visit(node))
        node.body.insert(0, _counter(cost, 1))
        node.set_environment(self.environment)
        super().visit_Template(node, frame)


@jinja2.pass_context
def count_step(context: runtime.Context, cost: Any) -> bool:  # noqa: ARG001  so that the compiler does not call it
    """Count a step; its number is written by the compiler, so it is never less than nothing."""
    current().charge(max(0, int(cost)))
    return False
