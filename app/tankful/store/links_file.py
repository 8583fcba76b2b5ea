"""Keeps the linked accounts in a TOML file that people may edit too; no secret is ever in it."""

from pathlib import Path

from tankful.core.links import Link


class LinksFile:
    """The file of one data folder, existing or not."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path

    def read(self) -> tuple[Link, ...]:
        """Return every account in the order of the file, none when there is no file.

        Raises:
            LinksUnreadable: the file is not TOML, cannot be opened, or an account in it lacks what it needs.
        """
        raise NotImplementedError

    def put(self, link: Link) -> None:
        """Write an account, in place of the one with its name if there is one; the file is replaced as a whole or not at all.

        Raises:
            LinksUnreadable: the file as it is cannot be read, or the new one cannot be written.
        """
        raise NotImplementedError

    def take_out(self, name: str) -> None:
        """Take an account out; it need not be there. Raises as `put` does."""
        raise NotImplementedError
