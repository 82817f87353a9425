"""Models as ONNX graphs with the scaler inside and any batch size."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch

from console.core.files import jsonable
from console.engine.export.artifact import Artifact
from console.engine.export.deploy import INPUT_NAME, OUTPUT_NAMES, deployed

_TALKATIVE = "torch.onnx._internal.exporter._registration"
TRACED_BATCH = 2  # a batch of one would be taken for a constant


def to_onnx(artifact: Artifact) -> bytes:
    """An ONNX file: input ``rows`` (batch, T, F), outputs ``OUTPUT_NAMES``, metadata as JSON."""
    model = deployed(artifact).requires_grad_(False)
    logging.getLogger(_TALKATIVE).setLevel(logging.ERROR)  # it misses torchvision, we do not
    rows, features = artifact.window_shape
    with warnings.catch_warnings():
        # nn.LSTM lists its parameters a second time; the tracer notices and copes
        warnings.filterwarnings("ignore", r"The tensor attributes? .*_flat_weights", UserWarning)
        warnings.filterwarnings("ignore", category=FutureWarning)  # of torch to itself
        program = torch.onnx.export(
            model,
            (torch.zeros(TRACED_BATCH, rows, features),),
            dynamo=True,
            verbose=False,
            input_names=[INPUT_NAME],
            output_names=list(OUTPUT_NAMES),
            dynamic_shapes={"rows": {0: torch.export.Dim("batch", min=1)}},
        )
    assert program is not None
    graph = program.model_proto
    del graph.metadata_props[:]
    for name, value in artifact.metadata.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = name, json.dumps(jsonable(value))
    graph.producer_name = "training-console"
    onnx.checker.check_model(graph)
    return bytes(graph.SerializeToString())


class OnnxModel:
    """An exported graph in a fresh onnxruntime session on the CPU."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    @property
    def metadata(self) -> dict[str, Any]:
        """What the file says about itself: features, label rule, hashes."""
        texts = self._session.get_modelmeta().custom_metadata_map
        return {name: json.loads(text) for name, text in texts.items()}

    def __call__(self, rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], ...]:
        """The outputs in the order of ``OUTPUT_NAMES`` for ``rows`` (B, T, F)."""
        return tuple(self._session.run(list(OUTPUT_NAMES), {INPUT_NAME: rows}))
