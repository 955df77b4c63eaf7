"""What surrounds a function: where its cloud lives, and the variables of its environment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localalb.runtime.function import Function

# Where a function finds the public key of x-amzn-oidc-data, which on AWS is at
# https://public-keys.auth.elb.<region>.amazonaws.com/<kid>: no such name leads here.
PUBLIC_KEYS = "LOCALALB_PUBLIC_KEYS"


@dataclass(frozen=True, slots=True)
class Place:
    """What the environments of one cloud share: where they live and whom they may call, with which access
    key. `workers` are the process ids of their workers. Processes are started one at a time, under
    `starting`."""

    directory: Path
    sdk: Path
    endpoint_url: str
    key: str = ""
    workers: set[int] = field(default_factory=set, compare=False)
    starting: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)


def variables(
    function: Function,
    place: Place,
    task_root: Path,
    log_stream: str,
    tmp: Path,
    opt: Path | None = None,
    front: Sequence[Path] = (),
) -> dict[str, str]:
    """The worker's environment: Lambda's own variables, then the function's; nothing of the caller's
    (developer guide, "Defined runtime environment variables"). `opt` is where its layers are, if it has any:
    this machine's own /opt is none of its. `front` goes before everything it imports."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin" + (f":{opt}/bin" if opt else ""),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": str(tmp),
        "LD_LIBRARY_PATH": f"{task_root}:{task_root}/lib" + (f":{opt}/lib" if opt else ""),
        "PYTHONUTF8": "1",
        "AWS_ENDPOINT_URL": place.endpoint_url,
        PUBLIC_KEYS: f"{place.endpoint_url}/_localalb/public-keys",
        **function.environment,
        "_HANDLER": function.handler,
        "_LOCALALB_SITE": json.dumps([str(place.sdk)]),
        "_LOCALALB_FRONT": json.dumps([str(path) for path in front]),
        "_LOCALALB_LAYERS": json.dumps([str(path) for path in imported_layers(opt, function.runtime)]),
        "AWS_ACCESS_KEY_ID": place.key,
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_DEFAULT_REGION": function.region,
        "AWS_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        # No runtime API answers there: the worker's own client is all that needs one.
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        **(_logging(function) if function.log_format == "JSON" else {}),
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": str(task_root),
    }


def _logging(function: Function) -> dict[str, str]:
    """What tells the runtime's own logging, and Powertools', of the function's LoggingConfig."""
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": function.log_level}


def imported_layers(opt: Path | None, runtime: str) -> tuple[Path, ...]:
    """Where layers have packages (developer guide, "Layer paths for each Lambda runtime"), in the order of
    Lambda's sys.path (observed)."""
    return (opt / "python/lib" / runtime / "site-packages", opt / "python") if opt else ()
