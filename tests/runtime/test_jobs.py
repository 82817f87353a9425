"""Jobs: our own command line in a child process, told by signals."""

from __future__ import annotations

import pytest

from console.runtime.jobs import JobRunner


@pytest.fixture
def jobs(qapp, workspace):
    runner = JobRunner(workspace=workspace)
    yield runner
    runner.shutdown()


def test_that_a_command_that_succeeds_hands_back_its_last_line(qtbot, jobs):
    job = jobs.start(["runs", "list"])
    with qtbot.waitSignal(job.finished, timeout=30_000) as finished:
        pass
    assert finished.args[0] == job.result
    assert not job.is_running


def test_that_a_command_that_fails_says_why(qtbot, jobs):
    job = jobs.start(["export", "nothing-like-this", "--format", "pt"])
    with qtbot.waitSignal(job.failed, timeout=30_000) as failed:
        pass
    assert "nothing-like-this" in failed.args[0]["message"]
    assert failed.args[0]["remedy"]
    assert "Traceback" not in failed.args[0]["message"]


def test_that_a_wrong_option_says_why(qtbot, jobs):
    job = jobs.start(["export", "last", "--format", "gguf"])
    with qtbot.waitSignal(job.failed, timeout=30_000) as failed:
        pass
    assert "gguf" in failed.args[0]["message"]


def test_that_a_cancelled_job_ends(qtbot, jobs):
    job = jobs.start(["data", "sample"])
    with qtbot.waitSignal(job.cancelled, timeout=30_000):
        job.cancel()
    assert not job.is_running


def test_that_progress_lines_are_told_and_split_lines_joined(qtbot, qapp, jobs):
    job = jobs.start(["runs", "list"])
    told = []
    job.progress.connect(told.append)
    job._take(b'{"progress": {"stage": "read"}}')
    job._take(b"not json")
    job._take(b'"text"')
    assert told == [{"progress": {"stage": "read"}}]
    with qtbot.waitSignal(job.finished, timeout=30_000):
        pass
