"""Says by one word whether prices are those of last time, without understanding the price table."""

from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

from tankful.core.own_models import PriceOverride
from tankful.pricing.names import READ_SINCE, plain
from tankful.pricing.surcharges import DATED


def revision(table: Path, overrides: Mapping[str, PriceOverride], aliases: Mapping[str, str]) -> str:
    """Return what changes whenever an event may cost something else: with the table's file, the user's prices and aliases.

    So it does with the way in which names are read. The same prices written differently are the same. A table that cannot be read
    is like an empty one: whoever then loads it says what is wrong. Checksums are enough, and quicker to have than digests: nobody
    makes one table look like another.
    """
    words = [DATED.isoformat(), str(READ_SINCE)]
    for model, price in sorted({plain(model): price for model, price in overrides.items()}.items()):
        words += [model, *("" if number is None else format(number.normalize(), "f") for number in price.numbers())]
    words.append("aliases")
    for name, model in sorted({plain(name): plain(model) for name, model in aliases.items()}.items()):
        words += [name, model]
    try:
        content = table.read_bytes()
    except OSError:
        content = b""
    return f"{crc32(content):08x}{crc32(chr(31).join(words).encode('utf-8', 'surrogatepass')):08x}"
