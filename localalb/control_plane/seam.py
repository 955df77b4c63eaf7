"""How localalb changes moto: a method of a class of moto's, or a function, and what stands in its place.

A seam replaces a method that moto has; an addition is one that moto lacks. Each topic has a module that lists
its own, and `moto_seams` puts them all in place.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

Seam = tuple[type | ModuleType, str]
"""A class of moto's and the name of a method, or a module and that of a function."""

Replacement = tuple[type | ModuleType, str, Callable[..., Any] | property]
"""A seam and what takes its place."""
