"""What is said of feeds that cannot be read."""

from dataclasses import replace

from linked import LINKED, RAN_OUT
from pictured import FEEDS, WATCH
from tankful.core.health import Condition, FeedHealth
from tankful.present.failures import failures

WORK, PLAN = LINKED.link.name, RAN_OUT.link.name
LOCKED = ("The keyring is locked", "Open it.")


def locked(feed: str) -> FeedHealth:
    return FeedHealth(feed, Condition.FAILING, None, *LOCKED)


def test_what_is_well_is_not_mentioned_and_an_only_account_needs_no_name() -> None:
    assert failures(replace(WATCH, accounts=(LINKED,), feeds=(*FEEDS, locked(WORK)))) == (LOCKED,)


def test_of_several_accounts_the_one_that_fails_is_named() -> None:
    assert failures(replace(WATCH, accounts=(LINKED, RAN_OUT), feeds=(locked(WORK),))) == ((LOCKED[0], f"{WORK}: Open it."),)


def test_those_that_fail_alike_are_named_in_one_breath() -> None:
    feeds = (locked(WORK), FeedHealth("codex", Condition.FAILING), locked(PLAN), locked("third"))
    assert failures(replace(WATCH, accounts=(LINKED, RAN_OUT), feeds=feeds)) == (
        (LOCKED[0], f"{WORK}, {PLAN} and third: Open it."),
        ("codex cannot be read", ""),
    )


def test_what_has_no_hint_leaves_the_names() -> None:
    feeds = tuple(FeedHealth(name, Condition.FAILING, None, "No network") for name in (WORK, PLAN))
    assert failures(replace(WATCH, accounts=(LINKED, RAN_OUT), feeds=feeds)) == (("No network", f"{WORK} and {PLAN}"),)
