"""Holds what the commands print for programs to the published shapes."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_FOLDER = Path(__file__).parent.parent / "resources" / "schema"


def check(name: str, value: object) -> None:
    """Raise when a value, after a trip through JSON, is not as `resources/schema/NAME.json` says."""
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(json.dumps(value)))  # pyright: ignore[reportUnknownMemberType] - jsonschema has no types of its own
