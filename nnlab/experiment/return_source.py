"""Find the source of a function's return statement, as one line."""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from inspect import getsource
from textwrap import dedent
from types import FunctionType, MethodType

from nnlab.experiment.source_repr import word

WITHIN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def returned(function: Callable) -> str:
    """Return the source of a function's last `return`, as one line.

    For a lambda, its source; if there is no source, the function's name.

    If there is no source, return the function's name.

    >>> def update(gradient, rate):
    ...     return (
    ...         -rate  # downhill
    ...         * gradient
    ...     )
    >>> returned(update)
    'return -rate * gradient'
    """
    code = _code(function)
    try:
        text = dedent(getsource(code))
        node = _lambda(text, code) if code.__name__ == "<lambda>" else _def(text)
    except (OSError, TypeError, SyntaxError, AttributeError, LookupError):
        return word(function)  # no source, as in an interactive session
    return _line(*node)


def _code(function: Callable) -> Callable:
    """Return the plain function behind a callable."""
    while isinstance(function, partial):
        function = function.func
    plain = isinstance(function, FunctionType | MethodType)
    return function if plain or isinstance(function, type) else type(function).__call__


def _def(text: str) -> tuple[str, ast.AST]:
    """Return the source and its last `return`, or else its last statement."""
    body = ast.parse(text).body[0].body  # type: ignore[attr-defined]
    returns = [n for n in _own(body) if isinstance(n, ast.Return)]
    return text, max(returns, key=lambda n: n.lineno, default=body[-1])


def _own(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield these nodes and their descendants, without those of nested functions."""
    for node in nodes:
        if not isinstance(node, WITHIN):
            yield node
            yield from _own([*ast.iter_child_nodes(node)])


def _lambda(text: str, function: Callable) -> tuple[str, ast.AST]:
    """Return the source and its node for this lambda; the statement around it may be
    incomplete."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    text, tree = _parsed(text.strip())
    lambdas = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda)]
    alike = [n for n in lambdas if tuple(a.arg for a in n.args.args) == names]
    return text, next((n for n in alike if _same(n, code)), [*alike, *lambdas][0])


def _parsed(text: str) -> tuple[str, ast.AST]:
    """Return the longest prefix that parses, alone or as an argument of a call."""
    for end in range(len(text), 0, -1):
        for said in (text[:end], f"_({text[:end]})"):
            try:
                return said, ast.parse(said)
            except SyntaxError:
                continue
    raise SyntaxError


def _same(node: ast.Lambda, code) -> bool:
    """Return True if the lambda compiles to this code."""
    made = compile(ast.Expression(node), "", "eval").co_consts[0]
    return made.co_code == code.co_code and made.co_consts == code.co_consts


def _line(text: str, node: ast.AST) -> str:
    """Return the source of a node if it is one line, or its unparsed first line."""
    said = ast.get_source_segment(text, node) or ""
    return said if said and "\n" not in said else ast.unparse(node).splitlines()[0]
