from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation import figures, intervals
from engine.evaluation.figures import View, mixed, ranks, ranks_of_all, summed, without_cosine


def view(cosines: list[list[float]], owner: list[int], alone: list[list[float]] | None = None) -> View:
    values = np.array(cosines, np.float32)
    others = np.full(values.shape, np.nan, np.float32) if alone is None else np.array(alone, np.float32)
    return View(values, others, np.array(owner), values.shape[1])


def made_up(sentences_each: int, photos: int, distractors: int = 0, seed: int = 0) -> View:
    rng = np.random.default_rng(seed)
    shape = (sentences_each * photos, photos + distractors)
    cosines, alone = rng.normal(size=shape).astype(np.float32), rng.normal(size=shape).astype(np.float32)
    return View(cosines, alone, np.repeat(np.arange(photos), sentences_each), photos)


def rank_by_counting(scores: list[float], right: list[int]) -> int:
    """Independent of any sorting: one more than how many are better than the best right one."""
    best = max(scores[place] for place in right)
    return 1 + sum(score > best for score in scores)


def test_the_bi_encoder_s_ranks_are_those_that_counting_gives() -> None:
    seen = made_up(3, 20)
    found = ranks(seen)
    for row, photo in enumerate(seen.owner):
        assert found["ir"][row] == rank_by_counting(list(seen.cosines[row]), [int(photo)])
    for photo in range(20):
        own = [3 * photo, 3 * photo + 1, 3 * photo + 2]
        assert found["tr"][photo] == rank_by_counting(list(seen.cosines[:, photo]), own)


def test_the_head_is_sorted_by_the_rule_and_the_tail_stays() -> None:
    seen = view([[0.9, 0.8, 0.7, 0.6]], [0], [[1.0, 3.0, 2.0, 99.0]])
    for photo, rank in {0: 3, 1: 1, 2: 2, 3: 4}.items():
        placed = View(seen.cosines, seen.alone, np.array([photo]), 4)
        assert ranks(placed, without_cosine, head=3)["ir"].tolist() == [rank]


def test_a_photo_s_head_is_made_of_sentences() -> None:
    # Photo 0 meets sentences 0 and 2 first; the cross-encoder prefers 2, which is about photo 1.
    seen = view([[0.9, 0.1], [0.1, 0.5], [0.8, 0.2]], [0, 1, 1], [[0.0, 0.0], [9.0, 0.0], [5.0, 0.0]])
    assert ranks(seen)["tr"].tolist() == [1, 1]
    assert ranks(seen, without_cosine, head=2)["tr"][0] == 2


def test_a_model_s_own_score_is_its_verdict_and_its_share_of_the_cosine() -> None:
    seen = view([[0.9, 0.8]], [1], [[0.0, 0.5]])
    assert ranks(seen, summed(1.0), head=2)["ir"].tolist() == [1]  # 0.9 against 1.3
    assert ranks(seen, summed(10.0), head=2)["ir"].tolist() == [2]  # 9.0 against 8.5


def test_the_score_sum_is_counted_by_hand() -> None:
    cosines, alone = np.array([[0.5, 0.2]]), np.array([[0.0, np.log(3.0)]])  # softmax: 1/4, 3/4
    assert mixed(0.0)(cosines, alone)[0].tolist() == pytest.approx([0.25, 0.75])
    assert mixed(0.5)(cosines, alone)[0].tolist() == pytest.approx([0.375, 0.475])
    assert mixed(1.0)(cosines, alone)[0].tolist() == pytest.approx([0.5, 0.2])


def test_the_softmax_of_the_score_sum_is_over_a_query_s_own_candidates() -> None:
    # The third photo is outside the head of two; were it counted, the first's lead in softmax would vanish.
    seen = view([[0.50, 0.30, 0.10]], [1], [[0.0, np.log(2.0), 20.0]])
    assert ranks(seen, mixed(0.5), head=2)["ir"].tolist() == [1]  # 1/3 + 0.5 against 2/3 + 0.3
    assert ranks(seen, mixed(0.7), head=2)["ir"].tolist() == [2]  # 0.1 + 0.35 against 0.2 + 0.21


def test_only_the_cosine_counts_at_lambda_one_and_only_the_cross_encoder_at_zero() -> None:
    seen = made_up(2, 15)
    only_cross_encoder = ranks(seen, without_cosine, head=8)
    for direction in ("ir", "tr"):
        assert ranks(seen, mixed(1.0), head=8)[direction].tolist() == ranks(seen)[direction].tolist()
        assert ranks(seen, mixed(0.0), head=8)[direction].tolist() == only_cross_encoder[direction].tolist()


def test_reranking_everything_is_a_head_as_long_as_the_collection() -> None:
    seen = made_up(2, 15)
    for direction, places in ranks_of_all(seen, summed(0.3)).items():
        assert places.tolist() == ranks(seen, summed(0.3), head=30)[direction].tolist()


def test_distractors_lower_the_ranks_of_sentences_and_leave_those_of_photos() -> None:
    alone, crowded = made_up(2, 10), made_up(2, 10, distractors=30)
    crowded.cosines[:, :10] = alone.cosines
    assert ranks(crowded)["tr"].tolist() == ranks(alone)["tr"].tolist()
    assert len(ranks(crowded)["tr"]) == 10
    assert (ranks(crowded)["ir"] >= ranks(alone)["ir"]).all()
    for row in range(20):
        assert ranks(crowded)["ir"][row] == rank_by_counting(list(crowded.cosines[row]), [row // 2])


def test_what_a_head_needs_is_enough_in_both_directions_and_no_more() -> None:
    seen = made_up(2, 12, distractors=7)
    needed = figures.needed_pairs(seen, 3)
    assert needed.sum(1).min() >= 3
    assert needed[:, :12].sum(0).min() >= 3
    for row, photo in zip(*np.nonzero(needed), strict=True):
        in_row = (seen.cosines[row] > seen.cosines[row, photo]).sum() < 3
        in_column = photo < 12 and (seen.cosines[:, photo] > seen.cosines[row, photo]).sum() < 3
        assert in_row or in_column
    seen.alone[~needed] = np.nan
    for k in (1, 2, 3):
        assert ranks(seen, summed(1.0), head=k)["ir"].min() >= 1


def test_a_pair_that_was_not_scored_is_never_ranked_silently() -> None:
    seen = made_up(1, 5)
    seen.alone[0] = np.nan
    with pytest.raises(ValueError, match="not scored"):
        ranks(seen, summed(1.0), head=2)
    with pytest.raises(ValueError, match="not scored"):
        ranks_of_all(seen, summed(1.0))


def test_folds_are_searched_apart_and_their_figures_averaged() -> None:
    # Folds {0, 1} and {2, 3}: in the first, both sentences find their photo; in the second only one does.
    cosines = [[0.5, 0.1, 0.9, 0.0], [0.1, 0.6, 0.9, 0.0], [0.9, 0.0, 0.5, 0.6], [0.9, 0.0, 0.1, 0.2]]
    whole = view(cosines, [0, 1, 2, 3])
    assert figures.figures(ranks(whole))["ir"]["r1"] == 0.0
    folds = figures.folds_of(whole, 2)
    assert [figures.figures(ranks(fold))["ir"]["r1"] for fold in folds] == [100.0, 50.0]
    mean = figures.mean_of([figures.figures(ranks(fold)) for fold in folds])
    assert mean["ir"]["r1"] == 75.0
    assert mean["ir"]["mrr10"] == pytest.approx(100 * (1 + 1 + 0.5 + 1) / 4)
    assert set(mean["tr"]) == {"r1", "r5", "r10", "mr", "mrr10"}


def test_photos_that_fill_no_fold_are_left_over() -> None:
    seen = made_up(2, 7)
    assert [fold.cosines.shape for fold in figures.folds_of(seen, 3)] == [(6, 3), (6, 3)]


def test_folds_ask_for_their_own_heads() -> None:
    seen = made_up(2, 9)
    needed = figures.needed_for_folds(seen, 3, 2)
    seen.alone[~needed] = np.nan
    for fold in figures.folds_of(seen, 3):
        assert ranks(fold, summed(1.0), head=2)["ir"].max() <= 3
    assert not needed[0, 3:].any()


def test_mrr_stops_at_ten() -> None:
    found = figures.figures({"ir": np.array([1, 2, 10, 11]), "tr": np.array([4])})
    assert found["ir"]["mrr10"] == pytest.approx(100 * (1 + 0.5 + 0.1) / 4)
    assert found["tr"]["mrr10"] == 25.0


def test_every_resample_draws_as_many_photos_as_there_are() -> None:
    drawn = intervals.draws(7, 50)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(1) == 7).all()
    assert (drawn == intervals.draws(7, 50)).all()


def test_a_difference_is_that_of_the_recalls_and_its_interval_is_what_resampled_lists_give() -> None:
    rng = np.random.default_rng(3)
    owner = np.array([0, 0, 0, 1, 2, 2, 3, 4, 4, 4])
    ours = {"ir": rng.integers(1, 12, 10), "tr": rng.integers(1, 12, 5)}
    theirs = {"ir": rng.integers(1, 12, 10), "tr": rng.integers(1, 12, 5)}
    drawn = intervals.draws(5, 200)
    found = intervals.differences(ours, theirs, owner, drawn=drawn)
    for cut in (1, 5, 10):
        means = []
        for counts in drawn:
            rows = [row for row, photo in enumerate(owner) for _ in range(counts[photo])]
            means.append(100 * np.mean([int(ours["ir"][r] <= cut) - int(theirs["ir"][r] <= cut) for r in rows]))
        row = found["ir"][f"r{cut}"]
        assert row["difference"] == pytest.approx(
            100 * ((ours["ir"] <= cut).mean() - (theirs["ir"] <= cut).mean()), abs=0.006
        )
        assert (row["low"], row["high"]) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])), abs=0.006)
    low_to_high = found["tr"]["r5"]
    assert low_to_high["low"] <= low_to_high["difference"] <= low_to_high["high"]


def test_equal_ranks_have_no_difference_and_no_width() -> None:
    same = {"ir": np.array([1, 3, 20]), "tr": np.array([1, 2, 9])}
    found = intervals.differences(same, same, np.arange(3), drawn=intervals.draws(3, 20))
    assert found["ir"]["r1"] == found["tr"]["r10"] == {"difference": 0.0, "low": 0.0, "high": 0.0}


def test_five_folds_give_the_mean_of_what_each_gives_alone() -> None:
    seen = made_up(5, 100, seed=7)
    folds = figures.folds_of(seen, 20)
    assert len(folds) == 5
    hits: dict[int, list[float]] = {1: [], 5: [], 10: []}
    for start in range(0, 100, 20):
        ranks_here = [
            rank_by_counting(list(seen.cosines[row, start : start + 20]), [int(seen.owner[row]) - start])
            for row in range(5 * start, 5 * (start + 20))
        ]
        for cut, values in hits.items():
            values.append(100 * np.mean([rank <= cut for rank in ranks_here]))
    mean = figures.mean_of([figures.figures(ranks(fold)) for fold in folds])
    for cut, values in hits.items():
        assert mean["ir"][f"r{cut}"] == pytest.approx(np.mean(values), abs=0.01)
    assert mean["ir"]["r1"] > figures.figures(ranks(seen))["ir"]["r1"]  # fewer photos to be mistaken for
