"""Gives every agent, model, session and folder name a small number, so that rows stay small."""

import sqlite3


def storable(path: str) -> str:
    """Return a path as text that can be kept: bytes of a name that are no characters stand as escapes."""
    return path if path.isascii() else path.encode("utf-8", "backslashreplace").decode()


class Names:
    """Both directions of table `name`, remembered; the empty name is 0 and never stored."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._number: dict[str, int] = {"": 0}
        self._text: dict[int, str] = {0: ""}

    def number(self, text: str) -> int:
        """Return the number of a name, giving it one inside the caller's transaction."""
        found = self._number.get(text)
        if found is not None:
            return found
        storable = text.encode("utf-8", "replace").decode()
        self._connection.execute("INSERT INTO name (text) VALUES (?) ON CONFLICT DO NOTHING", (storable,))
        number = int(self._connection.execute("SELECT id FROM name WHERE text = ?", (storable,)).fetchone()[0])
        self._number[text] = number
        return number

    def known(self, text: str) -> int | None:
        """Return the number of a name if it ever got one."""
        found = self._number.get(text)
        if found is not None:
            return found
        row = self._connection.execute("SELECT id FROM name WHERE text = ?", (text.encode("utf-8", "replace").decode(),)).fetchone()
        return int(row[0]) if row else None

    def text(self, number: int) -> str:
        """Return the name behind a number."""
        found = self._text.get(number)
        if found is None:
            found = self._text[number] = str(self._connection.execute("SELECT text FROM name WHERE id = ?", (number,)).fetchone()[0])
        return found

    def forget(self) -> None:
        """Drop what is remembered: numbers of a transaction that was rolled back mean nothing."""
        self._number = {"": 0}
        self._text = {0: ""}
