from __future__ import annotations

import pytest

from desktop_app.tag_feed import Done
from desktop_app.tag_wording import told


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("add to Best of", "Added 2 photos to Best of"),
        ("take out of Best of", "Took 2 photos out of Best of"),
        ("remove collection Best of", "Took 2 photos out of the collection Best of"),
        ("rename collection Best of", "Moved 2 photos: renamed collection Best of"),
        ("tag snow", "Tagged 2 photos with snow"),
        ("rename a/b to c", "Renamed a › b to c on 2 photos"),
    ],
)
def test_each_batch_is_told_as_one_sentence(what: str, said: str) -> None:
    assert told(Done("done", what, 2)) == said
    assert told(Done("undone", what, 2)) == f"Undone: {said}"
