"""The image encoder of Astra and Merlin in plain PyTorch: a ResNet-152 inflated to three dimensions.

Written from the published tensors' names and shapes. Also the peer of Deploy/bench/astra.
"""

import torch
from torch import nn


def convolution(inputs, outputs, kernel, stride=1):
    return nn.Conv3d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)


class Bottleneck(nn.Module):
    def __init__(self, inputs, inner, stride, has_shortcut):
        super().__init__()
        sizes = [(inputs, inner, 1, 1), (inner, inner, 3, stride), (inner, 4 * inner, 1, 1)]
        for index, size in enumerate(sizes, start=1):
            setattr(self, f"conv{index}", convolution(*size))
            setattr(self, f"bn{index}", nn.BatchNorm3d(size[1]))
        self.downsample = nn.Sequential(
            convolution(inputs, 4 * inner, 1, stride), nn.BatchNorm3d(4 * inner)
        ) if has_shortcut else None

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return torch.relu(out + (x if self.downsample is None else self.downsample(x)))


class I3DResNet(nn.Module):
    def __init__(self, depths=(3, 8, 36, 3), channels=64):
        super().__init__()
        self.conv1 = nn.Conv3d(3, channels, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False)
        self.bn1 = nn.BatchNorm3d(channels)
        inputs, self.stages = channels, []
        for stage, depth in enumerate(depths):
            inner, blocks = channels << stage, []
            for block in range(depth):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Bottleneck(inputs, inner, stride, block == 0))
                inputs = 4 * inner
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            self.stages.append(f"layer{stage + 1}")

    def states(self, volume):
        """After the first pooling and after each bottleneck, for [slices, columns, rows]."""
        x = volume[None, None].expand(1, 3, -1, -1, -1)
        x = torch.relu(self.bn1(self.conv1(x)))
        x = nn.functional.max_pool3d(x, 3, stride=2, padding=1)
        yield x
        for stage in self.stages:
            for block in getattr(self, stage):
                x = block(x)
                yield x

    def forward(self, volume):
        """The mean of the last stage's positions, [4 * inner]."""
        for state in self.states(volume):
            last = state
        return last[0].mean((1, 2, 3))


def load(tensors):
    """A model of published tensors, all of them used, in float32."""
    model = I3DResNet()
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected and all(k.endswith("num_batches_tracked") for k in missing), missing
    return model.float().eval()
