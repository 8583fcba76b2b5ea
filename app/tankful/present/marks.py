"""The shape of each tone, the same in the icon, the panel and the terminal, so that no meaning hangs on colour alone."""

from tankful.core.tone import Tone

MARKS = {Tone.CALM: "●", Tone.WATCH: "▲", Tone.ACT: "▲▲", Tone.UNKNOWN: "○"}
