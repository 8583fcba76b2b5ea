"""Knows what Google's counts of tokens mean, and how agents that carry the same names fill them.

Rule: google-gemini/gemini-cli records `promptTokenCount` with the cached tokens in it, tool prompts and thoughts beside it;
QwenLM/qwen-code fills the same names from OpenAI's usage, where thoughts are a part of the output. The total tells which.
"""

from tankful.core.making import made
from tankful.core.usage import TokenUsage


def usage_of(prompt: int, output: int, cached: int = 0, thoughts: int = 0, tool: int = 0, total: int = 0) -> TokenUsage:
    """Return the counts, of which none is negative, in our buckets.

    Args:
        prompt: with the cached tokens, unless the total is larger by just them.
        output: without the thoughts, unless the total holds no room for them.
        cached: read from the cache.
        thoughts: what the model thought, billed as output.
        tool: what tools added to the prompt.
        total: 0 where it is not given.
    """
    if not prompt and not output and not cached and not thoughts and not tool:
        return TokenUsage(output=total)
    is_inside = bool(thoughts) and total == prompt + output + tool
    is_beside = cached > prompt or (bool(cached) and total == prompt + output + thoughts + tool + cached)
    if not is_inside:
        output += thoughts
    elif thoughts > output:
        output = thoughts
    return made(TokenUsage, ((prompt if is_beside else prompt - cached) + tool, output, cached, 0, 0, thoughts))
