"""One peer engine in a process of its own, which loads once and then runs when it is told to.

    python engine_server.py ENGINE MODEL_DIRECTORY EXPORT_DIRECTORY BATCH THREADS

Writes a line of JSON when ready (`version`, `settings`), then for each line `run SECONDS` on
standard input one with `images_per_second` and `processor_seconds` an image. Ends with standard input. Each engine has the
settings that ran fastest on one core; LOG.md has the ones that lost.
"""

import json
import os
import pathlib
import sys
import time

import numpy

import tower

# How long two ways of running an engine are compared before the better is kept.
TRIAL_SECONDS = 3.0


class Runner:
    """A way to run a batch: `step` starts one, `finish` waits for all that were started."""

    def __init__(self, settings, step, finish=lambda: None):
        self.settings, self.step, self.finish = settings, step, finish

    def speed(self, batch, seconds):
        """Images a second, and processor seconds of all threads an image.

        Runs for about `seconds`, at least one batch, and counts until the last has ended.

        One batch goes before the clock starts, since the other engines ran in between.
        """
        self.step()
        self.finish()
        batches, start, used = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - start < seconds:
            self.step()
            batches += 1
        self.finish()
        images = batches * batch
        return images / (time.perf_counter() - start), (time.process_time() - used) / images


def pytorch(arguments, pixels):
    """Eager with fused attention and channels-last, which is faster than `torch.compile`."""
    import torch

    torch.set_num_threads(arguments.threads)
    torch.set_num_interop_threads(1)
    model = tower.load(arguments.model).to(memory_format=torch.channels_last)
    batch = torch.from_numpy(pixels).contiguous(memory_format=torch.channels_last)

    def step():
        with torch.inference_mode():
            model(batch)

    return torch.__version__, [Runner("eager, sdpa, inference_mode, channels_last", step)]


def onnx_runtime(file):
    def make(arguments, pixels):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = arguments.threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_free_dimension_override_by_name(tower.BATCH_AXIS, arguments.batch)
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(arguments.exports / file), options, providers=["CPUExecutionProvider"]
        )
        step = lambda: session.run(None, {tower.INPUT: pixels})  # noqa: E731
        return onnxruntime.__version__, [Runner("all graph optimisations, fixed batch", step)]

    return make


def openvino(file):
    def make(arguments, pixels):
        import openvino as ov

        core = ov.Core()
        model = core.read_model(arguments.exports / file)
        model.reshape(list(pixels.shape))
        hints = ["LATENCY"] if arguments.threads == 1 else ["LATENCY", "THROUGHPUT"]
        runners = [openvino_runner(ov, core, model, arguments, pixels, hint) for hint in hints]
        return ov.__version__, runners

    return make


def openvino_runner(ov, core, model, arguments, pixels, hint):
    """OpenVINO compiled with a performance hint, with as many requests at a time as it asks for."""
    properties = {
        "PERFORMANCE_HINT": hint,
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": arguments.threads,
    }
    compiled = core.compile_model(model, "CPU", properties)
    count = 1
    if hint == "THROUGHPUT":
        count = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
    settings = f"{hint} hint, {count} request{'s' if count > 1 else ''} at a time, fixed batch"
    if count == 1:
        request = compiled.create_infer_request()
        step = lambda: request.infer([pixels], share_inputs=True, share_outputs=True)  # noqa: E731
        return Runner(settings, step)
    queue = ov.AsyncInferQueue(compiled, count)
    return Runner(settings, lambda: queue.start_async([pixels], share_inputs=True), queue.wait_all)


ENGINES = {
    "pytorch-fp32": pytorch,
    "onnxruntime-fp32": onnx_runtime("fp32.onnx"),
    "onnxruntime-int8-dynamic": onnx_runtime("dynamic.onnx"),
    "onnxruntime-int8-qdq": onnx_runtime("qdq.onnx"),
    "openvino-fp32": openvino("fp32.onnx"),
    "openvino-int8-qdq": openvino("qdq.onnx"),
}


class Arguments:
    def __init__(self, argv):
        self.engine, self.model = argv[0], argv[1]
        self.exports = pathlib.Path(argv[2])
        self.batch, self.threads = int(argv[3]), int(argv[4])


def fastest(runners, batch):
    """The fastest of several ways to run an engine; each is warmed up by the first batch."""
    if len(runners) == 1:
        runners[0].step()
        return runners[0]
    return max(runners, key=lambda runner: runner.speed(batch, TRIAL_SECONDS))


def main():
    # Libraries may write to standard output, which is the protocol's: it gets a handle of its own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    arguments = Arguments(sys.argv[1:])
    size = tower.image_size(arguments.model)
    generator = numpy.random.default_rng(3)
    pixels = generator.standard_normal((arguments.batch, 3, size, size)).astype(numpy.float32)
    version, runners = ENGINES[arguments.engine](arguments, pixels)
    runner = fastest(runners, arguments.batch)
    print(json.dumps({"version": version, "settings": runner.settings}), file=answers)
    for line in sys.stdin:
        rate, used = runner.speed(arguments.batch, float(line.split()[1]))
        print(json.dumps({"images_per_second": rate, "processor_seconds": used}), file=answers)


if __name__ == "__main__":
    main()
