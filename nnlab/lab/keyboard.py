"""The keys of a Lab: what each does, for the page that sends them and for its help.

A key is written as a page names it, with "Shift+" or "Control+" before it. Those of
painting are the Lab's only where one paints.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Keys(NamedTuple):
    """Keys that stand in one line of the help.

    Attributes:
        shown: the keys, as they are written for a reader.
        does: what they do, in a few words.
        commands: for each key the name of its command.
    """

    shown: str
    does: str
    commands: dict[str, str]


PLAYER = (
    Keys("space", "play, or pause", {" ": "play"}),
    Keys("→ ←", "a step on, a step back", {"ArrowRight": "step", "ArrowLeft": "back"}),
    Keys("Enter", "to the end of the epoch", {"Enter": "epoch"}),
    Keys("R", "back to the same start", {"r": "reset"}),
    Keys("N", "a new seed", {"n": "reseed"}),
    Keys("+ −", "a neuron more, a neuron less", {"+": "more", "-": "fewer"}),
    Keys("P", "look at the next neuron", {"p": "next"}),
    Keys("Esc", "look at nothing in particular", {"Escape": "none"}),
)
SLOW_MOTION = (
    Keys(". ,", "a moment on, a moment back", {".": "next moment", ",": "previous"}),
    Keys("A", "slow motion by itself; again: stop", {"a": "auto"}),
    Keys("S", "the next sample", {"s": "sample"}),
    Keys("W", "the next weight", {"w": "weight"}),
)
PROBE = (
    Keys("S", "the next sample", {"s": "sample"}),
    Keys(
        "Shift and an arrow",
        "move the ring on the map; a click keeps it where it is",
        {
            "Shift+ArrowLeft": "left",
            "Shift+ArrowRight": "right",
            "Shift+ArrowDown": "down",
            "Shift+ArrowUp": "up",
        },
    ),
)
PAINT = (
    Keys("B", "take the brush out, or put it away", {"b": "brush"}),
    Keys("C V", "the next class, the other part", {"c": "class", "v": "part"}),
    Keys(
        "Z Y",
        "undo, redo",
        {
            "z": "undo",
            "y": "redo",
            "Control+z": "undo",
            "Control+y": "redo",
            "Control+Shift+z": "redo",
        },
    ),
)
ARROWS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
BRUSH = (  # while the brush is out
    Keys(
        "arrows",
        "move the brush; with Shift farther",
        {f"{shift}{arrow}": "go" for shift in ("", "Shift+") for arrow in ARROWS},
    ),
    Keys("Enter", "use the brush where it is", {"Enter": "use"}),
    Keys(
        "M E F",
        "move, erase or flip the point under the brush",
        {
            "m": "move",
            "e": "erase",
            "Delete": "erase",
            "Backspace": "erase",
            "f": "flip",
        },
    ),
    Keys("Esc", "put the brush away", {"Escape": "brush"}),
)
HELP = Keys("?", "this list, or away with it", {})


def commands(*groups: Iterable[Keys]) -> dict[str, str]:
    """Return the name of the command of each key."""
    return {
        k: v for group in groups for keys in group for k, v in keys.commands.items()
    }


def for_page(slow: bool, probes: bool, paints: bool) -> dict[str, list]:
    """Return what the page of a Lab with these parts has to know of its keys.

    Returns:
        "help": the lines of the help, (keys, what they do); "lab": the keys; "paper":
        those of painting, which are the Lab's only where one paints.
    """
    lines = [*PLAYER, *SLOW_MOTION * slow, *PROBE * probes, HELP]
    lines = [*PAINT * paints, *BRUSH * paints, *lines]
    return {
        "help": [*dict.fromkeys((one.shown, one.does) for one in lines)],
        "lab": [*commands(PLAYER, SLOW_MOTION, PROBE)],
        "paper": [*commands(PAINT, BRUSH)] * paints,
    }
