"""Writes resources/prices.json from the PyPI package genai-prices, or says with --check whether it is up to date."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from genai_prices import types
from genai_prices.data import providers

from tankful.pricing.names import plain, trims
from tankful.pricing.table import SCHEMA

TARGET = Path(__file__).parent.parent / "resources" / "prices.json"

RULES = (
    "Prices are dollars per million tokens; search and request are dollars per thousand.",
    "A band holds for the whole request when its prompt (input, cache reads and cache writes) has more than `over` tokens.",
    "A Claude model without cache prices has Anthropic's documented ones: writes 1.25 x input, for one hour 2 x, reads 0.1 x.",
    "Where any other cache price is absent: cached tokens cost what input costs.",
    "A tier's oldest price reaches back to the start of the standard price it was first listed beside; earlier that one holds.",
    "`bare` marks the provider that is meant where a log names a model without a provider.",
    "A model with a `note` has the prices of others, in their standard tier alone: those that its vendor says answer under its name.",
)

PRICE_KEYS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning",
    "web_searches_kcount": "search",
    "requests_kcount": "request",
}
"""What a log of a text request can say; prices of audio, images and documents are left out."""

NAMES = {
    "aws": ("bedrock", "amazon", "amazon-bedrock", "bedrock_converse", "bedrock-converse", "bedrock_mantle"),
    "azure": ("azure_ai", "azure-openai", "azure-cognitive-services", "azure-foundry", "microsoft-foundry"),
    "cloudflare": ("cloudflare-workers-ai", "workers-ai"),
    "fireworks": ("fireworks-ai", "fireworks_ai"),
    "github-copilot": ("copilot", "github", "github_copilot", "github-copilot-enterprise"),
    "google": ("gemini", "vertex", "vertex_ai", "vertex-ai", "google-vertex", "google-vertex-anthropic", "google-ai-studio"),
    "minimax": ("minimax-coding-plan",),
    "moonshotai": ("moonshot", "moonshot-ai", "kimi", "kimi-for-coding"),
    "together": ("together-ai", "together_ai", "togetherai"),
    "x-ai": ("xai",),
    "zai": ("z-ai", "z.ai", "zai-coding-plan"),
    "zhipuai": ("zhipu", "bigmodel", "zhipuai-coding-plan"),
}
"""How agents and gateways write the providers, beside the table's own ids."""

ALSO_BARE = {
    "openai": r"^(chatgpt-|codex-|computer-use|ft:|text-|ada|babbage|curie|davinci)",
    "zai": r"^glm-",
    "perplexity": r"^sonar",
}
"""Vendors' own models that the source does not recognise by name alone."""

NEVER_BARE = {"openai": r"^gpt-oss", "cerebras": r""}
"""Names under which anybody may serve the model: without a provider they say nothing about its price."""

STAND_INS: dict[tuple[str, str], tuple[tuple[str, date | None], ...]] = {
    ("openai", "codex-auto-review"): (("gpt-5.4", None), ("gpt-5.6-luna", date(2026, 7, 30))),
}
"""Names under which other models of the same vendor answer, and those with the day from which each does. Of Codex's reviewer of approvals:
OpenAI's alignment.openai.com/auto-review of 30 April 2026 and its announcement of 30 July 2026 (ccusage/ccusage#1589); reviews are
billed by their tokens (OpenAI's credit rate card). Nothing in a log says which model it was (openai/codex#20981)."""

NOTES = {
    ("openai", "codex-auto-review"): "Codex's reviewer of approvals. OpenAI says that it is GPT-5.4, and GPT-5.6 Luna since"
    " 30 July 2026; no log says which.",
}

FREE = re.compile(r"included in the subscription|free of charge", re.IGNORECASE)


def decimal_text(value: Decimal) -> str:
    """Return the shortest plain notation of exactly this value."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def literals(clause: object) -> Iterator[str]:
    """Yield the names that a match clause spells out; what has no plain spelling is left out."""
    match clause:
        case types.ClauseEquals(equals=text):
            yield text
        case types.ClauseStartsWith(starts_with=text) | types.ClauseContains(contains=text) | types.ClauseEndsWith(ends_with=text):
            yield re.sub(r"-20\d{2}$", "", text.strip("-/@."))
        case types.ClauseRegex(regex=pattern):
            yield from regex_literals(pattern)
        case types.ClauseOr(or_=clauses) | types.ClauseAnd(and_=clauses):
            for part in clauses:
                yield from literals(part)
        case _:
            raise TypeError(f"unknown clause {clause!r}")


def regex_literals(pattern: str) -> Iterator[str]:
    """Yield what an anchored pattern spells out beside a date, which look-ups take off a name themselves."""
    text = re.sub(r"\[-@\]|-(?=\\d\{4\})|-(?=\\d\{8\})|-(?=\\d$)", "", pattern.removeprefix("^").removesuffix("$"))
    text = re.sub(r"\\d(?:\{\d\})?(?:-\\d\{2\})*|\(-\)\?|\([a-z-]+/\)\?", "", text)
    text = re.sub(r"\\([.\[\]])", r"\1", text)
    if not re.search(r"[\\(){}?*+^$|]", text):
        yield text


def spellings(model_id: str) -> Iterator[str]:
    """Yield the other notations of a Claude name: version with dots or dashes, before or after the family."""
    parts = re.fullmatch(r"claude-(fable|haiku|mythos|opus|sonnet)-(\d+)(?:-(\d+))?", model_id)
    if parts:
        family, major, minor = parts.groups()
        for number in {f"{major}.{minor}", f"{major}-{minor}"} if minor else {major}:
            yield from (f"claude-{family}-{number}", f"claude-{number}-{family}")


def aliases(provider: types.Provider) -> dict[str, list[str]]:
    """Return every model's further names at this provider, each belonging to one model only.

    A name that the source spells out goes to the model that the source itself would find for it; a derived name
    (without its date, dots for dashes) only where nobody else has it.
    """
    ids = {plain(model.id) for model in provider.models}
    kept = {model.id: set(spelled_out(provider, model)) - ids for model in provider.models}
    taken = ids.union(*kept.values())
    derived: dict[str, set[str]] = {}
    for model_id, names in kept.items():
        for form in shortened({plain(model_id), *names}, with_spellings=provider.id == "anthropic"):
            if form not in taken:
                derived.setdefault(form, set()).add(model_id)
    for form, wanted in derived.items():
        if len(wanted) == 1:
            kept[next(iter(wanted))].add(form)
    return {model_id: sorted(names) for model_id, names in kept.items()}


def spelled_out(provider: types.Provider, model: types.ModelInfo) -> Iterator[str]:
    """Yield the names in a model's match clauses under which the source itself finds this model."""
    for name in map(plain, literals(model.match)):
        found = provider.find_model(name) if name else None
        if found is not None and found.id == model.id:
            yield name


def shortened(names: Iterable[str], *, with_spellings: bool) -> Iterator[str]:
    """Yield what else may be written for these names without meaning another model."""
    for name in names:
        yield from trims(name)[1:]
        if with_spellings:
            yield from spellings(name)


def band(prices: Mapping[str, Decimal | types.TieredPrices], over: int, *, is_claude: bool) -> dict[str, Any]:
    """Return the prices of a request over this many tokens."""
    found: dict[str, Decimal] = {}
    for key, name in PRICE_KEYS.items():
        price = prices.get(key)
        if isinstance(price, types.TieredPrices):
            price = next((tier.price for tier in reversed(price.tiers) if over >= tier.start > 0), price.base)
        if price is not None:
            found[name] = price
    entry = found.setdefault("input", Decimal(0))
    found.setdefault("output", Decimal(0))
    if is_claude:
        found.setdefault("cache_read", entry * Decimal("0.1"))
        found.setdefault("cache_write", entry * Decimal("1.25"))
        found.setdefault("cache_write_1h", entry * 2)
    order = list(PRICE_KEYS.values())
    texts = {name: decimal_text(found[name]) for name in sorted(found, key=order.index)}
    return {"over": over, **texts} if over else dict(texts)


def bands(price: types.ModelPrice, *, is_claude: bool) -> list[dict[str, Any]]:
    """Return the price bands, shortest prompts first."""
    prices = {key: value for key, value in vars(price).items() if value is not None}
    if unknown := [key for key in prices if key.startswith("cache_write") and key not in PRICE_KEYS]:
        raise ValueError(f"a cache price this script does not know: {unknown}")
    tiered = [value for key, value in prices.items() if key in PRICE_KEYS and isinstance(value, types.TieredPrices)]
    starts = sorted({0} | {tier.start for value in tiered for tier in value.tiers})
    return [band(prices, over, is_claude=is_claude) for over in starts]


def conditions(model: types.ModelInfo) -> list[types.ConditionalPrice]:
    """Return the standard prices in the order in which later ones win."""
    return model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]


def stages(model: types.ModelInfo, *, is_claude: bool) -> list[dict[str, Any]]:
    """Return the standard prices over time."""
    rows: list[dict[str, Any]] = []
    for condition in conditions(model):
        row: dict[str, Any] = {"bands": bands(condition.prices, is_claude=is_claude)}
        match condition.constraint:
            case types.StartDateConstraint(start_date=day) if rows:
                row = {"from": day.isoformat(), **row}
            case types.TimeOfDateConstraint(start_time=start, end_time=end) if rows:
                row = {"daily": [clock(start), clock(end)], **row}
            case None:
                pass
            case other:
                raise ValueError(f"a condition this script does not know: {model.id} {other}")
        rows.append(row)
    return rows


def clock(moment: time) -> str:
    """Return a UTC time of day."""
    if moment.tzinfo not in (None, UTC):
        raise ValueError(f"not a UTC time: {moment}")
    return moment.replace(tzinfo=None).isoformat()


def tiers(model: types.ModelInfo, *, is_claude: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the prices over time of every tier that differs from the standard one."""
    found: dict[str, list[dict[str, Any]]] = {}
    for variant in model.price_variants or []:
        (kind, name), *more = variant.when.items()
        if not more and kind in ("processing", "service_tier", "speed") and any(vars(variant.prices).values()):
            found[name] = [
                {**({} if day == date.min else {"from": day.isoformat()}), "bands": bands(price, is_claude=is_claude)}
                for day, price in tier_prices(model, {kind: name})
            ]
    if found and any(isinstance(c.constraint, types.TimeOfDateConstraint) for c in conditions(model)):
        raise ValueError(f"tiers beside hours of the day: {model.id}")
    return dict(sorted(found.items()))


def tier_prices(model: types.ModelInfo, context: dict[str, str]) -> Iterator[tuple[date, types.ModelPrice]]:
    """Yield a tier's prices and the days from which they hold; `date.min` stands for always."""
    standard = [c.constraint.start_date for c in conditions(model) if isinstance(c.constraint, types.StartDateConstraint)]
    constraints = [variant.constraint for variant in model.price_variants or [] if variant.when == context]
    listed = [constraint.start_date if isinstance(constraint, types.StartDateConstraint) else date.min for constraint in constraints]
    first = min(listed)
    yield max((day for day in standard if day <= first), default=date.min), price_at(model, first, context)
    for day in sorted({*standard, *listed}):
        if day > first:
            yield day, price_at(model, day, context)


def price_at(model: types.ModelInfo, day: date, context: dict[str, str]) -> types.ModelPrice:
    """Return the prices of a tier at the beginning of a day, standard ones where the tier says nothing."""
    return model.get_prices(datetime.combine(day, time(), UTC), context)


def stand_in_stages(provider: types.Provider, parts: Iterable[tuple[str, date | None]]) -> list[dict[str, Any]]:
    """Return the standard prices of several models one after the other, each from the day on which it begins to answer."""
    models = {model.id: model for model in provider.models}
    found: list[dict[str, Any]] = []
    for model_id, begins in parts:
        listed = stages(models[model_id], is_claude=False)
        if any("daily" in stage for stage in listed):
            raise ValueError(f"hours of the day in {model_id}")
        if begins is None:
            found += listed
            continue
        found = [stage for stage in found if stage.get("from", "") < begins.isoformat()]
        before = [stage for stage in listed if stage.get("from", "") <= begins.isoformat()]
        found.append({"from": begins.isoformat(), "bands": before[-1]["bands"]})
        found += [stage for stage in listed if stage.get("from", "") > begins.isoformat()]
    return found


def stand_ins(provider: types.Provider) -> Iterator[dict[str, Any]]:
    """Yield the rows of the names under which other models of this provider answer."""
    for (vendor, name), parts in STAND_INS.items():
        if vendor == provider.id:
            row = {"id": name, "provider": vendor, "bare": True, "note": NOTES[vendor, name]}
            yield {**row, "stages": stand_in_stages(provider, parts)}


def is_priced(model: types.ModelInfo) -> bool:
    """Say whether tokens have a price; no price at all is free of charge only where the source says so."""
    keys = {key for condition in conditions(model) for key, value in vars(condition.prices).items() if value is not None}
    return "input_mtok" in keys or (not keys and (model.id.endswith(":free") or bool(FREE.search(model.price_comments or ""))))


def is_bare(provider: types.Provider, model: types.ModelInfo) -> bool:
    """Say whether this name alone means this provider."""
    name = plain(model.id)
    if provider.id in NEVER_BARE and re.search(NEVER_BARE[provider.id], name):
        return False
    own = provider.model_match is not None and provider.model_match.is_match(model.id)
    return own or (provider.id in ALSO_BARE and bool(re.search(ALSO_BARE[provider.id], name)))


def rows() -> list[dict[str, Any]]:
    """Return all models, by provider and id; of two vendors that own a name the first in the alphabet has it."""
    found: list[dict[str, Any]] = []
    taken: dict[str, str] = {}
    for provider in sorted(providers, key=lambda provider: provider.id):
        names = aliases(provider)
        for model in sorted(filter(is_priced, provider.models), key=lambda model: model.id):
            is_claude = "claude" in plain(model.id)
            row: dict[str, Any] = {"id": model.id, "provider": provider.id}
            own = {plain(model.id), *names[model.id]}
            if is_bare(provider, model) and not own & taken.keys():
                row["bare"] = True
                taken |= dict.fromkeys(own, provider.id)
            if names[model.id]:
                row["aliases"] = names[model.id]
            row["stages"] = stages(model, is_claude=is_claude)
            if variants := tiers(model, is_claude=is_claude):
                row["tiers"] = variants
            found.append(row)
        found += stand_ins(provider)
    return found


def known_names() -> dict[str, str]:
    """Return the provider of every name that a log may give one."""
    names = {plain(provider.id): provider.id for provider in providers}
    names |= {name: provider for provider, also in NAMES.items() for name in also}
    return dict(sorted(names.items()))


def text(generated: str, models: Iterable[dict[str, Any]]) -> str:
    """Return the file: one model a line, so that a price change is a one-line difference."""

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    head = {"schema": SCHEMA, "generated": generated, "source": f"genai-prices {version('genai-prices')}", "rules": RULES}
    lines = [f'"{key}":{line(value)},' for key, value in head.items()]
    return "\n".join(["{", *lines, f'"names":{line(known_names())},', '"models":[', ",\n".join(map(line, models)), "]", "}", ""])


def main(arguments: list[str]) -> int:
    """Write the table or check it; the date changes only when anything else does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is not up to date")
    is_check: bool = parser.parse_args(arguments).check
    old = TARGET.read_text("utf-8") if TARGET.exists() else ""
    models = rows()
    dated = re.search(r'^"generated":"([^"]*)"', old, re.MULTILINE)
    if dated and text(dated[1], models) == old:
        print(f"{TARGET.name} is up to date: {len(models)} models of {dated[1]}")
        return 0
    if is_check:
        print(f"{TARGET.name} is out of date: run packaging/build_prices.py", file=sys.stderr)
        return 1
    TARGET.write_text(text(datetime.now(UTC).date().isoformat(), models), "utf-8", newline="\n")
    print(f"{TARGET.name} written: {len(models)} models")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
