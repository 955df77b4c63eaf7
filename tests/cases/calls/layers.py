"""Layers: how they are published, and which a function takes."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import OBSERVED, REFERENCE, SNAPSHOTS, VALIDATION, of_function
from tests.cases.calls.functions import FUNCTION, zipped

NEW: dict[str, Any] = {"LayerName": "new", "Content": {"ZipFile": zipped("python/a.py")}}
PUBLISH = REFERENCE + "PublishLayerVersion"

LAYERS = (
    *(
        of_function(
            "CreateFunction", id, fact, FUNCTION | {"Layers": arns}, words, SNAPSHOTS, OBSERVED, **more
        )
        for id, fact, arns, words, more in (
            (
                "layer-twice",
                "A function has one version of a layer.",
                ["{layer.1}", "{layer.2}"],
                "Two different versions of the same layer are not allowed to be referenced in the same "
                "function. {layer.1} and {layer.2} are versions of the same layer.",
                {},
            ),
            (
                "layer-of-another-region",
                "It is of its region.",
                ["arn:aws:lambda:us-east-1:123456789012:layer:a:1"],
                "Layers are expected to be in region eu-west-2.",
                {},
            ),
            (
                "layer-that-is-not-there",
                "It exists.",
                ["{layer.1}0"],
                "Layer version {layer.1}0 does not exist.",
                {"by_moto": True},
            ),
        )
    ),
    *(
        of_function("PublishLayerVersion", id, fact, NEW | changed, words, PUBLISH, code=VALIDATION)
        for id, fact, changed, words in (
            ("layer-with-a-space", "A name has none.", {"LayerName": "a b"}, "at 'layerName'"),
            (
                "layer-with-a-story",
                "A description has 256 characters.",
                {"Description": "a" * 257},
                "description",
            ),
            (
                "layer-of-a-snake",
                "Its runtimes exist.",
                {"CompatibleRuntimes": ["snake"]},
                "compatibleRuntimes",
            ),
            ("layer-of-mips", "Its architectures do.", {"CompatibleArchitectures": ["mips"]}, "[mips]"),
        )
    ),
    of_function(
        "PublishLayerVersion",
        "layer-of-text",
        "It is a zip.",
        NEW | {"Content": {"ZipFile": b"text"}},
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        SNAPSHOTS,
        OBSERVED,
    ),
)
