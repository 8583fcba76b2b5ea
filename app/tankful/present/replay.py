"""A replay: as a JSON value, and as lines for people."""

from datetime import datetime, tzinfo

from tankful.core.replay import Replayed
from tankful.present import format as words
from tankful.present.exact import exact_money, instant, number
from tankful.present.notices import notice_words
from tankful.present.pace import band_words, chance_words
from tankful.present.spikes import spike_text, spike_title, spike_values

SCHEMA = "tankful.replay/1"


def replay_json(said: Replayed, zone: tzinfo) -> dict[str, object]:
    """Return what was said as `resources/schema/replay.json` describes it."""
    return {
        "schema": SCHEMA,
        "spikes": [spike_values(spike) for spike in said.spikes],
        "notices": [
            {"at": instant(notice.at), "class": notice.kind.value, "key": notice.key, "text": notice_words(notice, zone).plain}
            for notice in said.notices
        ],
        "forecasts": [
            {
                "at": instant(each.at),
                "spent_usd": exact_money(each.spent),
                "low_usd": exact_money(each.forecast.low),
                "likely_usd": exact_money(each.forecast.likely),
                "high_usd": exact_money(each.forecast.high),
                "p_runout": number(each.forecast.run_out_probability),
            }
            for each in said.forecasts
        ],
    }


def replay_lines(said: Replayed, zone: tzinfo, until: datetime) -> tuple[str, ...]:
    """Return the spikes, the notices and the newest forecast in sentences; `until` is when the replay ended."""
    lines = [f"{words.counted(len(said.spikes), 'spike')}, {words.counted(len(said.notices), 'notice')}."]
    lines += (f"  {_when(spike.at, zone)}  {spike_title(spike)}. {spike_text(spike, until)}" for spike in said.spikes)
    if said.notices:
        lines.append("Notices:")
        lines += (f"  {_when(notice.at, zone)}  {notice_words(notice, zone).plain}" for notice in said.notices)
    if said.forecasts:
        last = said.forecasts[-1]
        chance = last.forecast.run_out_probability
        risk = f"; {chance_words(chance)} that it runs out" if chance > 0 else ""
        day = words.day(last.at.astimezone(zone).date())
        lines.append(f"{day}: {words.money(last.spent)} spent, likely {band_words(last.forecast)} in all{risk}.")
    return tuple(lines)


def _when(at: datetime, zone: tzinfo) -> str:
    return f"{words.day(at.astimezone(zone).date())} {words.clock(at, zone)}"
