from __future__ import annotations

import pytest
import torch

from console.core.configs import TrainerConfigV2
from console.core.errors import ConsoleError
from console.engine.training.device import choose_device, numerics, supported_precision


def test_that_auto_takes_what_the_machine_has() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert choose_device("auto").type in (expected, "mps")
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:99", "cuda:x"])
def test_that_an_absent_device_is_an_error_that_lists_the_present_ones(name: str) -> None:
    with pytest.raises(ConsoleError, match=r"not available here; available: cpu"):
        choose_device(name)


def test_that_half_precision_is_off_where_the_device_has_none() -> None:
    cpu = torch.device("cpu")
    assert supported_precision("fp16", cpu) == "off"
    assert supported_precision("off", cpu) == "off"
    assert supported_precision("bf16", cpu) in ("off", "bf16")


def test_that_threads_and_determinism_hold_inside_and_are_given_back() -> None:
    before = torch.get_num_threads()
    with numerics(TrainerConfigV2(num_threads=1, deterministic=True)):
        assert torch.get_num_threads() == 1
        assert torch.are_deterministic_algorithms_enabled()
    assert torch.get_num_threads() == before
    assert not torch.are_deterministic_algorithms_enabled()
