"""Reads files of other programs that the user agreed to, and sends what they hold to nobody but that program's vendor."""

import asyncio
import stat
from pathlib import Path
from urllib.parse import urlsplit

from tankful.core.errors import GatewayConfused, GatewayUnreachable, NotAllowed
from tankful.core.links import Link
from tankful.gateways.addresses import is_loopback, origin
from tankful.regular_file import content_of

_BYTES_MAX = 1_000_000


def agreed_file(link: Link) -> Path:
    """Return the file or folder that the user agreed to. Raises `NotAllowed` when there is none: then nothing is read."""
    named = link.options.get("file", "")
    try:
        path = Path(named).expanduser()
    except RuntimeError:  # `~nobody`
        path = Path()
    if not path.is_absolute():
        raise NotAllowed("No file was agreed to", "Link it again and say which file may be read: --option file=PATH, from the root on.")
    return path


async def contents(path: Path) -> bytes:
    """Return what a small file holds.

    Raises:
        GatewayUnreachable: it is not there, or cannot be read.
        GatewayConfused: it is no file, or far too large.
    """
    return await asyncio.to_thread(_contents, path)


def _contents(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES_MAX:
            raise GatewayConfused(f"{path.name} is not the file it should be", "Link it again with the right one.")
        return content_of(path)
    except FileNotFoundError:
        raise GatewayUnreachable(f"There is no {path.name}", f"It was looked for in {path.parent}; its program writes it.") from None
    except (OSError, ValueError):
        raise GatewayUnreachable(f"{path.name} cannot be read", f"It is in {path.parent}; you have to be allowed to read it.") from None


def only_to(link: Link, vendor: str) -> None:
    """Raise `NotAllowed` when a link's address is not its vendor's own, nor on this machine: another program's token goes nowhere else."""
    if origin(link.url) != origin(vendor) and not is_loopback(urlsplit(link.url).hostname or ""):
        raise NotAllowed("This token is for its vendor only", f"Link {vendor}.")
