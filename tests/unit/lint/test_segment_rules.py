"""Rules about the conditions of segments."""

from mops_cli.lint.rules import segment_conditions


def test_fields_events_and_values_are_checked_against_the_project(findings):
    where = "title: x\nwhere:\n  all:\n    - shoe_size: 42\n    - event: purchse\n"
    found = findings(segment_conditions, files={"segments/a.yaml": where})
    assert [(one.code, one.span.path, one.span.line) for one in found] == [
        ("MG203", "segments/a.yaml", 4),
        ("MG206", "segments/a.yaml", 5),
    ]
    assert all(one.help for one in found)
