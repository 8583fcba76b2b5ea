"""What a window says of a change of an agent's files: before it is made, when it was made, and when it cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tankful.present import format as words
from tankful.switch.changes import Proposal
from tankful.switch.models import Step
from tankful.switch.plans import Plan


class Mark(Enum):
    """What becomes of a line."""

    SAME = " "
    ADDED = "+"
    REMOVED = "-"
    GAP = "⋯"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one file."""

    path: str
    what: str
    """In a few words."""
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """The words of the window."""

    title: str
    text: str
    files: tuple[FileChange, ...]
    confirm: str
    """Of the button; empty: there is nothing to confirm."""
    done: str
    """Said when it was made."""
    undone: str
    once: str = ""
    """The command that does it for one session alone."""
    steps: tuple[Step, ...] = ()


def change_view(proposal: Proposal) -> ChangeView:
    """Return the words for a change."""
    title, offer = proposal.switcher.title, proposal.offer
    files = tuple(map(_file, proposal.plans))
    later = "It takes effect in new sessions; those that run go on as they are."
    button = f"Change {words.counted(len(files), 'file')}" if len(files) != 1 else "Change the file"
    back = f"{title} uses what it used before, from its next session on."
    if offer is None:
        text = f"What others changed in the meantime stays. {later}" if files else "Its files are as they were already."
        return ChangeView(f"Take back {title}'s other model", text, files, button if files else "Forget it", back, back)
    if not files:
        return ChangeView(f"{title} uses {offer.model} already", "There is nothing to change.", (), "", "", "")
    return ChangeView(
        f"Use {offer.model} in {title}",
        f"Through the account {offer.account}. {later}",
        files,
        button,
        f"{title} uses {offer.model} from its next session on.",
        back,
        f"tankful with {offer.model} -- {proposal.switcher.programs[0]}" if proposal.switcher.launch is not None else "",
        proposal.steps,
    )


def _file(plan: Plan) -> FileChange:
    if plan.before is None:
        what = "a new file"
    elif plan.after is None:
        what = "goes away again"
    else:
        what = "comments and everything else stay"
    return FileChange(str(plan.path), what, _lines(plan.diff()))


def _lines(diff: Sequence[str]) -> tuple[DiffLine, ...]:
    """Return a unified diff without its head, with gaps between its parts."""
    made: list[DiffLine] = []
    for line in diff[2:]:
        if line.startswith("@@"):
            made += [DiffLine(Mark.GAP, "")] if made else []
        else:
            mark = {"+": Mark.ADDED, "-": Mark.REMOVED}.get(line[:1], Mark.SAME)
            made.append(DiffLine(mark, words.visible(line[1:].expandtabs(4))))
    return tuple(made)
