import Settings

/// The commands that `vigil-lab` carries out, which `vigil` lists and passes on. Tests hold this
/// list against that program's own.
enum LabCommands {
    /// Those that make studies and models, learn, and let files leave.
    static let studies = [
        DelegatedCommand(
            "synth",
            "Make synthetic studies with known truth: DICOM files, events, FHIR context "
                + "and a truth table; with --rate, stream them to Kafka"),
        DelegatedCommand(
            "evaluate",
            "Measure a model's run against the truth, with intervals, by subgroup, and "
                + "against another model's"),
        DelegatedCommand(
            "calibrate",
            "Fit a site's thresholds with a promise of how few findings are missed, and "
                + "sign them"),
        DelegatedCommand(
            "tune",
            "Adapt a model: fit a head on its embeddings, or train its last layers with "
                + "LoRA as well; split by patient, calibrated, measured, and written as adapters"),
        DelegatedCommand(
            "domain",
            "Learn where a model's embeddings of ordinary images lie, by the distance "
                + "that best tells others from them, and write it as an adapter"),
        DelegatedCommand(
            "model untrained",
            "Write a CLIP directory with seeded random weights: it runs and knows nothing"),
        DelegatedCommand(
            "model convert",
            "Convert a .pt, .bin, .pth, .pkl or .onnx file to safetensors; no code of the "
                + "file is run"),
        DelegatedCommand(
            "deidentify",
            "Write DICOM files without what names patients, by PS3.15 annex E; what may "
                + "show a name in its pixels is refused"),
    ]

    /// Those that measure.
    static let benches = [
        DelegatedCommand(
            "bench engine",
            "Measure a model's vision tower: images a second, share of the peak, joules"),
        DelegatedCommand(
            "bench kernels", "Measure every kernel against the processor's peak"),
        DelegatedCommand(
            "bench energy",
            "Measure speed against joules a study: precision, batch, threads, clock"),
        DelegatedCommand(
            "bench evidence",
            "Measure what evidence costs beside inference, in rounds that take turns"),
        DelegatedCommand(
            "bench pipeline",
            "Measure workers on a broker: studies a second, time to notification by stage,"
                + " processor time outside the model, joules; or --transport alone"),
    ]
}
