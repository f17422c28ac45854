"""Which larger pictures of photos were asked for, and where those lie that have come."""

from __future__ import annotations

from engine.search_hit import SearchHit


class Renditions:
    """By photo. One whose file shows something else now is begun with anew. A picture that has come may be gone when it
    is read, for the cache holds only so many: it is asked for once more then."""

    def __init__(self) -> None:
        self._asked: dict[int, int] = {}  # the largest edge
        self._paths: dict[int, bytes] = {}
        self._edges: dict[int, int] = {}  # of what has come, in pixels
        self._shows: dict[int, bytes] = {}  # its thumbnail, whose name says what it shows
        self._lost: set[bytes] = set()

    def meet(self, hit: SearchHit) -> None:
        """Call before anything else is asked of a photo."""
        if self._shows.get(hit.photo_id, hit.thumbnail) != hit.thumbnail:
            self._asked.pop(hit.photo_id, None)
            self._paths.pop(hit.photo_id, None)
            self._edges.pop(hit.photo_id, None)
        self._shows[hit.photo_id] = hit.thumbnail

    def path(self, photo_id: int) -> bytes | None:
        """None while none has come."""
        return self._paths.get(photo_id)

    def waiting(self, photo_id: int) -> bool:
        """One was asked for, and none has come yet."""
        return photo_id in self._asked and photo_id not in self._paths

    def ask(self, photo_id: int, edge: int) -> bool:
        """Whether it is larger than what was asked for so far, and so is to be asked for now."""
        larger = edge > self._asked.get(photo_id, 0)
        if larger:
            self._asked[photo_id] = edge
        return larger

    def came(self, photo_id: int, path: bytes, edge: int) -> bool:
        """Whether it is shown from now on: a smaller one that comes after a larger one is not."""
        if edge < self._edges.get(photo_id, 0):
            return False
        self._paths[photo_id], self._edges[photo_id] = path, edge
        return True

    def unreadable(self, path: bytes) -> bool:
        """Whether one that has come is to be asked for again."""
        photos = [photo for photo, known in self._paths.items() if known == path]
        if not photos or path in self._lost:
            return False
        self._lost.add(path)
        for photo in photos:
            del self._paths[photo]
            self._edges.pop(photo, None)
            self._asked.pop(photo, None)
        return True

    def readable(self, path: bytes) -> None:
        self._lost.discard(path)

    def forget_requests(self) -> None:
        """What was asked for and has not come yet never will."""
        self._asked.clear()
