"""What is written is whole; what an interrupted write left goes with the next one."""

import os
import signal
import subprocess
import sys
import time

import pytest

from nnlab import atomic
from nnlab.atomic import COMPUTER, PROCESS, clear_parts, write_whole

SLOW = """\
import sys, time
from pathlib import Path
from nnlab.atomic import write_whole
def write(file):
    file.write(b"half of it")
    file.flush()
    print("writing", flush=True)
    sys.stdin.readline()
write_whole(Path(sys.argv[1]), write)
"""


def put(path, text: str) -> None:
    write_whole(path, lambda file: file.write(text.encode()))


@pytest.fixture
def writer(tmp_path):
    """Starts a process that writes to a file, and waits to be told to end."""
    started = []

    def start():
        command = [sys.executable, "-c", SLOW, os.fspath(tmp_path / "run.npz")]
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = subprocess.Popen(command, **pipes)
        started.append(process)
        assert process.stdout.readline().strip() == b"writing"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_it_is_whole(tmp_path):
    for text in ("one", "two"):
        put(tmp_path / "run.npz", text)
        assert (tmp_path / "run.npz").read_text() == text
        assert os.listdir(tmp_path) == ["run.npz"]


def test_a_write_that_fails_leaves_what_there_was(tmp_path):
    put(tmp_path / "run.npz", "one")

    def fail(file):
        file.write(b"two")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "run.npz", fail)
    assert (tmp_path / "run.npz").read_text() == "one"
    assert os.listdir(tmp_path) == ["run.npz"]


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_what_one_who_was_killed_has_left_goes_with_the_next_write(
    tmp_path, writer, way
):
    process = writer()
    assert len(os.listdir(tmp_path)) == 1
    process.send_signal(way)
    process.wait()
    assert len(os.listdir(tmp_path)) == 1
    put(tmp_path / "run.npz", "one")
    assert os.listdir(tmp_path) == ["run.npz"]


def test_one_who_still_writes_is_let_be(tmp_path, writer):
    process = writer()
    put(tmp_path / "run.npz", "one")
    assert len(os.listdir(tmp_path)) == 2
    process.communicate(b"\n")
    assert os.listdir(tmp_path) == ["run.npz"]
    assert (tmp_path / "run.npz").read_bytes() == b"half of it"


def part(name: str, process: int | None = None, computer=COMPUTER, token="0" * 8):
    process = os.getpid() if process is None else process
    return f".{name}.{computer}-{process}-{token}-0.part"


@pytest.mark.parametrize(
    "name, age, stays",
    [
        (part("run.npz"), 0, False),  # of who had this number before
        (part("run.npz", token=PROCESS), 0, True),  # another thread of this one
        (part("run.npz", process=os.getppid()), 0, True),
        (part("run.npz", computer="0" * 8), 0, True),
        (part("run.npz", computer="0" * 8), 2 * atomic.DAY, False),
        (part("other.npz"), 0, True),
        (part("a.run.npz"), 0, True),
        ("run.npz.part", 2 * atomic.DAY, True),  # the learner's
        (".run.npz.part", 2 * atomic.DAY, True),
        (".run.npz.mine-1-2-3.part", 2 * atomic.DAY, True),
        ("run.npz", 2 * atomic.DAY, True),
    ],
    ids=range(11),
)
def test_only_what_is_its_own_and_stale_goes(tmp_path, name, age, stays):
    (tmp_path / name).write_text("something")
    then = time.time() - age
    os.utime(tmp_path / name, (then, then))
    clear_parts(tmp_path / "run.npz")
    assert (tmp_path / name).exists() == stays


def test_a_folder_that_is_not_there_has_no_parts(tmp_path):
    clear_parts(tmp_path / "nowhere" / "run.npz")
