"""Every kind of gateway there is, the ones that are told apart most surely first."""

from tankful.gateways import (
    bifrost,
    claude_gateway,
    claude_quota,
    codex_quota,
    copilot_quota,
    generic,
    litellm,
    mlflow,
    new_api,
    openrouter,
    vercel,
)
from tankful.gateways.gateway import Gateway

GATEWAYS: tuple[Gateway, ...] = (
    litellm.GATEWAY,
    claude_gateway.GATEWAY,
    mlflow.GATEWAY,
    bifrost.GATEWAY,
    new_api.GATEWAY,
    openrouter.GATEWAY,
    vercel.GATEWAY,
    claude_quota.GATEWAY,
    codex_quota.GATEWAY,
    copilot_quota.GATEWAY,
    generic.GATEWAY,
)
