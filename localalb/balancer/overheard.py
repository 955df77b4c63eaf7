"""Bodies that pass the load balancer as they come: what they begin with is kept, for who looks later."""

from __future__ import annotations

from localalb.http.message import Flow

LONGEST = 256 * 1024  # bytes


class Overheard:
    """A flow, and in `heard` the first `LONGEST` bytes of what was taken of it."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._pieces: list[bytes] = []
        self._room = LONGEST

    @property
    def length(self) -> int | None:
        return self._flow.length

    @property
    def size(self) -> int:
        return self._flow.size

    @property
    def heard(self) -> bytes:
        return b"".join(self._pieces)

    async def piece(self) -> bytes:
        data = await self._flow.piece()
        if self._room > 0:
            self._pieces.append(data[: self._room])
            self._room -= len(data)
        return data

    def close(self) -> None:
        self._flow.close()
