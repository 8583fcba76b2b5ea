"""Finds the processes of a session that is at work."""

import os

from tankful.core.agent_process import AgentProcess, fitting, is_of
from tankful.core.at_work import SessionAtWork
from tankful.sources.programs import programs_of


def processes_of(session: SessionAtWork) -> tuple[AgentProcess, ...]:
    """Return every process that may run this session, the oldest first; none where its agent has no program of its own."""
    programs = programs_of(session.agent)
    if not programs:
        return ()
    from tankful.system.processes import own_processes  # noqa: PLC0415 - it brings what looks at processes

    where = session._replace(project=os.path.realpath(session.project) if session.project else "")
    return fitting(own_processes(lambda seen: is_of(seen, programs)), where, programs)
