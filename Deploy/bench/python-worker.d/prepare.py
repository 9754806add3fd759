"""What the Python worker needs of a model: ONNX in fp32 and int8, and the prompts' directions.

    python prepare.py CHECKOUT MODEL
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

LIMIT = 900.0


def directions(vigil, model, prompts):
    """[findings, 2, width]: the mean direction of positive and of negative prompts."""
    texts = [text for finding in prompts["findings"] for side in ("positive", "negative")
             for text in finding[side]]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(texts) + "\n")
        file.flush()
        done = subprocess.run(
            [vigil, "infer", "--model", model, "--text", "--embedding", "--json", file.name],
            check=True, capture_output=True, text=True, timeout=LIMIT)
    rows = iter(json.loads(line)["embedding"] for line in done.stdout.splitlines())
    found = []
    for finding in prompts["findings"]:
        for side in ("positive", "negative"):
            mean = numpy.mean([next(rows) for _ in finding[side]], axis=0)
            found.append(mean / numpy.linalg.norm(mean))
    return numpy.asarray(found, numpy.float32).reshape(len(prompts["findings"]), 2, -1)


def main(checkout, model):
    sys.path.insert(0, str(pathlib.Path(checkout, "Deploy/bench/peers.d")))
    import tower

    out = tower.export_directory(os.environ["VIGIL_CACHE"], model)
    if not tower.is_exported(out):
        print("python-worker: exporting the model to ONNX (once, about a minute)", file=sys.stderr)
        tower.export(model, out)
    if not (out / "directions.npy").exists():
        vigil = os.environ.get("VIGIL") or str(pathlib.Path(checkout, ".build/release/vigil"))
        prompts = json.loads(pathlib.Path(model, "prompts.json").read_text())
        numpy.save(out / "directions.npy", directions(vigil, model, prompts))
    print(out)


if __name__ == "__main__":
    main(*sys.argv[1:3])
