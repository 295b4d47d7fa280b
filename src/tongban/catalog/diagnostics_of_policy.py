"""Diagnostics of dated parameters and rules."""

from __future__ import annotations

from typing import Final

from tongban.catalog.diagnostic import error

POLICY: Final = (
    error(
        "overlapping-validity",
        "“{name}”有两个都在 {day} 有效：从 {one} 起的和从 {other} 起的。",
        "“{name}” has two that hold on {day}: those from {one} and from {other}.",
        "给前一个写上 to，止于后一个开始的前一天。",
        "End the earlier one with `to`, the day before the later begins.",
    ),
    error(
        "unknown-figure",
        "公式读了“{name}”，但没有这个输入、参数或前面算出的数。",
        "The formula reads “{name}”, which is no input, no parameter and no figure set before.",
        "改正名字；或在 inputs 里写上它，或在 parameters 里给它一个有出处的数。",
        "Correct the name; or declare it in `inputs`, or give it a sourced value in `parameters`.",
    ),
    error(
        "not-a-formula",
        "公式里不能写“{name}”。",
        "A formula cannot say “{name}”.",
        "公式每行给一个数赋值，只用整数、+ - * //、一次比较、& | 和这些词：{valid}。",
        "Each line sets one figure, with whole numbers, + - * //, one comparison, & | and these words: {valid}.",
    ),
    error(
        "figures-differ",
        "公式“{name}”算出的数和 figures 写的不一样：{problem}。",
        "The formula “{name}” does not set the figures that `figures` declares: {problem}.",
        "公式算出的每个数都在 figures 里写上名称，多写的删去。",
        "Declare each figure that the formula sets, with its label, and no other.",
    ),
    error(
        "unsafe-formula",
        "算“{name}”时{problem}。",
        "Reckoning “{name}”: {problem}.",
        "缩小输入的范围（least、most），或用 clip 把数限住。",
        "Narrow the inputs (`least`, `most`), or hold the figure with `clip`.",
    ),
)
