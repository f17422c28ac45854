"""Collections, saved searches and people's words in a real catalog."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import UsageError
from engine.messages import SavedSearch
from engine.people_words import PeopleWords
from engine.query import parse
from tests.engine.test_catalog_filters import Shelf, facts, shelf, travels  # noqa: F401  the same few photos


def by_name(shelf: Shelf) -> dict[str, int]:  # noqa: F811
    every = shelf.catalog.newest(99)[0].tolist()
    return {row.path.decode().rsplit("/", 1)[1]: row.photo_id for row in shelf.catalog.hits(every)}


def test_a_collection_holds_what_was_put_in_and_every_batch_is_undone(travels: Shelf) -> None:  # noqa: F811
    ids, sets, tags = by_name(travels), travels.catalog.sets.collections, travels.catalog.tags
    assert sets.put([ids["a.jpg"], ids["c.png"]], " Best  of 2020 ").photos == 2
    assert sets.put([ids["a.jpg"]], "best of 2020") is None
    assert sets.all() == [("Best of 2020", 2)]
    assert travels.shown('collection:"best of 2020"') == {"a.jpg", "c.png"}
    assert travels.shown('-collection:"Best of 2020" type:raw') == {"b.cr2"}
    assert travels.shown("sammlung:best") == set()
    sets.take_out([ids["a.jpg"]], "Best of 2020")
    assert tags.undo().what == "take out of Best of 2020"
    assert sets.photos("BEST OF 2020") == sorted([ids["a.jpg"], ids["c.png"]])
    sets.remove("Best of 2020")
    assert sets.all() == []
    tags.undo()
    assert sets.all() == [("Best of 2020", 2)]


def test_collections_are_renamed_and_become_one(travels: Shelf) -> None:  # noqa: F811
    ids, sets = by_name(travels), travels.catalog.sets.collections
    sets.put([ids["a.jpg"]], "one")
    sets.put([ids["b.cr2"]], "two")
    assert sets.rename("one", "ONE") is None
    assert sets.rename("one", "two").photos == 1
    assert sets.all() == [("two", 2)]
    sets.make("empty")
    with pytest.raises(UsageError, match="already"):
        sets.make("Empty")
    assert sets.remove("empty") is None
    for wrong in ("", " \n", '"', "x" * 500):
        with pytest.raises(UsageError):
            sets.make(wrong)
    with pytest.raises(UsageError, match="no collection"):
        sets.photos("none")


def test_a_saved_search_keeps_words_folder_and_photos_of_the_library(travels: Shelf) -> None:  # noqa: F811
    saved, known = travels.catalog.sets.saved, b"/photos/d_1.tif"
    wanted = SavedSearch(0, "Norway", " boats  before:2020 ", b"/photos", (known, b"/elsewhere.jpg"))
    first = saved.add(wanted)
    assert saved.all() == [SavedSearch(first, "Norway", "boats before:2020", b"/photos", (known,))]
    with pytest.raises(UsageError, match="already"):
        saved.add(wanted)
    with pytest.raises(UsageError, match="nothing"):
        saved.add(SavedSearch(0, "empty", " "))
    second = saved.add(SavedSearch(0, "Boats", "boats"))
    with pytest.raises(UsageError, match="already"):
        saved.rename(second, "norway")
    saved.rename(second, "BOATS")
    assert [row.name for row in saved.all()] == ["BOATS", "Norway"]
    saved.remove(first)
    assert [row.name for row in saved.all()] == ["BOATS"]
    saved.restore(first)
    assert saved.named("NORWAY").like == (known,)
    saved.remove(first)
    saved.add(SavedSearch(0, "Norway", "fjord"))
    with pytest.raises(UsageError, match="gone"):
        saved.restore(first)


def test_what_was_seen_comes_back_as_it_was(travels: Shelf) -> None:  # noqa: F811
    saved = travels.catalog.sets.saved
    search = saved.add(SavedSearch(0, "All", "type:jpg"))
    assert saved.seen(search) is None
    contents = np.array([3, 4, 90_000_000_000], np.int64)
    saved.see(search, contents)
    assert saved.seen(search).tolist() == contents.tolist()
    saved.see(search, contents[:0])
    assert saved.seen(search).tolist() == []


def test_exact_words_are_found_in_names_tags_and_captions(travels: Shelf) -> None:  # noqa: F811
    ids, file = by_name(travels), travels.catalog._file
    travels.catalog.tags.tag([ids["b.cr2"]], ["people/Anna Meier"])
    with file.transaction():
        caption = "INSERT INTO captions (photo_id, text, source) VALUES (?, ?, 'file')"
        file.write(caption, [ids["c.png"], "Grandma’s 90th birthday, with Anna"])
    assert travels.shown('"anna"') == {"b.cr2", "c.png"}
    assert travels.shown('"anna meier"') == {"b.cr2"}
    assert travels.shown('"90th birthday"') == {"c.png"}
    assert travels.shown('"birthday 90th"') == set()
    assert travels.shown('-"anna" "lofoten"') == {"a.jpg"}
    assert travels.shown('"NEAR(anna meier)"') == set()
    contents = travels.catalog.contents_of_folder(filters=parse('"90th"').filters)
    assert described(travels, "anna birthday") == contents.tolist()
    assert len(described(travels, "anna")) == 2
    assert described(travels, "anna lofoten") == []
    *_, part = PeopleWords(travels.catalog).finding(parse("birthday sailing"), None)
    assert part.contents.tolist() == described(travels, "birthday")
    assert ((part.shares > 0) & (part.shares < 1)).all()
    *_, chosen = PeopleWords(travels.catalog).finding(parse("birthday sailing"), part.contents + 1)
    assert not len(chosen.contents)


def described(travels: Shelf, sentence: str) -> list[int]:  # noqa: F811
    *_, found = PeopleWords(travels.catalog).finding(parse(sentence), None)
    return [] if found is None else found.whole.tolist()


def test_forgetting_everything_takes_names_of_sets_along(travels: Shelf) -> None:  # noqa: F811
    travels.catalog.sets.collections.put([by_name(travels)["a.jpg"]], "private")
    travels.catalog.sets.saved.add(SavedSearch(0, "secret", "a secret"))
    travels.catalog.forget_everything()
    assert not travels.catalog.sets.collections.all()
    assert not travels.catalog.sets.saved.all()


def test_collections_and_examples_follow_a_photo_that_moves(travels: Shelf) -> None:  # noqa: F811
    carried = travels.catalog._file.referring_tables()
    assert {("collection_photos", "photo_id"), ("saved_examples", "photo_id")} <= set(carried)
