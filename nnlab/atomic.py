"""A file is written whole or not at all: beside its place first, and then put there.

Whoever is killed between leaves a part beside it. Its name says who wrote it, so that
the next writer can tell whether that one still does: a process that is gone, or the one
that had this number before, writes no more. Parts of other computers, on a folder that
they share, are let be for a day.
"""

import os
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from platform import node
from time import time
from typing import BinaryIO
from zlib import crc32

DAY = 24 * 3600.0  # seconds
COMPUTER = f"{crc32(node().encode()):08x}"
PROCESS = secrets.token_hex(4)  # of this one, and of no other that had its number
PART = re.compile(r"\.(.+)\.([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-\d+\.part")
_numbers = count()


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Has `write` write to a file that is then put at `path`; clears what others, who
    were interrupted, have left of theirs. Raises what `write` raises, and then `path`
    is as it was."""
    clear_parts(path)
    who = f"{COMPUTER}-{os.getpid()}-{PROCESS}-{next(_numbers)}"
    part = path.with_name(f".{path.name}.{who}.part")
    try:
        with part.open("xb") as file:
            write(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def clear_parts(path: Path) -> None:
    """Removes parts of this file that nobody goes on writing."""
    with suppress(OSError):  # the folder is gone, or not to be read
        for part in path.parent.iterdir():
            found = PART.fullmatch(part.name)
            if found and found[1] == path.name and _stale(part, *found.groups()[1:]):
                with suppress(OSError):  # another one has just removed it
                    part.unlink()


def _stale(part: Path, computer: str, process: str, token: str) -> bool:
    """Whether the one who wrote this part is gone."""
    if computer != COMPUTER:
        with suppress(OSError):
            return time() - part.stat().st_mtime > DAY
        return False
    if int(process) == os.getpid():
        return token != PROCESS
    return not _alive(int(process))


def _alive(process: int) -> bool:
    """Whether there is a process of this number on this computer. On Windows a file
    that is being written can't be removed anyway, and to ask would end it."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
