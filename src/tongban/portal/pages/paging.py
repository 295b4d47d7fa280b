"""Long lists in pages: which page is asked for, how many there are, and the links to the others."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Pages:
    """A page of a list: its number from 1, how many there are, how many entries in all, and the rest of the address."""

    number: int
    count: int
    total: int
    size: int
    query: str

    @property
    def skip(self) -> int:
        """How many entries stand on earlier pages."""
        return (self.number - 1) * self.size

    @property
    def before(self) -> str:
        """The address of the page before; empty on the first."""
        return self._address(self.number - 1)

    @property
    def after(self) -> str:
        """The address of the next page; empty on the last."""
        return self._address(self.number + 1)

    def _address(self, number: int) -> str:
        if not 1 <= number <= self.count:
            return ""
        return f"?{self.query}&page={number}" if self.query else f"?page={number}"


def pages_of(request: HttpRequest, total: int, size: int) -> Pages:
    """The page that the address asks for; the nearest one there is, for any other."""
    text = request.GET.get("page", "")
    count = max(1, -(-total // size))
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004 -- any int
    query = request.GET.copy()
    query.pop("page", None)
    return Pages(min(max(wanted, 1), count), count, total, size, query.urlencode())
