"""Fixtures of the training tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.engine.training.small_training import Recorder


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small networks are slower, and less alike, with many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def recorder() -> Recorder:
    """A fresh recorder of events."""
    return Recorder()
