"""The parts of Amp's threads that say what was used."""

import msgspec


class Usage(msgspec.Struct, rename="camel"):
    """What a message says of the response that it is."""

    model: object = None
    timestamp: object = None
    input_tokens: object = None
    output_tokens: object = None
    cache_creation_input_tokens: object = None
    cache_read_input_tokens: object = None


class Meta(msgspec.Struct):
    """What Amp notes of a human's message."""

    sent: object = msgspec.field(default=None, name="sentAt")


class Message(msgspec.Struct):
    """A message of either side."""

    role: object = None
    id: object = msgspec.field(default=None, name="messageId")
    usage: Usage | None = None
    meta: Meta | None = None
    content: msgspec.Raw = msgspec.Raw(b"")


class Counts(msgspec.Struct):
    """What the ledger says of a response."""

    input: object = None
    output: object = None
    written: object = msgspec.field(default=None, name="cacheCreationInputTokens")
    read: object = msgspec.field(default=None, name="cacheReadInputTokens")


class Entry(msgspec.Struct):
    """A line of the thread's ledger."""

    id: object = None
    timestamp: object = None
    model: object = None
    tokens: Counts | None = None
    message: object = msgspec.field(default=None, name="toMessageId")


class Ledger(msgspec.Struct):
    """What the thread used."""

    events: list[msgspec.Raw] = []


class Tree(msgspec.Struct):
    """A folder that the thread works in."""

    uri: object = None


class Initial(msgspec.Struct):
    """What was there when the thread began."""

    trees: list[Tree] = []


class Surroundings(msgspec.Struct):
    """Where the thread works."""

    initial: Initial | None = None


class _Head(msgspec.Struct):
    id: object = None
    created: object = None
    env: msgspec.Raw = msgspec.Raw(b"")


class Thread(_Head):
    """A whole thread; what it holds much of is taken apart piece by piece, so that a wrong one costs no more than itself."""

    messages: list[msgspec.Raw] = []
    ledger: Ledger | None = msgspec.field(default=None, name="usageLedger")


class SoundLedger(msgspec.Struct):
    """What the thread used, with nothing wrong in it."""

    events: list[Entry] = []


class SoundThread(_Head):
    """A whole thread in which everything has the shape that it should have."""

    messages: list[Message] = []
    ledger: SoundLedger | None = msgspec.field(default=None, name="usageLedger")


decode_sound = msgspec.json.Decoder(SoundThread).decode
