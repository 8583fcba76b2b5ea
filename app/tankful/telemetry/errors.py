"""Why a report is not taken."""

from http import HTTPStatus


class Refused(Exception):
    """A request is answered with a status instead of being taken; nothing of it is kept."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status
