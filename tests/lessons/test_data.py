"""Laws of 01: what it claims comes out by a margin, with seeds it does not use."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import binom, hypergeom

from nnlab import Experiment, Lab, Table
from nnlab.data.dataset import Dataset
from nnlab.lessons import data
from nnlab.lessons.data import explorers, rare
from nnlab.views.view import around, grid

SCALE, SPLIT = data.standardize, data.stratified


@pytest.mark.parametrize("models, points", [(1, 100), (100, 100), (1000, 100)])
def test_the_best_of_many_coins_is_as_good_as_chance_has_it(models, points):
    """E[max] = Σ (1 − P(right ≤ k)^models) / points, for k from 0."""
    below = binom.cdf(np.arange(points), points, 0.5)
    expected = np.sum(1 - below**models) / points
    found = np.mean([data.best_of(models, points, seed) for seed in range(100, 200)])
    assert abs(found - expected) < 0.02


def test_features_chosen_too_soon_pretend(seeds):
    before, after = data.leaked(seeds)
    assert before.mean() > 0.75 and 0.4 < after.mean() < 0.6
    assert np.sum(before > after) >= 11


def test_no_choice_by_the_training_part_is_worth_more_than_another(seeds):
    def strongest(train):
        together = np.abs((train.y - train.y.mean()) @ train.x)
        return np.argsort(together)[-20:]

    for choose in (strongest, lambda train: range(20)):
        found = data.with_columns(choose, seeds)
        assert found.shape == (12,) and 0.4 < found.mean() < 0.6


def test_only_the_chosen_features_are_kept():
    noise = data.noise(0, samples=60, features=30)
    x = noise.x.copy()
    x[:, [4, 7, 19]] += 3 * noise.y[:, None]
    told = Dataset("told", x, noise.y, noise.features, noise.classes)
    found = data.chosen(told, by=told, keep=3)
    assert found.features == ("x4", "x7", "x19")
    assert np.array_equal(found.x, x[:, [4, 7, 19]])


def test_a_scale_from_all_the_data_hardly_matters(seeds):
    leaky, fair = data.scaled(seeds)
    assert abs(leaky - fair).mean() < 0.03


def test_the_winner_changes_from_split_to_split():
    line, wide = data.resplit(range(100, 140))
    assert np.sum(line > wide) >= 3 and np.sum(wide > line) >= 3
    assert np.ptp(line) > 0.02 and np.ptp(wide) > 0.02  # .035 to .044, by steps of .009


def test_more_data_help_and_steady(seeds):
    found = data.learning_curve(seeds)
    middle, spread = np.median(found, axis=1), np.ptp(found, axis=1)
    assert middle[-1] > middle[0] + 0.02 and spread[-1] < spread[0] / 2


def test_what_is_asked_is_what_comes_out():
    coins = [100 * data.best_of(100, 100, seed) for seed in range(20)]
    assert round(np.mean(coins)) == data.ask_coins()._asked.answer()
    assert (
        abs(100 * data.leaked(range(20))[0].mean() - data.ask_noise()._asked.answer())
        < 1
    )
    curve = data.ask_curve()._asked.answer().heights
    assert curve[0] < curve[-1] < 0.95


def test_the_explorer_takes_every_value_that_the_text_names():
    lab = data.explorer()
    assert isinstance(lab, Lab)
    lab.change(validation=0.7)
    sizes = lab.session.parts
    assert len(sizes.train) == pytest.approx(0.1 * 500, abs=2)


def test_a_checked_scale_runs_in_the_explorer():
    lab = data.standardize.into(Lab(data="wine", seeds=2, hidden=(4,)))
    before = lab.trainer.measure()
    said = data.standardize.check(data.standardize.reference)
    assert "It runs in the explorer now." in said.text
    assert not lab.experiment.standardize and isinstance(lab.experiment.data, Dataset)
    for name, values in before.items():
        assert np.allclose(values, lab.trainer.measure()[name], rtol=1e-4), name


def test_a_checked_split_runs_in_the_explorer():
    lab = data.stratified.into(Lab(data=data.rare, seeds=2, hidden=(4,)))
    said = data.stratified.check(data.stratified.reference)
    assert "It runs in the explorer now." in said.text
    assert lab.experiment.data.name == "rare" and lab.experiment.data.parts is not None
    assert (lab.session.parts.validation.y == 2).sum() in (1, 2)
    lab.controls.unfold(lab.experiment, True)
    assert lab.controls.widgets["split_seed"].disabled


def test_a_class_is_missing_as_often_as_chance_has_it():
    """P(none of 8 among 24 of 120)."""
    expected = hypergeom.pmf(0, 120, 8, 24)
    spread = np.sqrt(expected * (1 - expected) / 4000)
    assert abs(data.missing(splits=4000) - expected) < 4 * spread


HOW = {"hidden": (8,), "optimizer": "adam", "learning_rate": 0.05, "batch_size": None}


def lonely(seed: int) -> Dataset:
    """Two heaps of points, and one of the left class alone above the right one."""
    rng, y = np.random.default_rng(seed), np.arange(40) % 2
    x = rng.normal(0, 0.5, (40, 2)) + np.stack([3 * y - 1.5, 0 * y], axis=1)
    x, y = np.vstack([x, [[2.5, 4.0]]]), np.append(y, 0)
    parts = np.where(np.arange(41) % 4 == 3, "validation", "training")
    return Dataset("lonely", x, y, ("a", "b"), ("left", "right"), parts=parts)


def test_a_point_alone_moves_the_boundary_and_most_points_do_not(seeds):
    found = [data.influence(Experiment(data=lonely(s), **HOW)) for s in seeds]
    assert sum(one.moved[-1] > 3 * one.luck for one in found) >= 10
    assert sum(one.most == 30 for one in found) >= 9
    assert all(np.median(one.moved) < one.luck for one in found)


def test_what_moves_is_found_point_by_point():
    """Trained together they are as trained alone, without the point."""
    experiment = Experiment(data=lonely(0), seeds=3, **HOW)
    whole = experiment.dataset()
    places = grid(*around(whole.x), 40)

    def calls(rows):
        e = experiment.replace(data=whole.take(rows))
        network = e.run(epochs=40).network
        return network.forward(e.inputs(e.split())(places))[..., 0] > 0

    found, every = data.influence(experiment, epochs=40), np.arange(len(whole))
    usual, train = calls(every), np.flatnonzero(whole.parts == "training")
    for point in (0, 13, 30):
        without = calls(every != train[point])
        assert found.moved[point] == np.mean(usual != without)
    between = [np.mean(usual[i] != usual[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert found.luck == pytest.approx(np.mean(between))


def test_the_explorer_is_painted_on_and_takes_a_table():
    table = Table.read(data.LEAVES)
    lab = data.explorer(data=table.dataset("tree"), seeds=2)
    assert lab.paint.at_work and len(lab.session.painting.data) == len(table) == 90
    lab.paint.press("clear")
    lab.paint.press("undo")
    assert sorted(lab.session.data.classes) == ["beech", "hornbeam"]
    assert len(lab.experiment.dataset()) == 90
    moons = data.explorer()
    moons.change(standardize=False, split_seed=3)
    assert moons.session.painting is not None


# Exercises in a Lab


def test_the_explorer_runs_the_learners_scale():
    experiment = Experiment(data="wine", seeds=2)
    fields = SCALE.runs(SCALE.reference, experiment)
    mine = experiment.replace(**fields)
    assert not mine.standardize
    before, after = experiment.trainer(), mine.trainer()
    before.step(), after.step()
    for name, values in before.measure().items():
        assert np.allclose(values, after.measure()[name], rtol=1e-4), name


@pytest.mark.parametrize("source", ["island", "wine", rare])
@pytest.mark.parametrize("seed", range(4))
def test_the_explorer_deals_out_as_the_learner_says(source, seed):
    before = Experiment(data=source, seeds=1, split_seed=seed, validation=0.3)
    mine = before.replace(**SPLIT.runs(SPLIT.reference, before))
    old, new = before.split(), mine.split()
    assert_array_equal(old._test.x, new._test.x)
    assert new.test_accesses == () and len(new.train) + len(new.validation) == len(
        old.train
    ) + len(old.validation)
    rest = np.concatenate([old.train.y, old.validation.y])
    for label, count in enumerate(np.bincount(rest)):
        dealt = np.sum(new.validation.y == label)
        assert abs(dealt - 0.3 / 0.8 * count) <= 1


def test_the_explorer_has_the_very_rows_that_the_learner_chose():
    def first_ones(y, share, rng):
        return np.arange(5, len(y)), np.arange(5)

    before = Experiment(data="island", seeds=1)
    mine = before.replace(**SPLIT.runs(first_ones, before)).split()
    assert_array_equal(mine.validation.x, before.split().train.x[:5])
    rest = [before.split().train.x[5:], before.split().validation.x]
    assert_array_equal(mine.train.x, np.concatenate(rest))


# What is repeated by hand, and what there is to do


@pytest.mark.parametrize(
    "make",
    [data.flip, data.choose, data.deal, data.draw_rare],
    ids=lambda m: m.__name__,
)
def test_a_trial_by_hand_is_the_experiment_of_one_seed(make):
    trials = make()
    trials.run(3)
    measured = {
        data.flip: lambda s: 100 * data.best_of(100, 100, s) - trials.found[2, s],
        data.choose: lambda s: 100 * data.leaked([s])[0][0] - trials.found[0, s],
        data.deal: lambda s: 100 * data.resplit([s])[1][0] - trials.found[1, s],
        data.draw_rare: lambda s: 2 - trials.found[1, s],  # a fifth of 8, rounded
    }
    assert [abs(float(measured[make](seed))) < 1e-3 for seed in range(3)] == [True] * 3
    assert str(trials.found.shape[1]) in trials.words.value


@pytest.mark.parametrize("share, seed, ticked", [(0.2, 0, 1), (0.7, 0, 1), (0.7, 3, 2)])
def test_the_loss_at_epoch_100_is_told_from_then_on(share, seed, ticked):
    lab = data.explorer(validation=share, split_seed=seed, seeds=2)
    assert not lab.tasks.widget.value  # of the lesson's own data alone
    tasks, done = explorers.TASKS, []
    for epoch in (50, 100, 150):
        lab.session.train(
            (epoch * lab.trainer.steps_per_epoch) - lab.trainer.steps_done
        )
        found = [task.done(lab.session, lab.selection) for task in tasks]
        done.append(sum(map(bool, found)))
        if epoch == 100:
            loss = f"{lab.session.median('validation_loss'):.3f} (split seed {seed})"
        assert all(said == loss for said in found if said)
    assert done == [0, ticked, ticked]
