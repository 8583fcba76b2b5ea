"""Numbers that responses are met again under are the same on every machine."""

from tankful.sources.identity import key_of


def test_the_same_words_always_give_the_same_number_and_borders_between_them_count() -> None:
    assert key_of("claude", "msg-1", "req-1") == 6192285024479280190
    assert len({key_of("a", "bc"), key_of("ab", "c"), key_of("abc")}) == 3


def test_half_a_character_is_as_good_as_any() -> None:
    assert key_of("\ud800") != key_of("\ud801")
    assert 0 <= key_of("\ud800") < 2**63
