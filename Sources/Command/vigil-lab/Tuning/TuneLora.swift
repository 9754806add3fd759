import Evaluation
import FoundationModel
import Tensor
import Training
import Tuning
import VigilCore
import Weights

/// LoRA from images: a probe on the frozen embeddings, the last layers and a head from there on,
/// and the head calibrated and measured on what the adapted model gives.
struct TuneLora {
    let options: TuneOptions
    let truth: TruthTable

    /// Does all of it, and writes the encoder's adapter.
    func run(
        progress: (String) -> Void
    ) throws -> (TuneResult, TuneModel, merged: [Digest]) {
        let lora = options.fit.lora
        let (split, tail) = try load(AdapterSet.none) { (layers) throws(ModelError) in
            try EncoderTail(layers, lora)
        }
        let model = try TuneModel(split.encoder, directory: options.inputs.model)
        let states = try HiddenStateFile(
            directory: options.outputs.scratch, floats: split.hiddenCount)
        let images = try TuneImages(
            options, truth, split.encoder, split: split, states: states, progress: progress)
        let data = try TuneData(
            options, truth, images.sums, width: model.width, merged: [], skipped: images.skipped)
        let probe = try TuneSession(options: options, truth: truth, data: data)
            .run(progress: progress)
        let fit = try train(
            tail, sample(images, data, states), heads: probe.labels.map(\.head), progress)
        let digest = try write(fit, model)
        let (adapted, _) = try load(AdapterSet(paths: [options.outputs.lora])) {
            (_) throws(ModelError) in
        }
        let again = try images.embedded(adapted, states, progress: progress)
        let merged = [digest]
        let session = TuneSession(
            options: options, truth: truth,
            data: try TuneData(
                options, truth, again.sums, width: model.width, merged: merged,
                skipped: images.skipped))
        var result = try session.run(
            heads: fit.heads.map { LinearHead(weights: $0.weights, bias: $0.bias) },
            progress: progress)
        result.lora = TuneResult.Lora(
            file: options.outputs.lora, digest: digest, options: options.fit.lora,
            losses: fit.losses,
            epoch: fit.epoch, probe: probe.report)
        return (result, model, merged)
    }

    private func load<Tail>(
        _ adapters: AdapterSet, _ makeTail: (LastLayers) throws(ModelError) -> Tail
    ) throws -> (SplitEncoder, Tail) {
        var loading = ModelOptions(precision: .fp32, threads: options.fit.threads)
        loading.adapters = adapters
        return try SplitEncoder.load(
            directory: options.inputs.model, blocks: options.fit.lora.blocks, options: loading,
            makeTail)
    }

    /// The images with their labels and sides; an image counts its share of its study.
    private func sample(
        _ images: TuneImages, _ data: TuneData, _ states: HiddenStateFile
    ) -> TrainingImages {
        var rows: [Int] = []
        for file in images.files { rows += file.images.map { _ in file.row } }
        let counts = Dictionary(grouping: rows) { $0 }.mapValues(\.count)
        let places = Dictionary(uniqueKeysWithValues: data.rows.enumerated().map { ($1, $0) })
        let sides = rows.map { TuneSession.side($0, of: truth, options) }
        return TrainingImages(
            states: states,
            labels: data.studies.labels.map { label in
                rows.map { row in places[row].flatMap { label[$0] } }
            },
            shares: rows.map { 1 / Double(counts[$0] ?? 1) },
            training: rows.indices.filter { sides[$0] == .training },
            validation: rows.indices.filter { sides[$0] == .validation })
    }

    private func train(
        _ tail: EncoderTail, _ images: TrainingImages, heads: [LinearHead],
        _ progress: (String) -> Void
    ) throws -> LoraTrainer.Fit {
        let trainer = LoraTrainer(
            tail, images,
            heads: heads.map { LoraTrainer.Head(weights: $0.weights, bias: $0.bias) },
            options: options.fit.lora)
        return try trainer.run { state in
            progress(
                "epoch \(state.epoch) of \(options.fit.lora.epochs): \(state.images) of "
                    + "\(images.training.count) images, least validation loss "
                    + state.least.text(decimals: 4))
        }
    }

    private func write(_ fit: LoraTrainer.Fit, _ model: TuneModel) throws -> Digest {
        var record = JSONObject()
        for member in options.fit.lora.record.objectValue?.members ?? [] {
            record[member.name] = member.value
        }
        record["seed"] = .string("\(options.fit.seed)")
        record["epoch"] = .integer(Int64(fit.epoch))
        record["validation_losses"] = .array(fit.losses.map { .number($0) })
        return try LoraAddition.write(
            fit.additions, options: options.fit.lora, name: "\(options.outputs.name)-lora",
            base: model.base,
            preprocessing: model.preprocessing, record: .object(record), to: options.outputs.lora)
    }
}
