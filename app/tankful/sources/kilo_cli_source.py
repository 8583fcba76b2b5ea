"""What Kilo CLI is called, where its records are, and who reads them: it is made from OpenCode and keeps the same tables."""

from functools import partial

from tankful.sources import opencode_places as places
from tankful.sources.opencode_source import parser
from tankful.sources.source import AgentSource, Exactness

SOURCE = AgentSource(
    id=places.KILO.id,
    title="Kilo CLI",
    roots=partial(places.roots, places.KILO),
    logs=places.logs,
    parser=parser,
    route=partial(places.route, places.KILO),
    addresses=partial(places.addresses, places.KILO),
    hint="Use Kilo CLI once, or name the folder that holds its `kilo.db`.",
    suffixes=(".db", ".json"),
    exactness=Exactness.RECORDED,
    where="`~/.local/share/kilo` (`KILO_DATA_DIR`, `XDG_DATA_HOME`, `KILO_DB`)",
    note="Tokens and cost of every response; where Kilo knew no price, the price table's.",
    tested="our own data in its shape",
    rest_s=2,
)
