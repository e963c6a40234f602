"""The schema of one version, made from the one file that describes all of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from graphql import (
    REMOVE,
    DirectiveDefinitionNode,
    DirectiveNode,
    EnumValueNode,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    StringValueNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language.visitor import VisitorActionEnum

from providers.sandbox.mode import Mode, parse_version

_OURS: Final = frozenset({"since", "until", "genuine"})


class _OnlyThisMode(Visitor):
    """Take out what the mode does not have, and the directives that say so."""

    def __init__(self, mode: Mode) -> None:
        super().__init__()
        self._mode = mode

    def enter(self, node: Node, *_: object) -> VisitorActionEnum | None:
        """Drop `node` when it does not belong."""
        if isinstance(node, DirectiveDefinitionNode | DirectiveNode):
            return REMOVE if node.name.value in _OURS else None

        return None if self._belongs(getattr(node, "directives", None) or ()) else REMOVE

    def _belongs(self, directives: Iterable[DirectiveNode]) -> bool:
        return all(self._is_met(directive) for directive in directives)

    def _is_met(self, directive: DirectiveNode) -> bool:
        name = directive.name.value
        if name == "genuine":
            return not self._mode.is_look_alike

        if name not in _OURS:
            return True

        version = parse_version(_argument(directive))
        return (self._mode.version >= version) == (name == "since")


def _argument(directive: DirectiveNode) -> str:
    """Return the text of the one argument: a version in quotes, or a role."""
    return next(
        argument.value.value
        for argument in directive.arguments or ()
        if isinstance(argument.value, StringValueNode | EnumValueNode)
    )


def build(mode: Mode) -> GraphQLSchema:
    """Return the schema that a server of `mode` has."""
    text = files(__package__).joinpath("schema.graphql").read_text("utf-8")
    return build_ast_schema(visit(parse(text), _OnlyThisMode(mode)))


def required_role(parent: GraphQLObjectType, field_name: str) -> str | None:
    """Return the role that @hasRole demands for a field; None is everybody."""
    node = parent.fields[field_name].ast_node
    for directive in (node.directives or ()) if node else ():
        if directive.name.value == "hasRole":
            return _argument(directive)

    return None
