"""What ``mops ls`` shows: every unit of the build beside what lies in ``dist/``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.build.graph import Unit
    from mops_cli.build.project import Opened
    from mops_cli.model.repository import CampaignFolder

    Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign on one channel in one locale and arm; or, without a campaign, a kind of shared files."""

    campaign: str
    title: str
    channel: str
    locale: str
    variant: str
    made_from: str
    artifacts: tuple[Json, ...] = ()

    @property
    def stem(self) -> str:
        """Locale and arm as in ``dist/``."""
        return f"{self.locale}.{self.variant}" if self.variant else self.locale

    @property
    def bytes(self) -> int:
        """Bytes in ``dist/``."""
        return sum(int(str(artifact["bytes"])) for artifact in self.artifacts)

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return {
            "campaign": self.campaign,
            "title": self.title,
            "channel": self.channel,
            "locale": self.locale,
            "variant": self.variant,
            "from": self.made_from,
            "artifacts": [artifact["path"] for artifact in self.artifacts],
            "bytes": self.bytes,
        }


def lines(opened: Opened, selectors: Sequence[str]) -> list[Line]:
    """The lines of the selected units, in building order."""
    from mops_cli.build import graph, selection, state, trace

    units = graph.units(opened.repository)
    traces, _ = trace.load(opened.root, state.load(opened.root).environment)
    chosen = set(selection.select(opened.repository, units, traces, selectors, root=opened.root).units)
    manifest = read_manifest(Path(opened.root))
    return [_line(opened, unit, manifest) for unit in units if unit in chosen and unit.campaign]


def shared(root: Path) -> list[Line]:
    """What belongs to no campaign, a line for each folder of dist/: pictures, fonts, the web app, notices."""
    folders: dict[str, list[Json]] = {}
    for each in artifacts_of(read_manifest(root)):
        if not each.get("campaign"):
            folder, slash, _ = str(each["path"]).partition("/")
            folders.setdefault(folder if slash else "notices", []).append(each)
    return [Line("", "", folder, "", "", "derived", tuple(found)) for folder, found in sorted(folders.items())]


def read_manifest(root: Path) -> Json:
    """``dist/manifest.json``; empty when nothing was built."""
    try:
        data = json.loads((root / "dist" / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def artifacts_of(manifest: Json) -> list[Json]:
    """The manifest's artifacts."""
    found = manifest.get("artifacts")
    return [artifact for artifact in found if isinstance(artifact, dict)] if isinstance(found, list) else []


def _line(opened: Opened, unit: Unit, manifest: Json) -> Line:
    folder = opened.repository.campaigns[unit.campaign]
    mine = tuple(
        artifact
        for artifact in artifacts_of(manifest)
        if (artifact.get("campaign"), artifact.get("channel"), artifact.get("locale"), artifact.get("variant"))
        == (unit.campaign, unit.channel, unit.locale, unit.variant)
    )
    title = folder.campaign.value.title
    return Line(unit.campaign, title, unit.channel, unit.locale, unit.variant, _made_from(folder, unit, mine), mine)


def _made_from(folder: CampaignFolder, unit: Unit, artifacts: tuple[Json, ...]) -> str:
    """How the build says it was made, else whether the channel has override files."""
    said = [bool(artifact.get("derived", True)) for artifact in artifacts]
    if said:
        return "derived" if all(said) else "written"
    names = {name.split(".")[0] for name in folder.overrides}
    return "written" if unit.channel in names else "derived"
