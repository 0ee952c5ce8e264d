"""Whether a gradient is right: what a part says, beside what differences measure."""

from dataclasses import dataclass

from nnlab.study.differences import Slopes


@dataclass(frozen=True)
class Report:
    """How many slopes were compared, and the largest relative error among them."""

    slopes: int
    error: float

    @classmethod
    def of(cls, found: list[Slopes]) -> "Report":
        return cls(
            sum(int(one.sure.sum()) for one in found), max(one.error for one in found)
        )

    def __repr__(self) -> str:
        return (
            f"✓ {self.slopes} slopes agree with differences; the largest relative "
            f"error is {self.error:.0e}"
        )
