"""One Tankful for each state folder: a lock says who is first, a socket lets the others ring."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from tankful.core.errors import TankfulError
from tankful.system import doorbell
from tankful.system.found_gauge import ANSWERS_WITHIN_S, LOCK, silent

_WORD_MAX = 64
_LOCKS_AGAIN_MS = 2000


class SingleInstance(QObject):
    """The claim of the first instance; `asked` carries each word that others ring with (`doorbell.SHOW`, `doorbell.SETTINGS`)."""

    asked = Signal(str)
    locked = Signal()
    """The lock that could not be made at the claim is ours now."""

    def __init__(self, state: Path, lock: QLockFile, unlocked: TankfulError | None = None) -> None:
        """Use `claim`."""
        super().__init__()
        self._state, self._lock = state, lock
        self.unlocked = unlocked
        """Why others may not notice this instance; `None`: the lock is ours."""
        self._server: QLocalServer | None = None
        self._again = QTimer(self)
        self._again.setInterval(_LOCKS_AGAIN_MS)
        self._again.timeout.connect(self._lock_again)

    def listen(self) -> bool:
        """Answer the bell from now on; needs the application. `False` when the system refuses the socket."""
        if self.unlocked is not None:
            self._again.start()
        where = doorbell.address(self._state)
        # The lock is ours, or nobody answered: whatever is left there belongs to a dead instance.
        QLocalServer.removeServer(where)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        return self._server.listen(where)

    def release(self) -> None:
        """Let the next one be the first."""
        self._again.stop()
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()

    def _lock_again(self) -> None:
        with suppress(OSError):
            self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.tryLock(0):
            return
        self._again.stop()
        self.unlocked = None
        if self._server is not None and not self._server.isListening():
            self._server.listen(doorbell.address(self._state))
        self.locked.emit()

    def _answer(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            line = self._server.nextPendingConnection()
            line.disconnected.connect(line.deleteLater)
            # No closure over the line: the server's destructor would free it a second time.
            line.readyRead.connect(self._hear_sender)
            self._hear(line)

    def _hear_sender(self) -> None:
        line = self.sender()
        if isinstance(line, QLocalSocket):
            self._hear(line)

    def _hear(self, line: QLocalSocket) -> None:
        if not line.canReadLine():
            if line.bytesAvailable() > _WORD_MAX:
                line.abort()
            return
        word = bytes(line.readLine(_WORD_MAX).data()).decode("utf-8", "replace").strip()
        line.write(doorbell.ANSWER)
        line.flush()
        line.disconnectFromServer()
        self.asked.emit(word)


def claim(state: Path) -> SingleInstance | None:
    """Return the claim on this state folder, or `None` when another instance has it and was asked to show itself.

    Needs no application. The lock of an instance that died is recognised by its process number, and one that names none belongs
    to nobody. Where no lock can be made (a full disk, no permission) the claim is one without: it stops nobody.

    Raises:
        TankfulError: another instance has it and does not answer.
    """
    with suppress(OSError):  # the lock will say so
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = QLockFile(str(state / LOCK))
    lock.setStaleLockTime(0)
    give_up = time.monotonic() + ANSWERS_WITHIN_S
    while not lock.tryLock(0):
        if doorbell.ring(state, doorbell.SHOW):
            return None
        if lock.error() != QLockFile.LockError.LockFailedError:
            return SingleInstance(state, lock, _unlocked(state))
        # It may be about to listen, or about to end.
        if time.monotonic() < give_up:
            time.sleep(0.05)
        elif _is_held(lock):
            number, *_ = lock.getLockInfo()
            raise silent(number)
        elif not lock.removeStaleLockFile():
            return SingleInstance(state, lock, _unlocked(state))
    return SingleInstance(state, lock)


def _is_held(lock: QLockFile) -> bool:
    """Say whether somebody who runs has the lock: one that died leaves it behind where nothing can be removed."""
    number, *_ = lock.getLockInfo()
    if sys.platform == "win32":  # pragma: no cover - there it goes with whoever made it
        return True
    if number <= 0:  # it was cut off while it was written
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is somebody else's
    return True


def _unlocked(state: Path) -> TankfulError:
    return TankfulError(f"Nothing can be written in {state}", "Make room or check permissions: until then a second start may go unnoticed.")
