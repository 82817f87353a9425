"""The form in which a model leaves the product: raw rows in, probabilities and returns out."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from console.core.configs import ModelConfigV2
from console.core.errors import ExportError
from console.engine.data.normalise import Scaler
from console.engine.export.artifact import Artifact
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2

OUTPUT_NAMES = ("direction_probabilities", "direction_logits", "confidence", "expected_return")
INPUT_NAME = "rows"


class DeployedModel(nn.Module):
    """A trained network with its scaler in front and its return scale behind.

    Takes ``rows`` (B, T, F) float32 in the units of the data and returns, in the order of
    ``OUTPUT_NAMES``: class probabilities (B, 3) for SELL, HOLD, BUY, their logits (B, 3), the
    confidence (B, 1) in [0, 1], and the expected return (B, 1) in units of return.
    """

    centre: Tensor
    factor: Tensor

    def __init__(self, network: HybridCNNLSTMv2, scaler: Scaler, return_scale: float) -> None:
        super().__init__()
        self.network = network
        self.return_scale = return_scale
        self.is_scaled = scaler.method != "none"
        self.clip = scaler.clip
        scale = torch.tensor(scaler.scale, dtype=torch.float64)
        centre = torch.tensor(scaler.centre, dtype=torch.float64)
        self.register_buffer("centre", centre, persistent=False)
        self.register_buffer("factor", scale.reciprocal(), persistent=False)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scale, run the network, and put the outputs into units an operator knows."""
        output = self.network(self._scaled(rows))
        logits = output["direction_logits"]
        probabilities = torch.softmax(logits, dim=-1)
        return probabilities, logits, output["confidence"], (
            output["expected_return"] * self.return_scale
        )  # fmt: skip

    def _scaled(self, rows: Tensor) -> Tensor:
        if not self.is_scaled:
            return rows
        # in double, as in training: prices are large against their changes
        scaled = (rows.to(torch.float64) - self.centre) * self.factor
        if self.clip > 0:
            scaled = scaled.clamp(-self.clip, self.clip)
        return scaled.to(torch.float32)


def deployed(artifact: Artifact) -> DeployedModel:
    """The artifact as a module in evaluation mode, on the CPU.

    Raises:
        ExportError: the weights belong to another model.
    """
    return assemble(
        artifact.model_config, artifact.weights, artifact.scaler, artifact.return_scale
    )  # fmt: skip


def assemble(
    config: ModelConfigV2, weights: Mapping[str, Tensor], scaler: Scaler, return_scale: float
) -> DeployedModel:
    """Build the module from its parts.

    Raises:
        ExportError: the weights belong to another model.
    """
    network = HybridCNNLSTMv2(config)
    try:
        network.load_state_dict(dict(weights))
    except RuntimeError as error:
        raise ExportError(
            "The weights do not fit the model they are stored with: {reason}.",
            remedy="Choose another checkpoint of the run.",
            reason=str(error).strip().splitlines()[-1].strip(),
        ) from error
    return DeployedModel(network, scaler, return_scale).eval()
