"""Runs programs where nothing of the project can be imported.

As a program it reads JSON: the folders of libraries, and jobs, each a program
with an expression to evaluate after it. It prints what each comes to.
"""

import contextlib
import io
import json
import sys


def describe(value):
    """A value as a text that is equal just when the value is."""
    kind = type(value).__name__
    if isinstance(value, dict):
        return f"{kind}[{', '.join(map(describe, value.items()))}]"
    if isinstance(value, (list, tuple)):
        return f"{kind}[{', '.join(map(describe, value))}]"
    if kind == "Figure":
        return "\n".join([kind, *map(_axes, value.axes)])
    if kind == "ndarray":
        return f"{kind} {value.dtype} {value.tolist()!r}"
    sympy = sys.modules.get("sympy")
    if sympy and isinstance(value, sympy.Basic):
        return sympy.srepr(value)
    return f"{kind} {value!r}"


def _axes(axes):
    parts = [axes.get_xlabel(), axes.get_ylabel(), axes.get_title()]
    for line in axes.get_lines():
        parts += [line.get_label(), line.get_xydata().tolist()]
    for text in axes.texts:
        parts += [text.get_text(), text.get_position()]
    for area in axes.collections:
        parts += [path.vertices.tolist() for path in area.get_paths()]
    for patch in axes.patches:
        corners = patch.get_path().vertices
        parts.append(patch.get_patch_transform().transform(corners).tolist())
    parts += [image.get_array().tolist() for image in axes.images]
    return repr(parts)


def attempt(function, *arguments):
    """What the function returns, described, or raises; or that it prints."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = describe(function(*arguments))
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    return f"{result}, and prints" if said.getvalue() else result


def evaluate(program, expression):
    """The value of an expression after a program."""
    names = {"__name__": "__main__"}
    exec(compile(program, "<program>", "exec"), names)
    return eval(expression, names)


if __name__ == "__main__":
    task = json.load(sys.stdin)
    sys.path += task["folders"]
    results = [attempt(evaluate, *job) for job in task["jobs"]]
    json.dump(results, sys.stdout)
