"""Tensors as a safetensors file, without building the file in memory first."""

from __future__ import annotations

import json
from collections.abc import Mapping

import safetensors.torch
import torch
from torch import Tensor

_KINDS = {
    torch.int64: "I64", torch.float64: "F64", torch.float32: "F32", torch.int32: "I32",
    torch.bfloat16: "BF16", torch.float16: "F16", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
_RANKS = {kind: rank for rank, kind in enumerate(_KINDS)}
_ALIGNMENT = 8


def file_parts(tensors: Mapping[str, Tensor]) -> list[memoryview]:
    """The file in pieces, byte for byte what ``safetensors.torch.save`` gives.

    The library copies every tensor twice on the way, which took longer than writing the file. The
    pieces are the tensors' own memory: write them before the tensors change.

    Args:
        tensors: contiguous, on the CPU.
    """
    if any(tensor.dtype not in _KINDS for tensor in tensors.values()):
        return [memoryview(safetensors.torch.save(dict(tensors)))]
    ordered = sorted(tensors.items(), key=lambda item: (_RANKS[item[1].dtype], item[0]))
    header, offset = {}, 0
    for name, tensor in ordered:
        end = offset + tensor.numel() * tensor.element_size()
        header[name] = {
            "dtype": _KINDS[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    begin = memoryview(len(text).to_bytes(8, "little") + text)
    return [begin, *(_memory(tensor) for _name, tensor in ordered)]


def _memory(tensor: Tensor) -> memoryview:
    return tensor.detach().reshape(-1).view(torch.uint8).numpy().data
