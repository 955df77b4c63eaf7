"""How far Terraform is, read from what it prints, and what a person is told of it."""

from __future__ import annotations

import pytest

from localalb.stacks.progress import Progress, failure, line, resource, result

# What Terraform 1.11.4 printed, with the second in which it did.
RUN: list[tuple[float, str]] = [
    (3, "data.aws_vpc.default: Reading..."),
    (4, "data.aws_vpc.default: Read complete after 1s [id=vpc-34689215a35da157b]"),
    (4, "module.lb.aws_security_group.this[0]: Refreshing state... [id=sg-1]"),
    (5, "  # module.lb.aws_lb.this will be created"),
    (5, '  + resource "aws_lb" "this" {'),
    (5, "Plan: 2 to add, 1 to change, 0 to destroy."),
    (6, "module.lb.aws_lb.this: Creating..."),
    (6, 'aws_lambda_function.each["a b"]: Modifying... [id=each]'),
    (7, 'aws_lambda_function.each["a b"]: Modifications complete after 1s [id=each]'),
    (16, "module.lb.aws_lb.this: Still creating... [10s elapsed]"),
    (26, "module.lb.aws_lb.this: Still creating... [20s elapsed]"),
    (66, "module.lb.aws_lb.this: Creation complete after 1m0s [id=arn:aws:...]"),
    (66, "aws_lb_listener.http: Creating..."),
    (67, "aws_lb_listener.http: Creation complete after 0s [id=arn:aws:...]"),
    (67, "Apply complete! Resources: 2 added, 1 changed, 0 destroyed."),
]


def after(second: float, run: list[tuple[float, str]] = RUN) -> Progress:
    progress = Progress(0)
    for moment, text in run:
        if moment <= second:
            progress.hear(text + "\n", moment)
    return progress


@pytest.mark.parametrize(
    ("second", "usual", "width", "shown"),
    [
        (1, None, 80, "1 s  planning"),
        (4, None, 80, "4 s  planning, 2 read"),
        (5, 71.4, 80, "5 s, usually 71 s  0 of 3 done"),
        (6, 71.4, 90, "6 s, usually 71 s  0 of 3 done  creating module.lb.aws_lb.this and 1 more"),
        (9, None, 80, "9 s  1 of 3 done  creating module.lb.aws_lb.this 3 s"),
        (26, 71.4, 90, "26 s, usually 71 s  1 of 3 done  creating module.lb.aws_lb.this 20 s of 60 s"),
        # A terminal is as narrow as it is: first the modules go, then the end.
        (26, 71.4, 68, "26 s, usually 71 s  1 of 3 done  creating aws_lb.this 20 s of 60 s"),
        (26, 71.4, 40, "26 s, usually 71 s  1 of 3 done  cre..."),
        (26, 71.4, 3, "..."),
        (67, None, 80, "67 s  3 of 3 done"),
    ],
)
def test_the_line(second: float, usual: float | None, width: int, shown: str) -> None:
    found = line(after(second), second, width, usual)
    assert found == shown
    assert len(found) < max(width, 4)


def test_what_failed_is_not_under_way_for_ever() -> None:
    """Terraform prints no line for the end of what failed, but one each ten seconds for what goes on."""
    progress = after(6, [(5, "Plan: 2 to add, 0 to change, 0 to destroy."), (6, "aws_x.y: Creating...")])
    assert "creating aws_x.y" in line(progress, 15, 80)
    assert line(progress, 30, 80) == "30 s  0 of 2 done"


def test_later_versions_write_times_in_another_way() -> None:
    """Terraform 1.12: "Still creating... [00m10s elapsed]"."""
    progress = after(16, [(5, "aws_x.y: Creating..."), (15, "aws_x.y: Still creating... [00m10s elapsed]")])
    assert list(progress.under_way(25)) == ["aws_x.y"]


@pytest.mark.parametrize(
    "printed",
    [
        "module.package.terraform_data.zip (local-exec): aws_x.y: Creating...",
        "  + aws_x.y: Creating...",
        "Warning: aws_x.y: Creating...",
    ],
)
def test_what_others_print_is_no_resource(printed: str) -> None:
    assert not after(1, [(1, printed)]).steps


def test_colours_are_no_words() -> None:
    progress = after(1, [(1, "\x1b[0m\x1b[1maws_x.y: Creating...\x1b[0m\x1b[0m")])
    assert list(progress.steps) == ["aws_x.y"]


def test_several_plans_are_one_run() -> None:
    """An apply of what a load balancer needs, then of the rest."""
    progress = after(
        9,
        [
            (1, "Plan: 3 to add, 0 to change, 0 to destroy."),
            (2, "Plan: 1 to add, 0 to change, 0 to destroy."),
            (3, "aws_security_group.this: Creating..."),
            (3, "aws_security_group.this: Creation complete after 0s [id=sg-1]"),
            (4, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy."),
            (5, "aws_lb.this: Importing... [id=arn]"),
            (5, "aws_lb.this: Import complete [id=arn]"),
        ],
    )
    assert line(progress, 9, 80) == "9 s  2 of 3 done"
    assert result(progress) == "1 added, 1 imported"


def test_the_result() -> None:
    assert result(after(99)) == "2 added, 1 changed"
    assert result(Progress(0)) == "nothing to do"
    assert after(99).balancers == ["module.lb.aws_lb.this"]


# What Terraform is asked to finish before it is stopped, and what is only waited for.
STOPS = [
    ("nothing", [], [], []),
    ("a resource", [(1, "aws_iam_role.this: Creating...")], ["aws_iam_role.this"], []),
    ("a load balancer is asked for", [(1, "aws_lb.this: Creating...")], ["aws_lb.this"], []),
    ("one is made", [(-9, "module.a.aws_lb.this[0]: Creating...")], [], ["module.a.aws_lb.this[0]"]),
    ("one is changed", [(-9, "aws_lb.this: Modifying... [id=arn]")], ["aws_lb.this"], []),
    ("a listener", [(-9, "aws_lb_listener.this: Creating...")], ["aws_lb_listener.this"], []),
    ("a module called so", [(-9, "module.aws_lb.aws_x.y: Creating...")], ["module.aws_lb.aws_x.y"], []),
    ("a zip is built", [(1, "module.package.terraform_data.zip: Creating...")], [], []),
    ("something is read", [(1, 'module.a["x.y"].data.aws_vpc.this: Reading...')], [], []),
]


@pytest.mark.parametrize(
    ("run", "first", "waiting"), [row[1:] for row in STOPS], ids=[row[0] for row in STOPS]
)
def test_what_a_stop_would_lose(run: list[tuple[float, str]], first: list[str], waiting: list[str]) -> None:
    progress = after(2, run)
    assert progress.in_the_way(2) == first
    assert progress.waiting(2) == waiting


def test_what_has_just_ended_lets_others_begin() -> None:
    """Terraform begins them before the line of the end is read: told to stop then, it loses requests."""
    run = [
        (1.0, "aws_iam_role.this: Creating..."),
        (1.5, "aws_iam_role.this: Creation complete after 0s [id=x]"),
    ]
    progress = after(2, run)
    assert not progress.may_stop(1.6)
    assert progress.may_stop(1.8)


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("aws_lb.this", "aws_lb.this"),
        ("module.a.module.b[0].aws_lb.this[1]", "aws_lb.this[1]"),
        ('module.a["x.y"].aws_lb.this["z"]', 'aws_lb.this["z"]'),
        ('module.a["x\\"]."].data.aws_vpc.this', "data.aws_vpc.this"),
    ],
)
def test_a_resource_without_its_modules(address: str, short: str) -> None:
    assert resource(address) == short


PLAN = "aws_x.y: Refreshing state...\n\nPlan: 1 to add, 0 to change, 0 to destroy.\naws_x.y: Creating...\n"
ERROR = "Error: creating x: no\n\n  with aws_x.y,\n  on main.tf line 1:\n"


def test_a_failure_begins_with_the_error() -> None:
    said = failure(f"{PLAN}\n{ERROR}")
    assert said == f"{ERROR.strip()}\n\nAll that Terraform printed:\n{PLAN}\n{ERROR}".rstrip()
    boxed = f"{PLAN}╷\n│ Error: creating x: no\n│\n╵\n"
    assert failure(boxed).startswith("╷\n│ Error: creating x: no")


def test_a_failure_of_nothing_but_an_error_is_said_once() -> None:
    assert failure(f"\n{ERROR}") == ERROR.strip()
    assert failure("Terraform crashed\n") == "Terraform crashed"
