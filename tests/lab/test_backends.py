"""A Lab shows the same, whoever computes, and says who does if that is worth saying."""

import pytest

from nnlab import Lab
from nnlab.backend import select

pytest.importorskip("torch")
SMALL = dict(seeds=2, dtype="float64")
LABS = {
    "points": dict(hidden=(3,)),
    "regression": dict(data="hills", hidden=(4,)),
    "table": dict(data="wine", hidden=(8,), batch_norm=True, dropout=0.2),
    "images": dict(data="digits", hidden=(10,)),
}


async def played(backend: str, **fields) -> tuple[str, str]:
    """What a Lab says of itself after steps, a live change, stages, and a rewind, with
    a weight pointed at."""
    lab = Lab(**SMALL, **fields, backend=backend)
    await lab.run(steps=30)
    lab.change(learning_rate=0.3)
    await lab.run(steps=20)
    lab.session.rewind(40)
    lab.session.stepper.next_stage()
    lab.session.stepper.next_stage()
    last = len(lab.trainer.network.layers) - 1
    lab.selection.pointed = (last, 1, 0)
    assert lab.still()[:4] == b"\x89PNG"
    return repr(lab), lab.screen.describe(lab.session, lab.selection)


@pytest.mark.parametrize("name", LABS)
def test_what_it_says_is_the_same(act, name):
    async def scene():
        ours, theirs = [await played(one, **LABS[name]) for one in ("numpy", "torch")]
        assert ours == theirs

    act(scene)


def test_it_says_whom_auto_chose_and_why(act, see, monkeypatch):
    steps = {"numpy": [[10, 50.0]], "torch": [[10, 20.0]]}
    run = dict(backend="torch", device="a processor", date="2026-01-02", steps=steps)
    monkeypatch.setattr(select, "runs", lambda: [run])

    async def scene():
        lab = Lab(**SMALL, backend="auto")
        see(lab)
        await lab.run(steps=3)
        said = lab.message.line.value
        assert "backend=&#x27;auto&#x27; is &#x27;torch&#x27; here" in said
        assert "20 µs" in said and "50 with numpy" in said and "a processor" in said

    act(scene)


def test_it_says_why_steps_are_not_recorded(act, see, monkeypatch):
    async def scene():
        lab = Lab(**SMALL)
        see(lab)
        await lab.run(steps=3)
        assert "recorded" not in lab.message.line.value
        why = "TypeError: no such thing (line 2 of its cell, in forward)"
        monkeypatch.setattr(type(lab.trainer), "why_not_recorded", why)
        await lab.run(steps=3)
        assert "operation by operation" in lab.message.line.value
        assert "line 2 of its cell" in lab.message.line.value

    act(scene)


def test_another_backend_starts_anew(act, see):
    async def scene():
        lab = Lab(**SMALL)
        see(lab)
        await lab.run(steps=3)
        lab.change(backend="torch")
        assert lab.trainer.network.backend.name == "torch"
        assert lab.trainer.steps_done == 0

    act(scene)
