"""The frame around every command: options, exit codes, errors."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest

from mops_cli.cli import main
from mops_cli.cli.app import COMMANDS
from mops_cli.cli.main import hoist
from mops_cli.errors import ExternalError, LockHeld, UsageError


def test_help_lists_every_command_and_writes_to_stdout(mops):
    called = mops("--help")
    assert called.code == 0
    assert all(f"  {name} " in called.out for name in COMMANDS)
    assert called.err == ""


def test_without_arguments_the_help_is_shown(mops):
    assert mops().out == mops("--help").out


INNER = {
    "config": "show",
    "schema": "export",
    "fonts": "report",
    "deck": "render",
    "contacts": "import",
    "consent": "give",
    "suppress": "add",
    "store": "backup",
    "segments": "preview",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(mops, name):
    called = mops(name, "--help")
    subcommand = INNER.get(name)
    if subcommand:
        called = mops(name, subcommand, "--help")
    assert called.code == 0
    assert "Examples:" in called.out
    assert f"mops {name}" in called.out
    assert all(len(line) <= 100 for line in called.out.splitlines())


def test_version(mops):
    assert mops("--version").out.startswith("mops 0.")
    assert mops("-V").code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["buld"], "Did you mean 'build'?"),
        (["build", "--strct"], "--strict"),
        (["--color", "sometimes", "ls"], "auto, always, never"),
        (["new", "campaign"], "NAME"),
        (["build", "--jobs", "0"], "--jobs"),
        (["rule", "ML1O4"], "did you mean"),
        (["lint", "--output-format", "sarf"], "sarif"),
    ],
)
def test_a_wrong_command_line_exits_2_with_a_sentence_and_a_way_on(mops, args, said, project):
    called = mops(*args, cwd=project())
    assert called.code == 2
    assert called.out == ""
    assert called.err.startswith("error: ")
    assert "help:" in called.err
    assert said in called.err


def test_no_project_says_what_to_do(mops):
    called = mops("ls")
    assert called.code == 2
    assert "mops.toml" in called.err
    assert "mops init" in called.err


def test_project_option_in_any_place(mops, project):
    root = project()
    for args in (["--project", str(root), "ls"], ["ls", "--project", str(root)], ["ls", f"--project={root}"]):
        assert mops(*args).code == 0


def test_global_options_come_first_and_nothing_is_moved_behind_two_dashes():
    assert hoist(["ls", "x", "--json", "--project", "p", "-q"]) == ["--json", "--project", "p", "-q", "ls", "x"]
    assert hoist(["ls", "--", "--json"]) == ["ls", "--", "--json"]
    assert hoist(["ls", "--project"]) == ["--project", "ls"]


@pytest.mark.parametrize(
    ("problem", "code"), [(UsageError("no", hint="do"), 2), (LockHeld("no"), 6), (ExternalError("no"), 75)]
)
def test_our_errors_have_their_exit_codes(mops, monkeypatch, problem, code):
    monkeypatch.setattr("mops_cli.cli.state.State.root", lambda self: (_ for _ in ()).throw(problem))
    called = mops("ls")
    assert called.code == code
    assert called.err.startswith("error: no\n")


def test_a_bug_writes_a_file_and_shows_no_traceback(mops, monkeypatch, project):
    root = project()
    monkeypatch.setattr("mops_cli.cli.state.State.root", lambda self: 1 // 0)
    called = mops("ls", cwd=root)
    assert called.code == 70
    assert "Traceback" not in called.err
    crash = next((root / ".mops" / "crash").iterdir())
    assert str(crash) in called.err
    assert "ZeroDivisionError" in crash.read_text()


def test_a_bug_with_json_is_an_envelope(mops, monkeypatch, project):
    root = project()
    monkeypatch.setattr("mops_cli.cli.state.State.root", lambda self: 1 // 0)
    called = mops("ls", "--json", cwd=root)
    envelope = json.loads(called.out)
    assert called.code == 70
    assert envelope["schema"] == "mops.error/1"
    assert envelope["data"]["code"] == "crash"
    assert "ZeroDivisionError" in envelope["data"]["message"]
    assert ".mops" in envelope["data"]["help"]


def test_an_interrupt_is_130(mops, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr("mops_cli.cli.state.State.root", interrupt)
    called = mops("ls")
    assert called.code == 130
    assert "interrupted" in called.err


def test_a_closed_pipe_is_silent(project):
    command = f"{sys.executable} -m mops_cli rule --list | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], check=False, capture_output=True, text=True, cwd=project()
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_third_party_warnings_are_not_ours_to_show(mops, monkeypatch, project):
    def warn(self):
        import warnings

        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return project()

    monkeypatch.setattr("mops_cli.cli.state.State.root", warn)
    assert "old" not in mops("ls").err


def test_version_as_json(monkeypatch, mops):
    monkeypatch.setattr(sys, "argv", ["mops", "--version", "--json"])
    envelope = json.loads(mops("--version", "--json").out)
    assert envelope["schema"] == "mops.version/1"
    assert envelope["data"]["jinja2"]


def test_heavy_libraries_stay_out_of_help_and_version():
    heavy = [
        "rich",
        "yaml",
        "jinja2",
        "weasyprint",
        "cairosvg",
        "mjml",
        "babel",
        "markdown_it",
        "PIL",
        "fontTools",
        "coloraide",
    ]
    code = (
        "import sys; from mops_cli.cli.main import run; run(sys.argv[1:]); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    for args in (["--help"], ["--version"], ["build", "--help"]):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]", args


def test_help_and_version_need_no_models():
    for option in ("--help", "--version"):
        code = f"import sys; from mops_cli.cli.main import run; run(['{option}']); assert 'msgspec' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)


def test_commands_are_thin():
    """A command parses, calls one use case, renders: its body has at most 25 lines."""
    import ast
    import importlib
    import inspect

    for name in COMMANDS:
        module = importlib.import_module(f"mops_cli.cli.commands.{name}")
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 25, f"{name}: {lines}"


def test_the_entry_point_is_run():
    assert main.run.__doc__


def test_a_plain_build_needs_no_typer(project, mops):
    root = project()
    assert mops("build", cwd=root).code == 0
    code = (
        "import sys; from mops_cli.cli.main import run; assert run(['build', '-q']) == 0; "
        "assert not {'typer', 'msgspec', 'yaml', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root)


def test_a_plain_build_obeys_the_environment(project, mops, monkeypatch, tmp_path):
    monkeypatch.setenv("MOPS_PROJECT", str(project()))
    assert mops("build", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (errno.EACCES, 2, "permission denied"),
        (errno.EROFS, 2, "permission denied"),
        (errno.ENOSPC, 75, "the disk is full"),
        (errno.ENOTDIR, 2, "a file stands where a folder belongs"),
        (errno.ENAMETOOLONG, 2, "refuses this name"),
    ],
)
def test_what_the_machine_refuses_is_no_defect_of_ours(monkeypatch, capsys, number, code, said):
    def refuse(_arguments):
        raise OSError(number, "no", "campaigns/spring")

    monkeypatch.setattr(main, "_invoke", refuse)
    assert main.run([]) == code
    told = capsys.readouterr().err
    assert said in told
    assert "campaigns/spring" in told
    assert "help: " in told


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_trouble(closed):
    called = subprocess.run(
        ["sh", "-c", f'"$0" -m mops_cli rule {closed}', sys.executable], capture_output=True, check=False
    )
    assert (called.returncode, called.stderr) == (0, b"")
