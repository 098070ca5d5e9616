"""A whole send to a mail server on this machine, against the plain loop that everybody writes first, in one run.

    python benchmarks/send.py [--recipients N] [--plain N] [--workers N] [--large N] [--dkim]

The same body for both: about 6 KB with 8 tracked links. The plain loop is Jinja2, `EmailMessage` and `smtplib` over one
kept connection, with one signature a link, and no ledger. Ours has the ledger on and streams synced to disk, and counts
everything: the command, its workers, its message server. The mail server is Postfix's `smtp-sink` (a list-keeping one of
ours when that is not installed) and is not counted. Prints JSON lines; exit code 1 when a promise does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import smtplib
import subprocess
import sys
import time
from contextlib import contextmanager
from email.message import EmailMessage
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING

import measure
from measure import MOPS, Cost

from mops_cli.channels.templating.escapes import ESCAPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECT = {
    "mops.toml": """\
[project]
id = "bench"
name = "Bench"
url = "https://bench.example"
locales = ["en"]

[senders.news]
name = "Bench Coffee"
email = "news@bench.example"

[topics.news]
title = "News"

[fields.contact.first_name]
type = "text"

[fields.contact.city]
type = "text"

[fields.contact.points]
type = "integer"

[providers.relay]
type = "smtp"
host = "127.0.0.1"
port = {port}
lanes = 10
{dkim}
[environments.test]
provider = "relay"
""",
    "brand/identity.yaml": """\
legal_name: Bench Ltd
address: {street: 1 Sample Street, postal_code: "12345", city: Sampleton, country: Exampleland}
""",
    "content/personas/ada.yaml": "title: Ada\nlocale: en\ncontact: {first_name: Ada, city: Sampleton, points: 7}\n",
    "content/layouts/email/bench.mjml": """\
<mjml><mj-body><mj-section><mj-column><mj-text>[[ content ]]</mj-text></mj-column></mj-section></mj-body></mjml>
""",
    "campaigns/hello/campaign.yaml": "title: Hello\ntopic: news\nchannels:\n  email: {layout: base, sender: news}\n",
}
LINKS = 8
DKIM = 'dkim = [{ domain = "bench.example", selector = "s1", key = "file:dkim.pem" }]\n'


def message() -> str:
    """The message's source: three personal fields, eight links."""
    lines = [
        "---\nsubject: \"{{ contact.first_name | default('Hello') }}, something for you\"\n---\n",
        "# Hello {{ contact.first_name | default('you') }}\n",
        "You have {{ contact.points | default(0) }} points. Greetings to {{ contact.city | default('your town') }}.\n",
    ]
    lines += [f"Read about [coffee number {n}](https://bench.example/coffee/{n}) today.\n" for n in range(LINKS)]
    return "\n".join(lines)


@contextmanager
def mail_server(port: int) -> Iterator[str]:
    """A mail server that keeps nothing; gives its name."""
    postfix = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if postfix:
        command = [postfix, "-u", "nobody", f"127.0.0.1:{port}", "1000"]
        command = command if os.geteuid() == 0 else [postfix, f"127.0.0.1:{port}", "1000"]
    else:
        command = [sys.executable, "-m", "mops_cli.delivery.providers.sink", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _answers(port)
        yield "smtp-sink" if postfix else "sink"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> None:
    for _ in range(200):
        try:
            with smtplib.SMTP("127.0.0.1", port):
                return
        except OSError:
            time.sleep(0.02)
    sys.exit("the mail server does not answer")


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def project(folder: Path, port: int, people: int, *, dkim: bool) -> None:
    """A project with so many contacts, built."""
    for name, text in PROJECT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        filled = (
            text.replace("{port}", str(port)).replace("{dkim}", DKIM if dkim else "") if name == "mops.toml" else text
        )
        path.write_text(filled, encoding="utf-8")
    (folder / "campaigns/hello/message.md").write_text(message(), encoding="utf-8")
    if dkim:
        subprocess.run(["openssl", "genrsa", "-out", "dkim.pem", "2048"], cwd=folder, check=True, capture_output=True)
        (folder / "dkim.pem").chmod(0o600)
    rows = "".join(f"person{n}@people.example,Person {n},Sampleton,{n % 50}\n" for n in range(people))
    (folder / "people.csv").write_text("email,first_name,city,points\n" + rows, encoding="utf-8")
    measure.run([*MOPS, "contacts", "import", "people.csv", "--consent", "news", "--source", "bench"], folder)
    measure.run([*MOPS, "build"], folder)


def plain(folder: Path, port: int, count: int) -> Cost:
    """The loop that everybody writes first."""
    import jinja2

    dist = folder / "dist/hello/email"
    environment, bare = jinja2.Environment(autoescape=True), jinja2.Environment()
    # What artifacts name their escapes by; here the template engine escapes by itself.
    for one in (environment, bare):
        one.filters.update(dict.fromkeys(ESCAPES, str))
    html = environment.from_string(next(dist.glob("*.html")).read_text(encoding="utf-8"))
    text = bare.from_string(next(dist.glob("*.txt")).read_text(encoding="utf-8"))
    key = b"k" * 32

    class Links:
        def __init__(self, number: int) -> None:
            self._number = number
            self.unsubscribe = self._made("u", 0)
            self.preferences = self._made("p", 0)
            self.view = self._made("v", 0)

        def _made(self, kind: str, link: int) -> str:
            signed = digest(key, f"{kind}{link}.{self._number}".encode(), sha256).hex()[:22]
            return f"https://bench.example/{kind}/{link}.{self._number}.{signed}"

        def click(self, link: int) -> str:
            return self._made("r", link)

    before, start = os.times(), time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            names = {
                "contact": {"first_name": f"Person {number}", "city": "Sampleton", "points": number % 50},
                "links": Links(number),
            }
            mail = EmailMessage()
            mail["From"] = "Bench Coffee <news@bench.example>"
            mail["To"] = f"person{number}@people.example"
            mail["Subject"] = f"Person {number}, something for you"
            mail["Message-ID"] = f"<{number}@bench.example>"
            mail["List-Unsubscribe"] = f"<{names['links'].unsubscribe}>"  # type: ignore[attr-defined]
            mail.set_content(text.render(names))
            mail.add_alternative(html.render(names), subtype="html")
            server.send_message(mail)
    wall, after = time.perf_counter() - start, os.times()
    return Cost(wall, after.user + after.system - before.user - before.system)


def ours(folder: Path, count: int, workers: int) -> tuple[Cost, dict[str, object]]:
    """One `mops send` in a fresh process, and what it says of it."""
    command = [*MOPS, "--json", "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(count)]
    command += ["--workers", str(workers), "--again"]
    with (folder / "said.json").open("wb") as out:
        before, start = os.times(), time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=out)
        watcher = measure._Memory(process.pid)
        code = process.wait()
        wall, after = time.perf_counter() - start, os.times()
        peak = watcher.stop()
    if code:
        sys.exit(f"mops send ended with {code}: {(folder / 'said.json').read_text()[-2000:]}")
    said = json.loads((folder / "said.json").read_text())["data"]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak), said


def tell(name: str, holds: bool, **facts: object) -> bool:
    """One result as a line of JSON."""
    print(json.dumps({"benchmark": name, "holds": holds, **facts}), flush=True)
    return holds


def main() -> int:
    """Measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=20_000)
    parser.add_argument("--plain", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--dkim", action="store_true", help="sign with RSA-2048")
    given = parser.parse_args()
    port = _free_port()
    with measure.folder() as folder, mail_server(port) as server:
        project(folder, port, given.recipients, dkim=given.dkim)
        size = sum(path.stat().st_size for path in (folder / "dist/hello/email").iterdir() if path.suffix != ".json")
        load = os.getloadavg()[0]
        reference = plain(folder, port, given.plain)
        cost, said = ours(folder, given.recipients, given.workers)
        again = plain(folder, port, given.plain)
    plain_rate = 2 * given.plain / (reference.wall + again.wall)
    rate = given.recipients / cost.wall
    micro = cost.cpu / given.recipients * 1e6
    sent = sum(row["outcomes"].get("sent", 0) for row in said["sends"])  # type: ignore[attr-defined]
    hold = [
        tell("everybody has one", sent >= given.recipients, recipients=given.recipients, sent=sent, body=size, server=server),
        tell("rate against the plain loop", rate >= 20 * plain_rate, ratio=round(rate / plain_rate, 1), limit=20,
             rate=round(rate), plain=round(plain_rate), load=load, workers=given.workers, dkim=given.dkim),
        tell("processor a message, all our processes, microseconds", micro <= 110 or given.dkim, ours=round(micro, 1),
             plain=round((reference.cpu + again.cpu) / given.plain / 2 * 1e6, 1), limit=110),
        tell("peak memory of all our processes, MB", cost.memory <= 400, peak=cost.memory, limit=400),
    ]  # fmt: skip
    return 0 if all(hold) else 1


if __name__ == "__main__":
    sys.exit(main())
