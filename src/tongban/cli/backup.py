"""`tongban backup FOLDER`: the whole city as it stands at this moment, without its keys, while it goes on serving."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.acting import AsJson, answered
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backup)


def backup(
    folder: Annotated[Path, typer.Argument(help="The backup's own folder, which must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Back up the city while it serves; keep the keys elsewhere. 备份整座城市；密钥另外保管。"""
    with open_city() as places:
        from tongban.supervision import backups

        manifest = backups.make(places, folder)
        rows = sum(manifest.tables.values())
        size_bytes = sum(each.size_bytes for each in manifest.files.values())
        words = (
            f"{folder}\n"
            f"{rows} 行，{len(manifest.files)} 个文件，共 {size_bytes} 字节，封存到第 {manifest.last_seal} 份\n"
            f"{rows} rows, {len(manifest.files)} files, {size_bytes} bytes, sealed up to {manifest.last_seal}\n"
            f"不含密钥。恢复要用 {places.keys} 里的：{'、'.join(manifest.keys)}；那个目录另找地方保管\n"
            f"Without the keys. To restore it takes those in {places.keys}: {', '.join(manifest.keys)};"
            " keep that folder in another place"
        )
    said = {"folder": str(folder), "made_at": manifest.made_at, "rows": rows, "bytes": size_bytes}
    answered(said | {"last_seal": manifest.last_seal, "keys": list(manifest.keys)}, words, as_json=as_json)
