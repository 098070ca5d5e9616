"""Messages as files: one key, one file."""

from __future__ import annotations

import asyncio
import io
import mailbox

from mail_scripts import Told, mail

from mops_cli.delivery.providers.console import ConsoleLane
from mops_cli.delivery.providers.files import FileLane
from mops_cli.model.delivery import Outgoing


def put(tmp_path, messages, told=None):
    told = told or Told()
    asyncio.run(FileLane(tmp_path / "out", tmp_path / "dist").deliver(messages, told))
    return told


def test_mail_is_a_maildir_that_others_can_read(tmp_path):
    assert put(tmp_path, mail(3)).outcomes == ["sent"] * 3
    box = mailbox.Maildir(tmp_path / "out", create=False)
    assert sorted(one["Delivered-To"] for one in box) == [f"ada{n}@people.example" for n in range(3)]
    assert {one["Subject"] for one in box} == {"Hello"}
    assert list((tmp_path / "out" / "tmp").iterdir()) == []
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out" / "new").iterdir()} == {0o600}


def test_the_same_key_again_is_no_second_file_also_when_it_was_read(tmp_path):
    put(tmp_path, mail(2))
    new, cur = tmp_path / "out" / "new", tmp_path / "out" / "cur"
    read = next(new.iterdir())
    read.rename(cur / f"{read.name}:2,S")
    put(tmp_path, mail(2))
    assert len(list(new.iterdir())) + len(list(cur.iterdir())) == 2


def test_other_channels_are_json_with_their_files(tmp_path):
    (tmp_path / "dist" / "social").mkdir(parents=True)
    (tmp_path / "dist" / "social" / "post.png").write_bytes(b"picture")
    message = Outgoing(0, "spring@2027/ä|x", "", "flag", b'{"text":"Hi"}', "social", ("social/post.png",))
    told = put(tmp_path, [message])
    put(tmp_path, [message])
    folder = tmp_path / "out" / "social"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in files) == [b"picture", b'{"text":"Hi"}']
    assert (folder.parent / told.answers[0].reference).read_bytes() == b'{"text":"Hi"}'


def test_keys_that_look_alike_as_names_are_two_files(tmp_path):
    put(tmp_path, [Outgoing(n, key, "", "x", b"{}", "sms") for n, key in enumerate(["a|b", "a/b", "../../a-b"])])
    assert len(list((tmp_path / "out" / "sms").iterdir())) == 3


def test_files_outside_of_dist_and_missing_files_fail(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "dist").mkdir()
    messages = [
        Outgoing(n, f"k{n}", "", "x", b"{}", "pdf", (path,)) for n, path in enumerate(["../secret", "none.pdf"])
    ]
    assert put(tmp_path, messages).outcomes == ["failed", "failed"]
    assert not list((tmp_path / "out").rglob("secret"))


def test_a_folder_that_cannot_be_written_puts_off(tmp_path):
    (tmp_path / "out").write_text("a file")
    assert put(tmp_path, mail(1)).outcomes == ["deferred"]


def test_who_is_told_may_decline_files_too(tmp_path):
    assert put(tmp_path, mail(2), Told(refuses={0})).outcomes == ["deferred", "sent"]
    assert len(list((tmp_path / "out" / "new").iterdir())) == 1


def test_the_console_shows_a_line_without_the_address():
    stream, told = io.StringIO(), Told()
    asyncio.run(ConsoleLane(stream).deliver(mail(2), told))
    assert told.outcomes == ["sent", "sent"]
    assert stream.getvalue().count("\n") == 2
    assert "ada0" not in stream.getvalue()
