"""The source of a function: to be shown, cut, shuffled, and made into a function again.

A reference solution is an ordinary function of a lesson. What a learner gets of it (its
lines in another order, all but one piece) is made from that source, never copied.
"""

import ast
from collections.abc import Callable
from inspect import getsource
from textwrap import dedent

FILE = "<your lines>"  # what Python calls the file that these lines are from


def source_of(function: Callable) -> str:
    """The function as it is written, without its decorators and its docstring."""
    text = dedent(getsource(function))
    node = ast.parse(text).body[0]
    lines = text.splitlines()
    first = node.body[1] if ast.get_docstring(node) else node.body[0]
    head = lines[node.lineno - 1 : node.body[0].lineno - 1]
    return "\n".join([*head, *lines[first.lineno - 1 : node.end_lineno]])


def made_from(text: str, like: Callable) -> Callable:
    """The function that this text defines, among the names that `like` knows.

    Raises what Python raises if the text is no code.
    """
    found: dict = {}
    exec(compile(text, FILE, "exec"), like.__globals__, found)
    return found[like.__name__]


def has_blank(function: Callable) -> bool:
    """Whether `...` still stands in its source as a thing of its own, and not as a part
    of an index like x[..., 0]; or whether there is nothing in it at all."""
    try:
        node = ast.parse(dedent(getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return False  # there is no source to look at: then what it returns tells
    indices = {id(one) for n in ast.walk(node) for one in _index(n)}
    return _empty(node) or any(
        isinstance(n, ast.Constant) and n.value is ... and id(n) not in indices
        for n in ast.walk(node)
    )


def _index(node: ast.AST) -> list[ast.AST]:
    """What stands between the brackets of an index, if this is one."""
    if not isinstance(node, ast.Subscript):
        return []
    return [node.slice, *getattr(node.slice, "elts", [])]


def _empty(node: ast.AST) -> bool:
    """Whether a function's body is nothing but words and `pass`."""
    return isinstance(node, ast.FunctionDef) and all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in node.body
    )
