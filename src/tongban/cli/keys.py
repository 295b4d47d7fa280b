"""`tongban keys`: which key new values are encrypted with, and a new one."""

from __future__ import annotations

from typing import Annotated

import typer

from tongban.cli.acting import AsJson, answered


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(keys)


def keys(
    new: Annotated[bool, typer.Option("--new", help="Put a new key in force, for values from now on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the keys of encrypted values, or put a new one in force; serving goes on. 看密钥，或换一把新的。"""
    from tongban.platform import crypto, places

    folder = places.keys()
    ring = crypto.rotate(folder) if new else crypto.read(folder)
    file = folder / crypto.FILE_NAME
    zh = f"用第 {ring.force} 号密钥，共 {len(ring.keys)} 把"
    en = f"key {ring.force} is in force, of {len(ring.keys)}"
    if new:
        zh += "；旧的还要用来读以前的数据，现在备份这个文件"
        en += "; the old ones still read what is older: back up this file now"
    words = f"{file}\n{zh} · {en}"
    answered({"file": str(file), "in_force": ring.force, "keys": len(ring.keys)}, words, as_json=as_json)
