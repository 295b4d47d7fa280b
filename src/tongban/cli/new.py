"""`tongban new`: begins a pack, a service or a bundle that passes `check` and its own story at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

new = typer.Typer(no_args_is_help=True, help="Begin a pack, a service or a bundle. 新建定义包、事项或一件事。")

Name = Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")]
PackFolder = Annotated[Path, typer.Option("--pack", help="The folder of the pack that it is for.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(new, name="new")


@new.command()
def pack(
    name: Name,
    folder: Annotated[Path, typer.Option("--in", help="The folder to make it in.")] = Path(),
) -> None:
    """Begin a pack. 新建定义包。"""
    from tongban.catalog.scaffold import pack_files

    root = folder / checked(name).replace("-", "_")
    if root.exists():
        raise typer.BadParameter(f"{root}: 已经有了 · already exists")
    write(root, pack_files(name))


@new.command()
def service(name: Name, folder: PackFolder = Path()) -> None:
    """Begin a service in a pack. 新建事项。"""
    from tongban.catalog.scaffold import service_files

    write(folder, service_files(pack_in(folder), checked(name)))


@new.command()
def bundle(name: Name, folder: PackFolder = Path()) -> None:
    """Begin a bundle in a pack. 新建一件事。"""
    from tongban.catalog.scaffold import bundle_files

    write(folder, bundle_files(pack_in(folder), checked(name)))


def checked(name: str) -> str:
    """The name, if it can be one; ends with exit 2 otherwise."""
    from tongban.catalog.scaffold import NAME

    if not NAME.fullmatch(name):
        raise typer.BadParameter(f"{name}: 用小写字母、数字和连字符，字母开头 · small letters, digits, hyphens")
    return name


def pack_in(folder: Path) -> str:
    """The id of the pack in a folder; ends with exit 2 where there is none."""
    from tongban.catalog.loader import pack_id

    if not (folder / "pack.yaml").is_file():
        raise typer.BadParameter(f"{folder}: 不是定义包的文件夹 · not the folder of a pack")
    return pack_id(folder.absolute())


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write new files below a folder, never over an old one, and say what was written."""
    taken = [path for path in files if (folder / path).exists()]
    if taken:
        raise typer.BadParameter(f"{folder / taken[0]}: 已经有了 · already exists")
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        typer.echo(file)
    tongban = sys.argv[0] if Path(sys.argv[0]).name == "tongban" else "tongban"  # as it was called: to be copied
    typer.echo(f"接着 · next: {tongban} check {folder} && {tongban} story {folder / 'stories'}")
