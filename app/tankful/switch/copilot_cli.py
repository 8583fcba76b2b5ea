"""Copilot in the terminal: variables for the one command, since it has no file for them and other programs would heed them too."""

from tankful.switch import copilot_organisation
from tankful.switch.machine import WINDOWS, Machine
from tankful.switch.telemetry import Reporter, Where


def _lines(machine: Machine, where: Where) -> tuple[str, ...]:
    variables = {"COPILOT_OTEL_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": where.address_with_token}
    if machine.platform == WINDOWS:
        return (*(f"$env:{name} = '{value}'" for name, value in variables.items()), "copilot")
    return (" ".join((*(f"{name}={value}" for name, value in variables.items()), "copilot")),)


REPORTER = Reporter(
    agent="copilot-cli",
    title="Copilot CLI",
    lines=_lines,
    managed=(copilot_organisation.managed_file,),
    managed_keys=copilot_organisation.decides,
)
