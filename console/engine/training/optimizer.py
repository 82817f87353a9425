"""AdamW as the trainer uses it, and its moments by parameter name."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from console.core.configs import TrainerConfigV2
from console.engine.training.device import has_fused_adamw

_BETAS = (0.9, 0.999)
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def build_optimizer(
    model: nn.Module, config: TrainerConfigV2, device: torch.device
) -> torch.optim.AdamW:
    """AdamW (Loshchilov, Hutter 2019) without decay on norms and biases, fused where possible."""
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim < 2]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=config.learning_rate,
        betas=_BETAS,
        fused=has_fused_adamw(device),
    )


def clip_gradients(model: nn.Module, largest_norm: float) -> Tensor:
    """Scale gradients down to ``largest_norm``, 0 for never; the norm before it, a scalar."""
    parameters = [p for p in model.parameters() if p.grad is not None]
    norm = nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
    small = norm.device.type == "cpu" and bool(largest_norm / (norm + 1e-6) >= 1.0)
    if largest_norm > 0 and not small:  # a CPU is not made to multiply all gradients by 1
        nn.utils.clip_grads_with_norm_(parameters, largest_norm, norm)
    return norm


def optimizer_tensors(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Copies of the moments on the CPU, called "exp_avg/<parameter name>" and so on."""
    tensors: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        state = optimizer.state.get(parameter, {})
        for moment in _MOMENTS:
            if moment in state:
                tensors[f"{moment}/{name}"] = on_cpu(state[moment])
    return tensors


def load_optimizer_tensors(
    model: nn.Module, optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Put back what ``optimizer_tensors`` gave; parameters without moments begin anew."""
    fused = bool(optimizer.defaults.get("fused"))
    optimizer.state.clear()
    for name, parameter in model.named_parameters():
        if f"exp_avg/{name}" not in tensors:
            continue
        moments = {kind: tensors[f"{kind}/{name}"].clone() for kind in _MOMENTS}
        step_device = parameter.device if fused else torch.device("cpu")
        optimizer.state[parameter] = {
            kind: tensor.to(step_device if kind == "step" else parameter.device)
            for kind, tensor in moments.items()
        }


def model_tensors(model: nn.Module) -> dict[str, Tensor]:
    """Copies of parameters and buffers on the CPU."""
    return {name: on_cpu(tensor) for name, tensor in model.state_dict().items()}


def on_cpu(tensor: Tensor) -> Tensor:
    """A contiguous copy on the CPU that shares nothing."""
    return tensor.detach().to("cpu", copy=True).contiguous()
