"""What a demonstration's walks found, in several people's words, and what became of it: by when it was put right.

The figures at the end of the period are the city's own. Most is put right in its time; the rest is late and climbs the
ladder, and after the period every second of what climbed is put right, so that the share goes on rising.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from tongban.supervision.walk_models import Walk

FOUND, SOLVED = 639, 488
FIRST, LAST = date(2026, 1, 5), date(2026, 10, 30)
IN_TIME: Final = 0.52
"""So large a share is put right within its limit; the others take months."""
LATE_DAYS: Final = 90
CLIMBED: Final = timedelta(days=35)
"""What is open for longer has climbed the ladder, whatever its limit."""
PRESSED: Final = (timedelta(days=3), timedelta(days=14))
"""Between so many days after the period, every second of what climbed is put right."""

SAID: Final = {
    "asked-twice": (
        "别的部门已经有了，这里还要再交一遍", "上个月刚在另一个窗口交过同样的复印件", "前一页填过的地址，这一页又要填",
        "户口信息是公安的，还让我们拍照上传", "同一个人的手机号填了三次",
    ),
    "unclear": (
        "说明看不懂，问了窗口才明白", "“相关证明”是哪一张，没有写", "两个选项意思差不多，不知道选哪个",
        "写着“按规定办理”，规定在哪里没说", "老人看不懂“参保状态”是什么意思",
    ),
    "not-as-told": (
        "指南上写不用交，到了又要", "网上写当天能办完，窗口说要三天", "电话里说一个人去就行，去了要两个人都到",
        "页面写可以邮寄，到最后一步又没有这一项",
    ),
    "slow": (
        "比说好的慢了几天，中间没人说一声", "页面转了半分钟才出来", "材料在两个科室之间放了四天",
        "排队四十分钟，办事三分钟",
    ),
    "simplify": (
        "这一步可以和上一步合在一起", "数据都读得到，不用再让人确认一遍", "签了两次名，签一次就够",
        "公示期里可以同时做下一步，不用干等",
    ),
    "impossible-paper": (
        "这张证明没有单位开得出来", "要的盖章单位前年就撤并了", "社区说早就不开这种证明了",
        "要本人到场的声明，本人在住院",
    ),
    "contradiction": (
        "两处写得不一样，不知道按哪一处", "指南写十天，短信写十五天", "先让选“不寄”，后面又必须填邮寄地址",
        "年龄限制在两个页面上差一岁",
    ),
}  # fmt: skip
"""What walkers said, by kind of problem."""

DONE: Final = {
    "asked-twice": (
        ("改从部门读，不再问人", "新版已经发布，这一项不再要", "再走一遍：1 → 0"),
        ("和另一家定好共享，三天内接通", "接口通了，窗口不再收复印件", "抽了五件，没有一件再要"),
    ),
    "unclear": (
        ("请三位老人读一遍，照他们的话改写", "说明换成新的，附了一张样子", "再问三个人，都看懂了"),
        ("把“相关证明”写成证件的名字", "指南和页面一起改了", "一周里没有人再为这个打电话"),
    ),
    "not-as-told": (
        ("指南和窗口用同一份定义", "窗口的旧单子收回了", "暗访两个窗口，说的和写的一样"),
        ("做不到的承诺先改实，再想办法做到", "页面的时间改成实际的", "抽十件，都在说的时间里办完"),
    ),
    "slow": (
        ("两个科室之间改成当天转", "转件的时限设了灯", "中间停留 4 天 → 半天"),
        ("加一个窗口，忙的时候两边都开", "排班表改了", "等候 40 分钟 → 12 分钟"),
    ),
    "simplify": (
        ("并成一步，改事项的定义", "新版已经发布，少一步", "再走一遍：少点 6 下"),
        ("确认和签名合在一页", "新版已经发布", "再走一遍：签名 2 次 → 1 次"),
    ),
    "impossible-paper": (
        ("取消这张证明，改成书面承诺", "新版已经发布，换成承诺书", "再走一遍：1 → 0"),
        ("改由部门之间核对", "社区不再开，窗口自己查", "抽了八件，都没有再要"),
    ),
    "contradiction": (
        ("以定义为准，别处都从它生成", "两处改成一样", "机器再走一遍，没有矛盾"),
        ("按法规核一遍，定一个数", "短信和指南一起改了", "再走一遍：一致"),
    ),
}  # fmt: skip
"""How offices put it right, by kind: the measure, the evidence, the effect."""


def fates(made: Sequence[Walk], random: Random, today: date) -> list[tuple[Walk, date | None]]:
    """The walks that found something, each with the day on which that was put right; None while it is open."""
    planned = sorted(
        ((one.begun_at.date() + timedelta(days=_days(random)), one) for one in random.sample(list(made), FOUND)),
        key=lambda fate: (fate[0], fate[1].number),
    )
    solved = [(walk, min(day, LAST)) for day, walk in planned[:SOLVED]]
    return [*solved, *_afterwards(planned[SOLVED:], random, today)]


def _days(random: Random) -> int:
    if random.random() < IN_TIME:
        return random.randrange(6, 22)
    return 40 + round(random.expovariate(1 / LATE_DAYS))


def _afterwards(left: Sequence[tuple[date, Walk]], random: Random, today: date) -> list[tuple[Walk, date | None]]:
    """What became, after the period, of what was open at its end."""
    found: list[tuple[Walk, date | None]] = []
    climbed = 0
    for planned, walk in left:
        day = max(planned, LAST + PRESSED[0])
        if walk.begun_at.date() <= LAST - CLIMBED:
            climbed += 1
            if climbed % 2:
                day = LAST + timedelta(days=random.randrange(PRESSED[0].days, PRESSED[1].days))
        found.append((walk, day if day < today else None))
    return found
