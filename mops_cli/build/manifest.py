"""``dist/manifest.json``: what there is, what it was made of, and what the delivery half must know about it.

The same content and tools give the same bytes: everything is in order, and there is no time and no machine in it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, cast

from mops_cli.build import tools
from mops_cli.build.graph import parse
from mops_cli.build.scan import ABSENT
from mops_cli.build.trace import DIST, NAMES
from mops_cli.model.artifact import MANIFEST_SCHEMA, Artifact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.build.report import Json
    from mops_cli.build.trace import Made, Trace
    from mops_cli.model.artifact import Link


def artifacts(traces: Mapping[str, Trace]) -> list[tuple[Artifact, bool]]:
    """Every file in ``dist/``, sorted by path, and whether it is stale.

    A file that several units made alike (a picture in ``assets/``) is listed once; what they do not share
    (the channel, say) is left empty.
    """
    makers: dict[str, list[tuple[str, Made]]] = {}
    for unit, trace in sorted(traces.items()):
        for made in trace.outputs:
            makers.setdefault(made.path, []).append((unit, made))
    return [_artifact(path, found, traces) for path, found in sorted(makers.items())]


def render(traces: Mapping[str, Trace], installed: dict[str, str]) -> bytes:
    """The bytes of the manifest."""
    present = [unit for unit, trace in traces.items() if trace.outputs or trace.skipped]
    value: Json = {
        "schema": MANIFEST_SCHEMA,
        "tools": tools.of_channels({parse(unit).channel for unit in present}, installed),
        "artifacts": [_artifact_json(artifact, stale) for artifact, stale in artifacts(traces)],
        "links": {
            unit: [_link_json(link) for link in trace.links] for unit, trace in sorted(traces.items()) if trace.links
        },
        "skipped": [
            {"path": skipped.path, "kind": skipped.kind, "reason": skipped.reason, **_who(unit)}
            for unit, trace in sorted(traces.items())
            for skipped in trace.skipped
        ],
        "failed": [{"unit": unit, **_who(unit)} for unit, trace in sorted(traces.items()) if trace.failed],
    }
    # A file name that is not UTF-8 becomes a JSON escape.
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def schema() -> Json:
    """The JSON Schema (draft-07) of the manifest."""
    with open(os.path.join(os.path.dirname(__file__), "manifest.schema.json"), encoding="utf-8") as stream:
        return cast("Json", json.load(stream))


def _artifact(path: str, found: list[tuple[str, Made]], traces: Mapping[str, Trace]) -> tuple[Artifact, bool]:
    units = [parse(unit) for unit, _ in found]
    inputs: set[str] = set()
    variables: set[str] = set()
    for unit, _ in found:
        trace = traces[unit]
        inputs.update(
            name for name, content in trace.inputs.items() if content != ABSENT and not name.startswith(NAMES)
        )
        variables.update(trace.variables)
    made = found[0][1]
    artifact = Artifact(
        path=path,
        sha256=made.sha256,
        bytes=made.size,
        kind=made.kind,
        campaign=_shared([unit.campaign for unit in units]),
        channel=_shared([unit.channel for unit in units]),
        locale=_shared([unit.locale for unit in units]),
        variant=_shared([unit.variant for unit in units]),
        inputs=tuple(sorted(name.replace(DIST, "dist/", 1) if name.startswith(DIST) else name for name in inputs)),
        variables=tuple(sorted(variables)),
        derived=all(traces[unit].derived for unit, _ in found),
    )
    return artifact, any(traces[unit].stale or traces[unit].failed for unit, _ in found)


def _shared(values: list[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""


def _artifact_json(artifact: Artifact, stale: bool) -> Json:
    return {
        "path": artifact.path,
        "sha256": artifact.sha256,
        "bytes": artifact.bytes,
        "kind": artifact.kind,
        "campaign": artifact.campaign,
        "channel": artifact.channel,
        "locale": artifact.locale,
        "variant": artifact.variant,
        "derived": artifact.derived,
        "stale": stale,
        "inputs": list(artifact.inputs),
        "variables": list(artifact.variables),
    }


def _link_json(link: Link) -> Json:
    return {"id": link.id, "url": link.url, "label": link.label, "tracked": link.tracked}


def _who(unit: str) -> dict[str, str]:
    parsed = parse(unit)
    return {
        "campaign": parsed.campaign,
        "channel": parsed.channel,
        "locale": parsed.locale,
        "variant": parsed.variant,
    }
