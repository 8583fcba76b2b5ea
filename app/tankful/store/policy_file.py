"""Reads what the organisation says in the file that only its administrator may write; nothing ever writes it here.

So far that is which models are in-house and where requests for more go. What else is in it belongs to other versions and is passed over.
"""

import os
import stat
from pathlib import Path
from typing import Any, cast

from tankful.core.errors import PolicyUnreadable
from tankful.core.organisation import Policy
from tankful.regular_file import content_of
from tankful.store.settings_values import value_of

_TABLE = "in_house"
_MODEL = "model"
_BUDGET = "budget"
_ADDRESSES = {"ask_url": "ask_for_more_url", "ask_mail": "ask_for_more_mail"}
"""Its keys in that table, as in the user's own file, by the settings that they take the place of."""
_BYTES_MOST = 1_000_000
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_ASK = "It counts for nothing until your administrator has corrected it."


class PolicyFile:
    """One policy, existing or not."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet; that its folder is the administrator's alone is the system's matter."""
        self.path = path

    def read(self) -> Policy:
        """Return what it says, nothing when there is no file.

        Raises:
            PolicyUnreadable: it is no plain TOML file, everybody may write it, or it holds a value that is not allowed.
        """
        text = self._text()
        if not text:
            return Policy()
        import tomllib  # noqa: PLC0415 - few have a policy

        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            raise PolicyUnreadable(f"{self.path} is not valid TOML: {broken}", _ASK) from broken
        budget = said.get(_BUDGET, {})
        if not isinstance(budget, dict):
            raise PolicyUnreadable(f"{self.path}: {_BUDGET} is no table", _ASK)
        named = cast("dict[str, Any]", budget)
        try:
            return Policy(
                value_of(_TABLE, _by_model(said.get(_TABLE, {}))),
                *(value_of(field_name, named.get(key, "")) for key, field_name in _ADDRESSES.items()),
            )
        except ValueError as wrong:
            raise PolicyUnreadable(f"{self.path} has a value that is not allowed", f"{wrong} {_ASK}") from wrong

    def _text(self) -> str:
        try:
            status = self.path.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES_MOST:
                raise PolicyUnreadable(f"{self.path} is no plain file of a sensible size", _ASK)
            if os.name == "posix" and status.st_mode & _OTHERS_WRITE:
                raise PolicyUnreadable(f"{self.path} may be written by others than its owner", _ASK)
            return content_of(self.path).decode("utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except UnicodeDecodeError as broken:
            raise PolicyUnreadable(f"{self.path} is not UTF-8 text", _ASK) from broken
        except OSError as refused:
            raise PolicyUnreadable(f"{self.path} cannot be read: {refused.strerror}", _ASK) from refused


def _by_model(said: object) -> object:
    """Return a list of tables, each with its `model`, as tables by model, as the user's own file has them."""
    if not isinstance(said, list):
        return said
    tables: dict[str, object] = {}
    for each in cast("list[Any]", said):
        table = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
        name = table.get(_MODEL)
        if not isinstance(name, str) or not name:
            raise ValueError(f"Each [[{_TABLE}]] names its {_MODEL}.")
        tables[name] = {key: value for key, value in table.items() if key != _MODEL}
    return tables
