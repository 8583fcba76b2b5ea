"""Which folder a workspace of VS Code is, by the file that the editor keeps beside what belongs to it."""

from pathlib import PurePath, PurePosixPath

import msgspec

from tankful.sources.siblings import content_of
from tankful.sources.vscode_places import folder_of


class _Workspace(msgspec.Struct, gc=False):
    folder: str = ""
    workspace: str = ""


def workspace_of(storage: PurePath) -> str:
    """Return the folder whose storage this is, or that of its workspace file; empty for a window without one."""
    content = content_of(storage / "workspace.json")
    if not content:
        return ""
    try:
        workspace = msgspec.json.decode(content, type=_Workspace)
    except (ValueError, RecursionError):
        return ""
    if workspace.folder:
        return folder_of(workspace.folder)
    file = folder_of(workspace.workspace)
    return str(PurePosixPath(file).parent) if file else ""
