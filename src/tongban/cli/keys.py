"""`tongban keys`: which key new values are encrypted with, a new one, and taking the older ones out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli.acting import AsJson, answered

if TYPE_CHECKING:
    from tongban.platform.crypto import Keyring


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(keys)


def keys(
    new: Annotated[bool, typer.Option("--new", help="Put a new key in force, for values from now on.")] = False,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Encrypt again, with the key in force, what older keys encrypted.")
    ] = False,
    take_out: Annotated[
        bool, typer.Option("--take-out", help="Take the older keys out of the file, once nothing needs them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the keys of encrypted values, or put a new one in force; serving goes on. 看密钥，或换一把新的。"""
    from tongban.platform import crypto, places

    if new + rewrite + take_out > 1:
        raise typer.BadParameter("--new, --rewrite, --take-out：一次一个 · one at a time")
    if rewrite:
        _rewrite(as_json=as_json)
        return
    folder = places.keys()
    ring = _taken_out() if take_out else crypto.rotate(folder) if new else crypto.read(folder)
    file = folder / crypto.FILE_NAME
    zh = f"用第 {ring.force} 号密钥，共 {len(ring.keys)} 把"
    en = f"key {ring.force} is in force, of {len(ring.keys)}"
    if new:
        zh += "；旧的还要用来读以前的数据，现在备份这个文件"
        en += "; the old ones still read what is older: back up this file now"
    if take_out:
        zh += "；以前的备份还要用以前的密钥文件，别删"
        en += "; older backups still need the older key file: keep that one with them"
    words = f"{file}\n{zh} · {en}"
    answered({"file": str(file), "in_force": ring.force, "keys": len(ring.keys)}, words, as_json=as_json)


def _taken_out() -> Keyring:
    from tongban.cli.city import open_city

    with open_city():
        from tongban.supervision import rewriting

        return rewriting.take_out()


def _rewrite(*, as_json: bool) -> None:
    from tongban.cli.city import open_city

    with open_city():
        from tongban.supervision import rewriting

        done, unread = 0, list[str]()
        for batch in rewriting.rewrite():
            done += batch.done
            unread += batch.unread
        left = rewriting.left()
    told = "".join(f"\n读不出来 · cannot be read: {place}" for place in unread)
    words = f"重新加密了 {done} 个，旧密钥还剩 {left} 个 · {done} encrypted again, {left} left with older keys{told}"
    answered({"done": done, "left": left, "unread": unread}, words, as_json=as_json)
    if left:
        raise typer.Exit(1)
