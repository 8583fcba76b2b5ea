"""Every kind of gateway there is, the ones that are told apart most surely first."""

from tankful.gateways.gateway import Gateway

GATEWAYS: tuple[Gateway, ...] = ()
