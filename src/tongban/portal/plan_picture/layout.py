"""Where bars, blocks and wires stand, as plain rectangles and lines: time runs along, lanes stand across.

The desk draws time from left to right, the phone from top to bottom; both ask this module, so a bar cannot stand on
one day on the desk and on another on the phone. All lengths are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tongban.portal.plan_picture.axis import slots_of
from tongban.portal.plan_picture.model import YOU

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tongban.portal.plan_picture.axis import Axis
    from tongban.portal.plan_picture.model import Bar, Block, Handover, Lane, PlanPicture

Point = tuple[float, float]
TRUNK_STEP: Final = 3.0
ROUNDING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far bars stay from the edges of their days and tracks, and where the reader's own track stands."""

    inset_along: float
    inset_across: float
    you_at: float
    you_size: float
    lanes_at: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: `along` the time axis for `length`, `across` it for `breadth`."""

    along: float
    across: float
    length: float
    breadth: float

    @property
    def along_end(self) -> float:
        """Where the box ends in time."""
        return self.along + self.length

    @property
    def across_middle(self) -> float:
        """The middle line of the box along time."""
        return self.across + self.breadth / 2

    def meets(self, other: Box, margin: float = 0) -> bool:
        """Whether the two overlap or come nearer than `margin`."""
        return (
            self.along < other.along_end + margin
            and other.along < self.along_end + margin
            and self.across < other.across + other.breadth + margin
            and other.across < self.across + self.breadth + margin
        )


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar and its box."""

    bar: Bar
    box: Box


@dataclass(frozen=True, slots=True)
class Track:
    """One line of bars inside a lane, none of which overlap."""

    at: float
    size: float
    bars: tuple[PlacedBar, ...]


@dataclass(frozen=True, slots=True)
class PlacedLane:
    """A lane and its tracks."""

    lane: Lane
    at: float
    size: float
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """Something the reader does and its box."""

    block: Block
    box: Box


@dataclass(frozen=True, slots=True)
class Wire:
    """A line from one bar to one that needs it, through four `points` (along, across); it turns at the middle two."""

    source: str
    target: str
    points: tuple[Point, ...]
    critical: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that has a place."""

    axis: Axis
    blocks: tuple[PlacedBlock, ...]
    lanes: tuple[PlacedLane, ...]
    wires: tuple[Wire, ...]
    across_end: float

    @property
    def bars(self) -> tuple[PlacedBar, ...]:
        """All bars, lane by lane, track by track."""
        return tuple(placed for lane in self.lanes for track in lane.tracks for placed in track.bars)


def tracks_of(lane: Lane, axis: Axis, picture: PlanPicture) -> list[list[Bar]]:
    """The bars of a lane on as few tracks as it takes without overlap, earlier ones first."""
    slots = slots_of(picture)
    tracks: list[list[Bar]] = []
    ends: list[float] = []
    for bar in sorted(lane.bars, key=lambda bar: (bar.start, slots[bar.id], bar.due, bar.id)):
        begin, end = _extent(bar, axis, slots, picture.handovers)
        for index, free_from in enumerate(ends):
            if begin >= free_from - ROUNDING:
                tracks[index].append(bar)
                ends[index] = end
                break
        else:
            tracks.append([bar])
            ends.append(end)
    return tracks


def lay_out(picture: PlanPicture, axis: Axis, spacing: Spacing, track_size: Callable[[Sequence[Bar]], float]) -> Layout:
    """Place everything. `track_size` says how broad the track of these bars is."""
    slots = slots_of(picture)
    lanes, at = [], spacing.lanes_at
    for lane in picture.lanes:
        lane_at, tracks = at, []
        for bars in tracks_of(lane, axis, picture):
            size = track_size(bars)
            placed = tuple(
                PlacedBar(bar, _box(*_extent(bar, axis, slots, picture.handovers), at, size, spacing)) for bar in bars
            )
            tracks.append(Track(at, size, placed))
            at += size
        lanes.append(PlacedLane(lane, lane_at, at - lane_at, tuple(tracks)))
    blocks = tuple(_block(block, axis, spacing) for block in picture.blocks)
    boxes = {placed.bar.id: placed.box for lane in lanes for track in lane.tracks for placed in track.bars}
    if blocks:
        boxes[YOU] = blocks[0].box
    return Layout(axis, blocks, tuple(lanes), _wires(picture, boxes, spacing), at)


def _extent(bar: Bar, axis: Axis, slots: Mapping[str, int], handovers: Sequence[Handover]) -> tuple[float, float]:
    """From where to where in time a bar reaches, before insets."""
    slot = slots[bar.id]
    followed = any(handover.source == bar.id and slots.get(handover.target, 0) > slot for handover in handovers)
    last = slot if bar.start == bar.due and followed and slot + 1 < axis.column(bar.due).slots else None
    return axis.begin(bar.start, slot), axis.end(bar.due, last)


def _box(begin: float, end: float, at: float, size: float, spacing: Spacing) -> Box:
    along, across = spacing.inset_along, spacing.inset_across
    return Box(begin + along, at + across, end - begin - 2 * along, size - 2 * across)


def _block(block: Block, axis: Axis, spacing: Spacing) -> PlacedBlock:
    box = _box(axis.begin(block.on), axis.end(block.on, 0), spacing.you_at, spacing.you_size, spacing)
    return PlacedBlock(block, box)


def _wires(picture: PlanPicture, boxes: Mapping[str, Box], spacing: Spacing) -> tuple[Wire, ...]:
    critical = {bar.id for bar in picture.bars if bar.critical}
    names: dict[tuple[str, str], list[str]] = {}
    for handover in picture.handovers:
        if handover.source in boxes and handover.target in boxes:
            named = names.setdefault((handover.source, handover.target), [])
            if handover.name and handover.name not in named:
                named.append(handover.name)
    trunks = _trunks(sorted({source for source, _ in names}), boxes, critical, spacing)
    wires = [
        Wire(
            source,
            target,
            _route(boxes[source], boxes[target], trunks[source], spacing, boxes.values()),
            source in critical and target in critical,
            tuple(named),
        )
        for (source, target), named in names.items()
    ]
    return tuple(sorted(wires, key=lambda wire: (wire.critical, wire.source, wire.target)))


def _trunks(sources: Sequence[str], boxes: Mapping[str, Box], critical: set[str], spacing: Spacing) -> dict[str, float]:
    """Where the wires of each source turn: in the gap after it, side by side when several end on the same day."""
    offsets = (0.0, -TRUNK_STEP, TRUNK_STEP)
    used: dict[float, int] = {}
    trunks = {}
    for source in sorted(sources, key=lambda source: (source not in critical, source)):
        edge = round(boxes[source].along_end + spacing.inset_along, 1)
        index = used.get(edge, 0)
        used[edge] = index + 1
        trunks[source] = edge + offsets[index % len(offsets)]
    return trunks


def _route(source: Box, target: Box, trunk: float, spacing: Spacing, boxes: Iterable[Box]) -> tuple[Point, ...]:
    """Out of the source, across at the trunk, into the target; past bars that stand in the way, where possible."""
    start, end = (source.along_end, source.across_middle), (target.along, target.across_middle)
    late_trunk = max(trunk, target.along - spacing.inset_along)
    run_at_target = Box(trunk, target.across, max(target.along - trunk - 1, 0), target.breadth)
    run_at_source = Box(source.along_end + 1, source.across, max(late_trunk - source.along_end - 1, 0), source.breadth)
    others = [box for box in boxes if box not in (source, target)]
    blocked = any(run_at_target.meets(box) for box in others)
    free_above = not any(run_at_source.meets(box) for box in others)
    turn = late_trunk if blocked and free_above else trunk
    return (start, (turn, source.across_middle), (turn, target.across_middle), end)
