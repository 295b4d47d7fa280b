"""Diagnostics of how files are written: whether they can be read, and whether they have the right shape."""

from __future__ import annotations

from typing import Final

from tongban.catalog.diagnostic import error

FILES: Final = (
    error(
        "unreadable",
        "读不了这个文件：{problem}。",
        "This file cannot be read: {problem}.",
        "检查文件是否存在、是否为普通文件、是否有读取权限。",
        "See that it exists, is an ordinary file, and may be read.",
    ),
    error(
        "too-big",
        "文件超过 {limit} 字节。",
        "The file is larger than {limit} bytes.",
        "一个文件只写一个定义；大量数据不放在定义包里。",
        "Write one definition a file; keep bulk data out of packs.",
    ),
    error(
        "not-utf-8",
        "文件不是 UTF-8 编码（第 {offset} 字节起）。",
        "The file is not UTF-8 (from byte {offset}).",
        "用 UTF-8 编码重新保存。",
        "Save it again as UTF-8.",
    ),
    error(
        "broken-yaml",
        "YAML 写法有误：{problem}。",
        "This is not YAML: {problem}.",
        "看这一行和上一行的缩进、冒号、引号和括号。",
        "Look at the indent, colons, quotes and brackets of this line and the one before.",
    ),
    error(
        "too-deep",
        "嵌套超过 {limit} 层。",
        "Nested more than {limit} deep.",
        "定义用不着这么深，多半是括号没有配对。",
        "No definition needs this; a bracket is probably not closed.",
    ),
    error(
        "duplicate-key",
        "“{name}”在同一处写了两次。",
        "“{name}” stands here twice.",
        "删去一个，或改成另一个名字。",
        "Remove one, or give it another name.",
    ),
    error(
        "anchor",
        "不能用锚点和别名（“{name}”）。",
        "Anchors and aliases (“{name}”) are not used here.",
        "把内容原样写出来。",
        "Write the content out.",
    ),
    error(
        "tag",
        "不能用类型标签“{name}”。",
        "The tag “{name}” is not used here.",
        "去掉以感叹号开头的标签；文字用引号括起来。",
        "Remove the tag; put text in quotes.",
    ),
    error(
        "key-not-text",
        "键必须是一个词，不能是列表或映射。",
        "A key is one word, not a list or a mapping.",
        "检查此处的括号和问号。",
        "Look at the brackets and question marks here.",
    ),
    error(
        "link-outside",
        "链接指向定义包之外：{target}。",
        "The link leads out of the pack: {target}.",
        "把文件复制到包内。",
        "Copy the file into the pack.",
    ),
    error(
        "unknown-file",
        "定义包里没有“{name}”这种文件，不会读它。",
        "A pack has no file “{name}”; it would be ignored.",
        "放进正确的文件夹，或改成正确的文件名。",
        "Move it to the right folder or rename it.",
    ),
    error(
        "no-pack",
        "文件夹里没有 pack.yaml。",
        "This folder holds no pack.yaml.",
        "写一个 pack.yaml，或用 `tongban new pack` 新建。",
        "Write one, or begin with `tongban new pack`.",
    ),
    error(
        "broken-rules",
        "{file_name} 不能运行：{problem}。",
        "{file_name} does not run: {problem}.",
        "先让这个 Python 文件能单独导入。",
        "Make this Python file importable by itself first.",
    ),
    error(
        "wrong-page",
        "页面“{name}”不对：{problem}。",
        "The page “{name}” {problem}.",
        "改好 pages.py 里的这一条。",
        "Mend this entry of pages.py.",
    ),
)

SHAPES: Final = (
    error(
        "unknown-key",
        "这里没有“{name}”这个键。",
        "There is no key “{name}” here.",
        "改成有效的键：{valid}。花括号里带逗号的文字要加引号。",
        "Use one of: {valid}. In braces, text with a comma needs quotes.",
    ),
    error(
        "missing-key",
        "缺少“{name}”。",
        "“{name}” is missing.",
        "补上这个键。",
        "Add this key.",
    ),
    error(
        "missing-translation",
        "缺少{language}文字。",
        "The {language} text is missing.",
        "所有给人看的文字都要有中文（zh）和英文（en）。",
        "Everything that people read exists in Chinese (zh) and English (en).",
    ),
    error(
        "wrong-type",
        "这里应是{expected}，现在是{got}。",
        "{expected} is expected here, not {got}.",
        "按要求的形式改写；形似数字的文字用引号括起来。",
        "Write it in that form; put text that looks like a number in quotes.",
    ),
    error(
        "wrong-choice",
        "“{name}”不在可选的值里。",
        "“{name}” is none of the choices.",
        "可选：{valid}。",
        "Choose one of: {valid}.",
    ),
    error(
        "wrong-value",
        "值不对：{problem}。",
        "This value is wrong: {problem}",
        "按数据项的类型改写。",
        "Write it as the attribute's kind asks.",
    ),
    error(
        "reserved-value",
        "“{name}”表示“没有”，不能作选项的值。",
        "“{name}” means that there is nothing; no choice may be called so.",
        "给这个选项换一个值。",
        "Give this choice another value.",
    ),
    error(
        "wrong-limit",
        "“{name}”不是有效的期限。",
        "“{name}” is not a limit.",
        "写成“5 workdays”“15 days”“2 hours”“1 month”这样。",
        "Write it like `5 workdays`, `15 days`, `2 hours` or `1 month`.",
    ),
)
