"""The record of an epoch, there and back through JSON."""

from __future__ import annotations

import dataclasses
import json
import math

from console.core.files import jsonable
from console.core.metrics import EpochMetrics

EPOCH = EpochMetrics(
    3, 0.5, 0.6, 0.4, 0.45, 0.41, 0.42, 0.43, 5e-5, 12.5, step=30, val_mcc=0.1,
    val_class_f1=(0.1, 0.2, 0.3), val_confusion=((1, 2, 3), (4, 5, 6), (7, 8, 9)), is_best=True,
)  # fmt: skip


def test_that_a_record_is_the_same_as_its_fields() -> None:
    assert EPOCH.to_dict() == dataclasses.asdict(EPOCH)


def test_that_a_history_survives_json() -> None:
    history = [dataclasses.replace(EPOCH, epoch=number) for number in range(1, 4)]
    plain = json.loads(json.dumps([metrics.to_dict() for metrics in history]))
    assert EpochMetrics.from_dicts(plain) == history
    assert EpochMetrics.from_dicts([{**plain[0], "later": 1}]) == history[:1]


def test_that_what_json_cannot_hold_comes_back_as_not_a_number() -> None:
    lost = dataclasses.replace(EPOCH, val_loss=math.inf, val_class_f1=(0.1, math.nan, 0.3))
    [back] = EpochMetrics.from_dicts(json.loads(json.dumps(jsonable([lost.to_dict()]))))
    assert math.isnan(back.val_loss) and math.isnan(back.val_class_f1[1])
    assert back.gradient_norm is None and back.val_confusion == EPOCH.val_confusion
