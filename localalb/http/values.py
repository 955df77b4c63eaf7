"""`dataclass` and `cached_property` for values that are made for each request: the same, and cheaper.

Only mypy sees that nobody changes a frozen one. Guarded at run time, each field costs as much as four that
are not, whenever a value is made. And no lock is taken where something is computed at first (nor is it by
Python itself, from 3.12 on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from functools import cached_property as cached_property
else:
    import dataclasses

    def dataclass(*, frozen, slots=False):
        return dataclasses.dataclass(unsafe_hash=frozen, slots=slots)

    class cached_property:
        def __init__(self, make):
            self._make = make
            self.__doc__ = make.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            made = instance.__dict__[self._name] = self._make(instance)
            return made
