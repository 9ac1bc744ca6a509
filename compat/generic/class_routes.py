"""``as_route``: a route to a consumer class, with attributes of its own."""

from __future__ import annotations

from typing import Any

from ..routing import RouteClass


def as_route(cls: type[Any], /, attrs: dict[str, Any] | None = None, **kwargs: Any) -> RouteClass:
    """Return a route to a consumer class of Channels 1 or 4.

    Args:
        cls: The consumer class.
        attrs: Class attributes for the route: it leads to a subclass that has them.
        **kwargs: The route's filters, as for `RouteClass`.

    Raises:
        AssertionError: ``attrs`` is no dict.

    Source: Channels 1.1.8.
    """
    if attrs and not isinstance(attrs, dict):
        raise AssertionError("attrs must be a dict")
    if attrs:
        cls = type(cls.__name__, (cls,), {"__module__": cls.__module__, **attrs})
    return RouteClass(cls, **kwargs)
