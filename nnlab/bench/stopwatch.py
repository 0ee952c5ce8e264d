"""How long an epoch takes: loops in turn, again and again, and the middle of the times.

Taken in turn, every loop meets the same good and bad moments of the machine. What is
counted is the processor's time. With one thread that is the time on the clock, without
what other programs take away; how many processors were in use says whether it was one.
Of a GPU the clock is counted, since its time is not the processor's.
"""

from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time, sleep

import numpy as np

from nnlab.bench.tasks import Train

PAUSE = 0.05  # in which threads of the loop before tidy up: JAX's free their memory


@dataclass
class Stopwatch:
    """Times a loop, in runs of about so many `seconds`, at least an epoch each.

    Attributes:
        first: seconds that the first epoch took longer than the second; to compile it,
            for one that is compiled.
        times: seconds of an epoch, in each run.
        processors: how many were in use, in each run.
    """

    train: Train
    seconds: float
    on_gpu: bool = False
    first: float = field(init=False)
    epochs: int = field(init=False, default=1)
    times: list[float] = field(init=False, default_factory=list)
    processors: list[float] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        first, again = self.run(), self.run()
        self.first = first - again
        self.epochs = max(1, round(self.seconds / again)) if again else 1
        self.run()  # another number of epochs may be compiled anew
        self.times.clear()
        self.processors.clear()

    def run(self) -> float:
        """Trains for some epochs; the seconds that they took on the clock."""
        sleep(PAUSE)
        clock, processor = perf_counter(), process_time()
        self.train(self.epochs)
        clock, processor = perf_counter() - clock, process_time() - processor
        self.times.append((clock if self.on_gpu else processor) / self.epochs)
        self.processors.append(processor / clock)
        return clock

    @property
    def time(self) -> float:
        """Seconds of an epoch, the middle of the runs."""
        return median(self.times)

    @property
    def spread(self) -> float:
        """How far apart the quarters of the runs are, as a share of the middle."""
        low, high = np.percentile(self.times, [25, 75])
        return float((high - low) / self.time)


def timed(
    trains: dict[str, Train], seconds: float, repeats: int, on_gpu: bool = False
) -> dict[str, Stopwatch]:
    """The loops, timed in turn so many times."""
    watches = {
        name: Stopwatch(train, seconds, on_gpu) for name, train in trains.items()
    }
    for _ in range(repeats):
        for watch in watches.values():
            watch.run()
    return watches
