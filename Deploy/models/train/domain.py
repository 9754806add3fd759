"""Where a model's embeddings of ordinary films lie: an adapter that marks images far from them.

    python3 domain.py MODEL RUN OUT [SHARE]

RUN holds lines of `vigil infer --embedding --json` of films that are as those of the training but
had no part in it. SHARE of them (0.01) lie outside the limit. The middle and the covariance are of
one half of the films, the limit of the other.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file


def main(model, run, out, share="0.01"):
    lines = [json.loads(line) for line in Path(run).read_text().splitlines()]
    rows = np.array([line["embedding"] for line in lines if "embedding" in line])
    fitted, held = rows[::2], rows[1::2]
    mean = fitted.mean(0)
    values, vectors = np.linalg.eigh(np.cov(fitted.T))
    # Directions that hardly vary count as if they varied a little: far less than they do in images
    # of another kind, and more than int8 moves them.
    values = np.maximum(values, values.max() * 1e-7)
    axes = np.ascontiguousarray((vectors / np.sqrt(values)).T, dtype=np.float32)
    distances = np.linalg.norm((held - mean.astype(np.float32)) @ axes.T, axis=1)
    limit = float(np.quantile(distances, 1 - float(share)))
    weights = hashlib.sha256(Path(model, "model.safetensors").read_bytes()).hexdigest()
    metadata = {
        "vigil.adapter": "1", "kind": "training-domain", "base": weights,
        "name": Path(out).stem, "limit": f"{limit:.4f}", "share": share, "films": str(len(rows)),
    }  # fmt: skip
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    save_file({"mean": mean.astype(np.float32), "axes": axes}, out, metadata=metadata)
    print(f"{out}: limit {limit:.3f}, median {np.median(distances):.3f}, {len(rows)} films")


if __name__ == "__main__":
    main(*sys.argv[1:])
