"""Keeps long secrets in parts, for a keyring whose entries are short: a signed-in session's tokens exceed Windows' 2,560 bytes."""

from tankful.store.secrets import Ring

_MARK = "tankful-parts:"


class PartedRing:
    """A keyring over another one; a change shows as a whole or not at all.

    The entry of a long secret says how many parts there are and in which of two sets; a new secret goes into the other set first.
    """

    def __init__(self, ring: Ring, most: int) -> None:
        """`most` is how many letters an entry holds."""
        self._ring = ring
        self._most = most

    def would_ask(self) -> bool:
        """Say what the keyring beneath says."""
        return self._ring.would_ask()

    def open(self) -> None:
        """Open the keyring beneath."""
        self._ring.open()

    def read(self, entry: str) -> str | None:
        """Return a secret, put together; `None` as well when a part of it is gone."""
        head = self._ring.read(entry)
        for _ in range(2):  # a program that writes meanwhile moves the parts once
            if head is None or not head.startswith(_MARK):
                return head
            parts = [self._ring.read(each) for each in _parts(entry, head)]
            whole = [part for part in parts if part is not None]
            if len(whole) == len(parts):
                return "".join(whole)
            head = self._ring.read(entry)
        return None

    def write(self, entry: str, secret: str) -> None:
        """Keep a secret, in parts if it is long."""
        before = self._ring.read(entry)
        old = _parts(entry, before)
        head, texts = secret, list[str]()
        if len(secret) > self._most or secret.startswith(_MARK):
            texts = [secret[start : start + self._most] for start in range(0, len(secret), self._most)]
            head = f"{_MARK}{'b' if before is not None and before.startswith(f'{_MARK}a') else 'a'}{len(texts)}"
        new = _parts(entry, head)
        try:
            for place, text in zip(new, texts, strict=True):
                self._ring.write(place, text)
            self._ring.write(entry, head)
        except BaseException:
            for place in new:
                self._ring.erase(place)
            raise
        for place in old:
            self._ring.erase(place)

    def erase(self, entry: str) -> None:
        """Forget a secret with all its parts, the parts first."""
        for place in _parts(entry, self._ring.read(entry)):
            self._ring.erase(place)
        self._ring.erase(entry)


def _parts(entry: str, head: str | None) -> list[str]:
    """Return the entries that hold the parts of a secret, as its own entry tells."""
    said = (head or "").removeprefix(_MARK)
    if head is None or not head.startswith(_MARK) or said[:1] not in {"a", "b"} or not said[1:].isdecimal() or len(said) > 4:
        return []
    return [f"{entry}, part {said[0]}{number}" for number in range(1, int(said[1:]) + 1)]
