"""The three ways in which a spike betrays itself: how much is spent, what a request costs, and that nobody is there.

Each was measured against ten other detectors on simulated and real work; together they find most, and each can say why. Their
state is a handful of numbers. Times are seconds since 1970 UTC.
"""

from collections import deque
from math import exp, inf, log, sqrt

from tankful.core.fading import Usual

BIN_S = 600
_IDLE_S = 3600
"""After so long without spend, counting begins anew."""
_SLOW = 0.006
_CLIP = 2.5
_BINS_LEAST, _REQUESTS_LEAST, _RUNS_LEAST = 12, 40, 12
"""So much must be known before anything is unusual."""
REQUESTS = 12
_REQUESTS_FEW = 4
_PRICE_FLOOR = 0.12
_RUN_SHARE = 0.985
_DOUBT = 20.0
"""Of a hundred runs the dearest say less about the dearest of the next than of three hundred."""
RUN_IDLE_S = 7200
"""Work that pauses for longer is no longer the same."""
_RUNS_MOST = 200
_MODELS_MOST = 12


class Volume:
    """Dollars of ten minutes, added up as far as they are more than usual (CUSUM over the logarithms of bins with spend)."""

    __slots__ = ("alarm", "bin", "count", "dollars", "mean", "score", "since_bins", "since_dollars", "since_s", "spread", "threshold")

    def __init__(self, threshold: float) -> None:
        """Begin with nothing known."""
        self.threshold = threshold
        self.score = self.mean = 0.0
        self.spread = 0.5
        self.count = 0
        self.bin = -1
        self.dollars = 0.0
        self.since_s = 0.0
        """When it began to be more than usual."""
        self.since_dollars = 0.0
        self.since_bins = 0
        self.alarm = inf
        """Dollars in this bin that make it a spike."""

    def add(self, at_s: float, cost: float) -> None:
        """Count dollars above zero."""
        number = int(at_s // BIN_S)
        if number != self.bin:
            self.close_bin()
            if self.bin >= 0 and (number - self.bin) * BIN_S > _IDLE_S:
                self.score = 0.0
            self.bin = number
            if self.score == 0:
                self.since_s, self.since_dollars, self.since_bins = at_s, 0.0, 0
            self.renew()
        self.dollars += cost

    def renew(self) -> None:
        """Learn what makes these ten minutes a spike."""
        if self.count >= _BINS_LEAST:
            self.alarm = exp(min(700.0, self.mean + (self.threshold + 1 - self.score) * sqrt(self.spread + 0.02)))

    def close_bin(self) -> None:
        """Take what was spent in ten minutes into the score and into what is usual."""
        if self.dollars <= 0:
            return
        logarithm = log(self.dollars)
        width = sqrt(self.spread + 0.02)
        away = (logarithm - self.mean) / width
        if self.count >= _BINS_LEAST:
            self.score = max(0.0, self.score + away - 1)
        if self.score > 0:
            self.since_dollars += self.dollars
            self.since_bins += 1
        self.count += 1
        weight = max(_SLOW, 1 / self.count)
        step = logarithm - self.mean if self.count <= 2 else max(-_CLIP, min(_CLIP, away)) * width
        self.mean += weight * step
        self.spread = (1 - weight) * (self.spread + weight * step * step)
        self.dollars = 0.0

    def standing(self) -> float:
        """Return the score with the ten minutes that are not over yet; 0 while nothing is known."""
        if self.count < _BINS_LEAST or self.dollars <= 0:
            return 0.0
        return self.score + (log(self.dollars) - self.mean) / sqrt(self.spread + 0.02) - 1

    @property
    def factor(self) -> float:
        """How many times the usual ten minutes these are, at the most."""
        return min(1e6, max(self.dollars, self.since_dollars / max(1, self.since_bins)) / self.usual)

    @property
    def usual(self) -> float:
        """Dollars of usual ten minutes of work."""
        return exp(self.mean + min(4.0, self.spread) / 2)


class Price:
    """Dollars of the last twelve requests against the last weeks: against all requests, and each against those of its own model."""

    __slots__ = ("apart", "last", "middle", "middles", "models", "sum", "sum_apart", "threshold", "usual", "width", "width_apart")

    def __init__(self, threshold: float) -> None:
        """Begin with nothing known."""
        self.threshold = threshold
        self.usual = Usual()
        self.apart = Usual()
        """Of each request over the median of its model."""
        self.models: dict[str, Usual] = {}
        self.last: deque[tuple[float, float, float, float]] = deque(maxlen=REQUESTS)
        """Time, dollars, their logarithm, and that over the median of the model."""
        self.sum = self.sum_apart = 0.0
        self.renew()

    def close_day(self, days: int) -> None:
        """Take today into the past, `days` days ago by now."""
        for each in (self.usual, self.apart, *self.models.values()):
            each.close_day(days)
        self.models = {name: usual for name, usual in self.models.items() if usual.total > 0}
        self.renew()

    def renew(self) -> None:
        """Learn what is usual from the days that are over."""
        self.middle = self.width = self.width_apart = 0.0
        self.middles: dict[str, float] = {}
        if self.usual.total >= _REQUESTS_LEAST:
            self.middle = self.usual.quantile(0.5)
            self.width = self.usual.spread(self.middle) + _PRICE_FLOOR
            self.middles = {name: usual.quantile(0.5) for name, usual in self.models.items() if usual.total >= _REQUESTS_LEAST}
        if self.apart.total >= _REQUESTS_LEAST:
            self.width_apart = self.apart.spread(self.apart.quantile(0.5)) + _PRICE_FLOOR

    def add(self, at_s: float, cost: float, model: str) -> bool:
        """Count a request above zero; says whether the last twelve are dear."""
        last = self.last
        if last and at_s - last[-1][0] > _IDLE_S:
            last.clear()
            self.sum = self.sum_apart = 0.0
        logarithm = log(cost)
        middle = self.middles.get(model)
        away = logarithm - self.middle if middle is None else logarithm - middle
        if len(last) == REQUESTS:
            self.sum -= last[0][2]
            self.sum_apart -= last[0][3]
        last.append((at_s, cost, logarithm, away))
        self.sum += logarithm
        self.sum_apart += away
        self.usual.add_log(logarithm)
        of_model = self.models.get(model)
        if of_model is None and len(self.models) < _MODELS_MOST:
            of_model = self.models[model] = Usual()
        if of_model is not None:
            of_model.add_log(logarithm)
        if middle is not None:
            self.apart.add_log(away)
        if not self.width or len(last) < REQUESTS:
            return False
        if self.sum / REQUESTS - self.middle > self.threshold * self.width:
            return True
        return self.width_apart > 0 and self.sum_apart / REQUESTS > self.threshold * self.width_apart

    @property
    def score(self) -> float:
        """How many widths above the median the last twelve are, by whichever comparison says more for a spike."""
        return max(self._away()[:2]) if self.width and len(self.last) == REQUESTS else 0.0

    def looks_dear(self) -> bool:
        """Say whether the last few are dear, where there are no twelve yet."""
        return self.width > 0 and len(self.last) >= _REQUESTS_FEW and max(self._away()[:2]) > self.threshold

    @property
    def factor(self) -> float:
        """How many times the usual request these cost."""
        of_all, apart, away = self._away()
        return exp(min(14.0, max(0.01, self.sum_apart / len(self.last) if apart > of_all else away)))

    def _away(self) -> tuple[float, float, float]:
        """Return widths above all requests, widths above their models' requests, and the logarithm above all."""
        away = self.sum / len(self.last) - self.middle
        return away / self.width, self.sum_apart / len(self.last) / self.width_apart if self.width_apart else 0.0, away


class Run:
    """What was spent without a word from a human; `typed_s` is 0 where none was seen."""

    __slots__ = ("dollars", "last_s", "start_s", "typed_s")

    def __init__(self, dollars: float, start_s: float, last_s: float, typed_s: float) -> None:
        """Begin with these."""
        self.dollars = dollars
        self.start_s = start_s
        self.last_s = last_s
        self.typed_s = typed_s


class Unattended:
    """Dollars since a human last typed: of each session, and together of all sessions of an agent in a folder that nobody types to."""

    __slots__ = ("alarm", "runs", "threshold", "typing", "usual")

    def __init__(self, threshold: float) -> None:
        """Begin with nothing known."""
        self.threshold = threshold
        self.usual = Usual()
        self.runs: dict[tuple[str, str, str], Run] = {}
        self.typing: dict[str, int] = {}
        """Days on which agents were last typed to, as days since 1970: of the others nobody can say."""
        self.renew()

    def renew(self) -> None:
        """Learn what is usual from the days that are over."""
        self.alarm = inf
        if self.usual.total >= _RUNS_LEAST:
            doubt = 1 + _DOUBT / self.usual.total
            self.alarm = self.threshold * doubt * exp(self.usual.quantile(_RUN_SHARE))

    @property
    def most(self) -> float:
        """The most that is usual between two prompts."""
        return self.alarm / self.threshold

    def add(self, at_s: float, cost: float, agent: str, session: str, project: str, *, prompted: bool) -> Run:
        """Count dollars, 0 too, and return what they belong to."""
        runs = self.runs
        key = (agent, session, "" if session else project)  # a session may move to another folder
        if prompted:
            self.typing[agent] = int(at_s // 86_400)
            self._end(key)
            self._end((agent, "", project))
            if len(runs) >= _RUNS_MOST:
                self.sweep(at_s)
            run = runs[key] = Run(0.0, at_s, at_s, at_s)
        else:
            run = runs.get(key) or runs.get((agent, "", project))
            if run is not None and at_s - run.last_s > RUN_IDLE_S:
                self._end(key)
                self._end((agent, "", project))
                run = None
            if run is None:
                run = runs[agent, "", project] = Run(0.0, at_s, at_s, 0.0)
        run.dollars += cost
        run.last_s = at_s
        return run

    def sweep(self, now_s: float) -> None:
        """End what has paused for long; of very many, the oldest too."""
        for key in [key for key, run in self.runs.items() if now_s - run.last_s > RUN_IDLE_S]:
            self._end(key)
        for key in sorted(self.runs, key=lambda key: self.runs[key].last_s)[: -_RUNS_MOST // 2]:
            self._end(key)

    def _end(self, key: tuple[str, str, str]) -> None:
        run = self.runs.pop(key, None)
        if run is not None and run.dollars > 0:
            self.usual.add(min(run.dollars, self.alarm))  # one night must not make the next one usual
