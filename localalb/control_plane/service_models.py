"""What botocore's files say of services and endpoints: read once for the process, and without the prose.

Each session of boto3 and each service of moto would have a loader, and each loader the files again: those of
EC2 and of all endpoints are 22 MB, and moto reads them three times before it has answered anybody. Python's
dictionaries keep their order, so botocore's ordered ones, of twice the size, are none the better.

This module has to be imported before moto's models are: see this folder's `__init__.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import IO, Any

import botocore.session
from botocore.loaders import JSONFileLoader
from moto.core import utils
from moto.core.loaders import Loader, create_loader


class Files(JSONFileLoader):
    def _load_file(self, full_path: str, open_method: Callable[[str, str], IO[bytes]]) -> Any:
        if not os.path.isfile(full_path):
            return None
        with open_method(full_path, "rb") as file:
            return json.loads(file.read(), object_hook=_without_prose)


def _without_prose(found: dict[str, Any]) -> dict[str, Any]:
    if isinstance(found.get("documentation"), str):  # a shape may have a member of this name
        found["documentation"] = ""
    return found


Loader.FILE_LOADER_CLASS = Files
_LOADER = create_loader()


def the_loader(search_path_string: str | None = None) -> Loader:
    """moto's: it adds to the models of EC2, S3 and SQS what moto answers with, which clients never meet."""
    return _LOADER


utils.create_loader = the_loader  # type: ignore[attr-defined]
botocore.session.create_loader = the_loader
