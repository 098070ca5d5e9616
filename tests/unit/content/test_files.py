"""Reading inside the project, and nowhere else."""

import os

import pytest

from mops_cli.content.files import FileTooLarge, ProjectFiles, Unreadable
from mops_cli.content.loader import load
from mops_cli.content.project import find
from mops_cli.errors import OutsideProject, ProjectNotFound


@pytest.fixture
def root(tmp_path):
    inside = tmp_path / "shop"
    (inside / "content/assets").mkdir(parents=True)
    (inside / "mops.toml").write_text("")
    (inside / "content/assets/b.txt").write_text("b")
    (inside / "content/assets/a.txt").write_text("a")
    (inside / "content/.hidden").write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "shop-other").mkdir()
    (tmp_path / "shop-other/x.txt").write_text("secret")
    return inside


def test_reading(root):
    files = ProjectFiles(root)
    assert files.read_bytes("content/assets/a.txt") == b"a"
    assert files.read_bytes("content/../content/assets/a.txt") == b"a"
    assert files.read_bytes("content/assets") is None
    assert files.read_bytes("nope/x.txt") is None
    assert files.exists("mops.toml")
    assert not files.exists("content")
    assert files.size("content/assets/a.txt") == 1


@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "content/../../secret.txt", "/etc/passwd", "..", "../shop-other/x.txt", "C:\\x", "\\\\host\\x", "..\\secret.txt", "~/x", "a\0b", "mops:../../errors.py", "mops:/etc/passwd"],
)  # fmt: skip
def test_paths_out_of_the_project(root, path):
    files = ProjectFiles(root)
    for method in (files.read_bytes, files.exists):
        with pytest.raises(OutsideProject) as caught:
            method(path)
        assert caught.value.hint
        assert caught.value.exit_code == 2


def test_links(root):
    (root / "content/in.txt").symlink_to(root / "content/assets/a.txt")
    (root / "content/out.txt").symlink_to(root.parent / "secret.txt")
    (root / "content/chain.txt").symlink_to("out.txt")
    (root / "content/folder").symlink_to(root.parent)
    (root / "content/broken.txt").symlink_to("nothing")
    (root / "content/loop").symlink_to("../content")
    files = ProjectFiles(root)
    assert files.read_bytes("content/in.txt") == b"a"
    for path in ("content/out.txt", "content/chain.txt", "content/folder/secret.txt"):
        with pytest.raises(OutsideProject):
            files.read_bytes(path)
    assert files.listing("content") == ("content/assets/a.txt", "content/assets/b.txt", "content/in.txt")
    assert files.refused == {"content/out.txt", "content/chain.txt", "content/folder"}


def test_a_root_that_is_a_link(root):
    link = root.parent / "link"
    link.symlink_to(root)
    assert ProjectFiles(link).read_bytes("content/assets/a.txt") == b"a"


def test_pipes_and_sizes(root):
    os.mkfifo(root / "content/pipe")
    (root / "content/big.bin").write_bytes(b"x" * 100)
    files = ProjectFiles(root, max_bytes=50)
    assert files.read_bytes("content/pipe") is None
    assert "content/pipe" not in files.listing("content")
    with pytest.raises(FileTooLarge):
        files.read_bytes("content/big.bin")


def test_listing_is_sorted_and_without_hidden_files(root):
    files = ProjectFiles(root)
    assert files.listing("") == ("content/assets/a.txt", "content/assets/b.txt", "mops.toml")
    assert files.listing("content/") == files.listing("content")
    assert files.listing("nope") == ()


def test_package_files(root):
    files = ProjectFiles(root)
    assert b"<mjml" in files.read_bytes("mops:layouts/email/base.mjml")
    assert "mops:layouts/email/base.mjml" in files.listing("mops:layouts")


def test_finding_the_project(root):
    assert find(root / "content/assets") == root.resolve()
    assert find(root / "mops.toml") == root.resolve()


def test_no_project(root):
    with pytest.raises(ProjectNotFound) as caught:
        find(root.parent)
    assert "--project shop" in caught.value.hint
    with pytest.raises(ProjectNotFound) as caught:
        find(root.parent / "shop-other")
    assert "mops init" in caught.value.hint
    with pytest.raises(ProjectNotFound) as caught:
        find(root.parent / "nowhere")
    assert "does not exist" in caught.value.hint


def test_what_this_user_may_not_read_is_not_taken_for_missing(tmp_path, monkeypatch):
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "mops.toml").write_text("")

    def refuse(place, *_):
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr("mops_cli.content.files.os.scandir", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    files = ProjectFiles(tmp_path)
    with pytest.raises(Unreadable, match=r"campaigns/ cannot be read: permission denied"):
        files.listing("campaigns")
    with pytest.raises(Unreadable, match=r"mops\.toml cannot be read"):
        load(tmp_path, files)
