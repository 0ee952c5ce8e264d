"""What a Lab can be asked for: each argument is checked before anything is made."""

from collections.abc import Iterable
from inspect import isclass
from math import inf
from numbers import Real

import nnlab.views
from nnlab.errors import InputError, at_least_one, shown, unknown, whole
from nnlab.experiment.experiment import Experiment
from nnlab.lab.predict.predict import Predict
from nnlab.lab.task_list import Task
from nnlab.views import View

SPEED, HEIGHT = (0.1, inf), (200, 2000)  # what they can be
USUAL = 300  # for both


def checked_views(views: object) -> list[View]:
    """The views, in their order. Raises `InputError` unless each of them is one."""
    listed = [*_listed("views", views, "[nnlab.views.Curves()]", View)]
    for view in listed:
        if not isinstance(view, View):
            raise _no_view(view)
    return listed


def _no_view(view: object) -> InputError:
    """The error for what is no view, with the one that was likely meant."""
    if isinstance(view, str) and view not in nnlab.views.__all__:
        return unknown("views", view, [n for n in nnlab.views.__all__ if n != "View"])
    name = f"nnlab.views.{view if isinstance(view, str) else 'Curves'}"
    if isclass(view) and issubclass(view, View) and view is not View:
        name = view.__name__
    return InputError(
        "views",
        f"views=[{shown(view)}] is not allowed: a view is an object; try "
        f"views=[{name}()].",
    )


def checked_controls(controls: object) -> list[str]:
    """The names, each once. Raises `InputError` unless each is one of a field."""
    names = [*_listed("controls", controls, "['learning_rate']", str)]
    for name in names:
        if not isinstance(name, str) or name not in Experiment.kinds():
            raise unknown("controls", name, Experiment.kinds())
    return [*dict.fromkeys(names)]


def _listed(argument: str, given: object, example: str, kind: type) -> Iterable:
    """What was given, if it has an order."""
    ordered = isinstance(given, Iterable) and not isinstance(given, str | set | dict)
    if ordered and not isinstance(given, frozenset):
        return given
    if isinstance(given, kind) and (kind is not str or given in Experiment.kinds()):
        example = f"[{shown(given)}]"
    raise InputError(
        argument,
        f"{argument}={shown(given)} is not allowed: it is a list; try "
        f"{argument}={example}.",
    )


def check_arguments(
    experiment: object,
    speed: object,
    height: object,
    steps: object,
    ask: object,
    remark: object,
    blas_threads: object,
) -> None:
    """Raises `InputError` for one that a Lab can't have."""
    if not isinstance(experiment, Experiment | None):
        raise InputError(
            "experiment",
            f"experiment={shown(experiment)} is not an Experiment; try "
            "Lab(Experiment(data='spiral')), or Lab(data='spiral').",
        )
    _between("speed", speed, *SPEED)
    _between("height", height, *HEIGHT)
    whole("height", height, least=HEIGHT[0])
    if steps is not None:
        at_least_one("steps", steps)
    at_least_one("blas_threads", blas_threads)
    if not isinstance(ask, Predict | None):
        raise InputError(
            "ask",
            f"ask={shown(ask)} is not a question; try ask=Predict('How many?', "
            "pick=[1, 2, 3], answer=2), from nnlab.lessons.",
        )
    if not callable(remark):
        raise InputError(
            "remark",
            f"remark={shown(remark)} is not allowed: it is a function of the session "
            "and of what is selected that returns a text; try remark=lambda session, "
            "selection: 'Look!'.",
        )


def check_tasks(tasks: object, still: object) -> None:
    """Raises `InputError` unless these are tasks, and a number of steps if any."""
    example = "[Task('Play.', lambda session, selection: 'done')]"
    for task in _listed("tasks", tasks, example, Task):
        if not isinstance(task, Task):
            raise InputError(
                "tasks",
                f"tasks=[{shown(task)}] is not allowed: a task is an object; try "
                f"tasks={example}, from nnlab.lab.task_list.",
            )
    if still is not None:
        whole("still", still, least=0)


def _between(name: str, value: object, low: float, high: float) -> None:
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise InputError(
            name,
            f"{name}={shown(value)} is not allowed: it is a number from {low:g} to "
            f"{high:g}; try {name}={USUAL}.",
        )
