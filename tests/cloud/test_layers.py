"""Layers: those of one's own are there as in /opt, another account's is refused at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.sites import RUNTIME, Sites, payload
from tests.zips import Files, zipped

# What each module found says of itself, where it stands on the path, and a program of a layer.
CODE = """
import os, subprocess, sys
def handler(event, context):
    import both, dateutil, inner, layered, own
    tool = subprocess.run(["tool"], capture_output=True, text=True).stdout
    layers = [entry for entry in sys.path if "/layers/" in entry]
    return {
        "own": own.WHO, "layered": layered.WHO, "both": both.WHO, "inner": inner.WHO, "tool": tool,
        "dateutil": dateutil.WHO,
        "path": [entry.partition("/python")[2] for entry in layers], "first": sys.path[1:3] == layers,
    }
"""
SITE = f"python/lib/{RUNTIME}/site-packages"
FIRST: Files = {
    "python/own.py": "WHO = 'first'\n",
    "python/layered.py": "WHO = 'first'\n",
    "python/both.py": "WHO = 'first'\n",
    f"{SITE}/inner.py": "WHO = 'site-packages'\n",
    "python/inner.py": "WHO = 'python'\n",
}
SECOND: Files = {
    "python/both.py": "WHO = 'second'\n",
    "python/dateutil.py": "WHO = 'second'\n",
    "bin/tool": "#!/bin/sh\nprintf second\n",
}
PUBLIC = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:18"


@pytest.fixture(scope="module")
def layers(cloud: Sites) -> list[str]:
    """The ARNs of the two, in order."""
    made = []
    for name, files in (("first", FIRST), ("second", SECOND)):
        content = {"ZipFile": zipped(files, {"bin/tool": 0o100755})}
        made.append(cloud.functions.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"])
    return made


@pytest.fixture
def function(cloud: Sites) -> Iterator[str]:
    name = cloud.name("layers")
    cloud.function({"app.py": CODE, "own.py": "WHO = 'package'\n"}, name=name)
    yield name
    cloud.functions.delete_function(FunctionName=name)


def test_a_functions_layers_are_merged_in_order(cloud: Sites, function: str, layers: list[str]) -> None:
    """Developer guide, "Adding layers to functions": a later layer's file replaces an earlier one's. Observed
    of sys.path: the package, site-packages of the layers, their python/, then the runtime's own."""
    missing = payload(cloud.functions.invoke(FunctionName=function))
    assert missing["errorMessage"] == "No module named 'both'"
    cloud.functions.update_function_configuration(FunctionName=function, Layers=layers)
    assert payload(cloud.functions.invoke(FunctionName=function)) == {
        "own": "package",
        "layered": "first",
        "both": "second",
        "inner": "site-packages",
        "tool": "second",
        "dateutil": "second",
        "path": [f"/lib/{RUNTIME}/site-packages", ""],
        "first": True,
    }
    cloud.functions.update_function_configuration(FunctionName=function, Layers=layers[::-1])
    assert payload(cloud.functions.invoke(FunctionName=function))["both"] == "first"


def test_a_published_version_keeps_its_layers(cloud: Sites, function: str, layers: list[str]) -> None:
    """API, DeleteLayerVersion: a function that has it keeps a copy."""
    cloud.functions.update_function_configuration(FunctionName=function, Layers=layers)
    cloud.functions.publish_version(FunctionName=function)
    cloud.functions.update_function_configuration(FunctionName=function, Layers=layers[:1])
    cloud.functions.delete_layer_version(LayerName="second", VersionNumber=int(layers[1].rpartition(":")[2]))
    kept = cloud.functions.invoke(FunctionName=function, Qualifier="1")
    assert payload(kept)["both"] == "second"


COMBINED = "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. "


def test_the_limit_is_of_code_and_layers_together(cloud: Sites) -> None:
    """Lambda guide, "Lambda quotas": 250 MB unzipped. What is refused changes nothing."""
    functions, large = cloud.functions, zipped({"large": bytes(100 * 1024 * 1024)})
    layers = [
        functions.publish_layer_version(LayerName=cloud.name("large"), Content={"ZipFile": large})
        for _ in range(3)
    ]
    arns = [layer["LayerVersionArn"] for layer in layers]
    name = cloud.name("large")
    new = {"FunctionName": name, "Runtime": RUNTIME, "Role": cloud.role, "Handler": "app.handler"}
    with pytest.raises(ClientError, match=COMBINED + "The actual size is 314572800 bytes."):
        functions.create_function(**new, Code={"ZipFile": large}, Layers=arns[:2])
    functions.create_function(**new, Code={"ZipFile": large}, Layers=arns[:1])
    for given, words in ((arns[:2], COMBINED), (arns, "Layers consume more than the available size of")):
        with pytest.raises(ClientError, match=words):
            functions.update_function_configuration(FunctionName=name, Description="changed", Layers=given)
        found = functions.get_function_configuration(FunctionName=name)
        assert (found["Description"], [layer["Arn"] for layer in found["Layers"]]) == ("", arns[:1])
    small = functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": CODE}))
    functions.update_function_configuration(FunctionName=name, Description="kept", Layers=arns[:2])
    with pytest.raises(ClientError, match=COMBINED):
        functions.update_function_code(FunctionName=name, ZipFile=large)
    assert functions.get_function_configuration(FunctionName=name)["CodeSha256"] == small["CodeSha256"]


def test_another_accounts_layer_is_refused(cloud: Sites, function: str) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.functions.update_function_configuration(FunctionName=function, Layers=[PUBLIC])
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"].startswith(f"the layer {PUBLIC} is another account's")
    with pytest.raises(ClientError, match="publish it here"):
        cloud.functions.create_function(
            FunctionName=cloud.name("layers"),
            Runtime=RUNTIME,
            Role=cloud.role,
            Handler="app.handler",
            Code={"ZipFile": zipped({"app.py": CODE})},
            Layers=[PUBLIC],
        )
