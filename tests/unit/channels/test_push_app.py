"""The installable web app: files, icons, and a service worker that does what it should, run by node."""

import json
import shutil
import subprocess

import pytest
from msgspec import convert

from mops_cli.channels.base import no_memo
from mops_cli.channels.push import project_outputs
from mops_cli.design import raster
from mops_cli.model.campaign import Campaign
from mops_cli.model.config import ProjectConfig
from mops_cli.model.repository import Brand, CampaignFolder, Repository
from mops_cli.model.source import Loaded, PlainSource

KEY = "B" + "A" * 86
ICON = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><circle cx="32" cy="32" r="32" fill="#8a3b12"/></svg>'
HARNESS = """
const listeners = {}, calls = [];
const self = {
  location: { href: "https://aurora.example/pwa/sw.js?gateway=https://mail.aurora.example/" },
  addEventListener: (name, run) => { listeners[name] = run; },
  skipWaiting: () => calls.push(["skipWaiting"]),
  clients: {
    claim: async () => {},
    matchAll: async () => [{ url: "https://aurora.example/open", focus: async () => calls.push(["focus"]) }],
    openWindow: async (url) => calls.push(["open", url]),
  },
  registration: {
    scope: "https://aurora.example/pwa/",
    showNotification: async (title, options) => calls.push(["show", title, options]),
    pushManager: { subscribe: async (options) => ({ toJSON: () => ({ endpoint: "new" }) }) },
  },
};
const fetch = async (url, options) => { calls.push(["fetch", String(url), options.method, JSON.parse(options.body)]); };
async function send(name, event) {
  const waits = [];
  listeners[name]({ waitUntil: (promise) => waits.push(promise), ...event });
  await Promise.all(waits);
}
WORKER
(async () => {
  const data = (value) => ({ json: () => JSON.parse(value), text: () => value });
  await send("push", { data: data(JSON.stringify({ title: "Hi", body: "There", tag: "t", url: "/a",
    actions: [{ action: "one", title: "One", url: "/open" }, { action: "two", title: "Two" }, { action: "three", title: "x" }] })) });
  await send("push", { data: data("no json") });
  await send("push", { data: null });
  const notification = { close: () => calls.push(["close"]), data: { urls: { "": "/a", one: "/open" } } };
  await send("notificationclick", { action: "", notification });
  await send("notificationclick", { action: "one", notification });
  await send("notificationclick", { action: "two", notification });
  await send("pushsubscriptionchange", { oldSubscription: { endpoint: "old", options: { applicationServerKey: 1 } } });
  await send("pushsubscriptionchange", {});
  console.log(JSON.stringify(calls));
})();
"""


class Files:
    def __init__(self, files):
        self.files = files

    def read_bytes(self, path):
        return self.files.get(path)

    def exists(self, path):
        return path in self.files

    def listing(self, folder):
        return tuple(sorted(path for path in self.files if path.startswith(folder + "/")))


def make(push=None, channels=None, files=None):
    config = convert(
        {
            "project": {"id": "aurora", "name": "Aurora </script>", "url": "https://aurora.example"},
            "push": push or {},
        },
        ProjectConfig,
    )
    campaign = convert({"title": "Spring", "topic": "news", "channels": channels or {"push": {}}}, Campaign)
    folder = CampaignFolder("spring", "campaigns/spring", Loaded("spring", campaign, PlainSource("campaign.yaml")))
    repository = Repository(Loaded("aurora", config, PlainSource("mops.toml")), Brand(), {"spring": folder})
    found = []
    result = project_outputs(repository, Files(files or {}), no_memo, found.append)
    return {output.path: output.data for output in result.outputs}, result, found


def test_nothing_without_a_campaign_that_pushes():
    assert make(channels={"web": {}})[0] == {}


def test_manifest_and_scripts():
    made, _, found = make({"vapid_public_key": KEY, "start_url": "/app"})
    assert set(made) == {"pwa/manifest.webmanifest", "pwa/sw.js", "pwa/subscribe.js"}
    manifest = json.loads(made["pwa/manifest.webmanifest"])
    assert manifest["start_url"] == "/app"
    assert manifest["display"] == "standalone"
    assert found == []
    for name in ("pwa/sw.js", "pwa/subscribe.js"):
        assert KEY.encode() in made[name]
        assert b"[[" not in made[name].replace(b"[[{", b"")
    assert b"</script>" not in made["pwa/sw.js"]


def test_a_wrong_key_and_a_missing_icon_are_found():
    _, _, found = make({"vapid_public_key": "short", "icon": "brand/none.svg"})
    assert [diagnostic.code for diagnostic in found] == ["MN210", "MN211"]


@pytest.mark.needs_cairo
def test_icons_in_three_forms():
    if not raster.available():
        pytest.skip("the cairo library is not installed")
    import io

    from PIL import Image

    made, _, found = make({"icon": "brand/icon.svg"}, files={"brand/icon.svg": ICON})
    assert found == []
    sizes = {path: Image.open(io.BytesIO(data)) for path, data in made.items() if path.endswith(".png")}
    assert {path: image.size for path, image in sizes.items()} == {
        "pwa/icon-192.png": (192, 192),
        "pwa/icon-512.png": (512, 512),
        "pwa/icon-512-maskable.png": (512, 512),
    }
    plain, masked = sizes["pwa/icon-512.png"].convert("RGBA"), sizes["pwa/icon-512-maskable.png"].convert("RGBA")
    assert plain.getpixel((2, 2))[3] == 0
    assert masked.getpixel((2, 2)) == (255, 255, 255, 255)
    assert plain.getpixel((256, 20))[:3] == (0x8A, 0x3B, 0x12)
    assert masked.getpixel((256, 20))[:3] == (255, 255, 255)
    assert masked.getpixel((256, 256))[:3] == (0x8A, 0x3B, 0x12)
    assert len(json.loads(made["pwa/manifest.webmanifest"])["icons"]) == 3


@pytest.mark.needs_cairo
def test_a_mask_cuts_the_colour_of_the_icons_own_ground():
    if not raster.available():
        pytest.skip("the cairo library is not installed")
    import io

    from PIL import Image

    icon = ICON.replace(b"<circle", b'<rect width="64" height="64" rx="9" fill="#00ff00"/><circle')
    made, _, _ = make({"icon": "brand/icon.svg"}, files={"brand/icon.svg": icon})
    masked = Image.open(io.BytesIO(made["pwa/icon-512-maskable.png"])).convert("RGB")
    assert masked.getpixel((2, 2)) == (0, 255, 0)


def test_icons_are_skipped_without_cairo(monkeypatch):
    from mops_cli.errors import MissingNativeLibrary

    def missing(*args, **kwargs):
        raise MissingNativeLibrary("no cairo here")

    monkeypatch.setattr(raster, "png", missing)
    made, result, _ = make({"icon": "brand/icon.svg"}, files={"brand/icon.svg": ICON})
    assert "pwa/sw.js" in made
    assert [skipped.reason for skipped in result.skipped] == ["no cairo here"] * 3


@pytest.fixture
def node():
    found = shutil.which("node")
    if not found:
        pytest.skip("node is not installed")
    return found


def test_scripts_parse(node, tmp_path):
    made, _, _ = make({"vapid_public_key": KEY})
    for name, file in (("pwa/sw.js", "sw.js"), ("pwa/subscribe.js", "subscribe.mjs")):
        path = tmp_path / file
        path.write_bytes(made[name])
        subprocess.run([node, "--check", str(path)], check=True, capture_output=True)


def test_the_worker_shows_opens_and_renews(node, tmp_path):
    made, _, _ = make({"vapid_public_key": KEY})
    script = tmp_path / "run.cjs"
    script.write_text(HARNESS.replace("WORKER", made["pwa/sw.js"].decode().replace('"use strict";', "")), "utf-8")
    done = subprocess.run([node, str(script)], check=True, capture_output=True, text=True)
    shown, broken, empty, *rest = json.loads(done.stdout)
    assert shown[:2] == ["show", "Hi"]
    assert [action["action"] for action in shown[2]["actions"]] == ["one", "two"]
    assert shown[2]["data"]["urls"] == {"": "/a", "one": "/open", "two": "/a"}
    assert broken[1:][0] == "Aurora </script>"
    assert broken[2]["body"] == "no json"
    assert empty[1] == "Aurora </script>"
    assert rest[:6] == [
        ["close"],
        ["open", "https://aurora.example/a"],
        ["close"],
        ["focus"],
        ["close"],
        ["open", "https://aurora.example/a"],
    ]
    renewed, again = rest[6:]
    assert renewed[:3] == ["fetch", "https://mail.aurora.example/push/subscriptions", "PUT"]
    assert renewed[3]["previous"] == "old"
    assert renewed[3]["subscription"] == {"endpoint": "new"}
    assert again[3]["previous"] is None
