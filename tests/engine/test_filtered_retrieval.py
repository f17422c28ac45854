"""Filters that leave much of a library, over a real graph."""

from __future__ import annotations

import os

import numpy as np
import pytest

from engine.catalog import Catalog
from engine.searcher import Searcher
from engine.vector_index import VectorIndex
from tests.fake_model import FakeModels

SIZE, WIDTH = 6_000, 8


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("filtered")
    vectors = np.random.default_rng(3).normal(size=(SIZE, WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(os.fsencode(folder / "index"), WIDTH)
    index.stage(np.arange(SIZE), vectors)
    while index.build_slice(1.0):
        pass
    catalog = Catalog(os.fsencode(folder / "catalog.db"))
    made = Searcher(catalog, FakeModels().model.bi_encoder, cross_encoder=None, index=index, tokens=None)
    made.exact_few = 100
    return made


def test_what_passes_a_wide_filter_is_found_whether_or_not_it_has_to_do_with_the_query(searcher: Searcher) -> None:
    index = searcher._index
    query = index.vectors_of(np.array([7]))[0]
    nearness = index.vectors_of(np.arange(SIZE)) @ query
    order = np.argsort(-nearness)
    filters = {
        "by chance": np.sort(np.random.default_rng(5).permutation(SIZE)[: SIZE // 2]),
        "all that is near": np.sort(order[: SIZE // 2]),
        "all that is far": np.sort(order[SIZE // 2 :]),
        "few": np.sort(order[:50]),
        "none": np.zeros(0, np.int64),
    }
    for name, among in filters.items():
        wanted, _ = index.nearest_among(query, among, 50)
        found = searcher.retrieve(query, limit=50, among=among).ids
        assert len(found) == len(wanted), name
        assert np.isin(found, among).all(), name
        assert np.isin(wanted, found).mean() >= 0.96 if len(wanted) else not len(found), name
