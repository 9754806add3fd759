import FoundationModel
import Glibc
import Tensor
import Testing
import Training
import VigilCore
import Weights

/// Training of LoRA: gradients against finite differences and PyTorch, and what it learns.
@Suite("LoRA's training", .serialized)
struct LoraTrainingTests {
    static let clip = LoraScene.Model.pair(ClipModelTests.small, WeightNames.huggingFace.pair)

    private static func dinov2(gated: Bool) throws -> LoraScene.Model {
        var json = JSONObject()
        for (name, number) in [
            ("hidden_size", 48), ("num_hidden_layers", 3), ("num_attention_heads", 4),
            ("image_size", 56), ("patch_size", 14),
        ] { json[name] = .integer(Int64(number)) }
        json["model_type"] = "dinov2"
        json["use_swiglu_ffn"] = .bool(gated)
        return .image(try Dinov2.configuration(.object(json)))
    }

    private static func siglip() throws -> LoraScene.Model {
        var sizes: [(String, JSONValue)] = [
            ("hidden_size", 48), ("num_hidden_layers", 3), ("num_attention_heads", 4),
            ("intermediate_size", 96),
        ]
        func object(_ members: [(String, JSONValue)]) -> JSONValue {
            var object = JSONObject()
            for (name, value) in members { object[name] = value }
            return .object(object)
        }
        let text = object(sizes + [("vocab_size", 100)])
        sizes += [("image_size", 56), ("patch_size", 14)]
        let json = object([
            ("model_type", "siglip"), ("text_config", text), ("vision_config", object(sizes)),
        ])
        return .pair(try Siglip.configuration(json), Siglip.names)
    }

    private static func model(_ name: String) throws -> LoraScene.Model {
        switch name {
        case "dinov2": try dinov2(gated: false)
        case "dinov2-swiglu": try dinov2(gated: true)
        case "siglip": try siglip()
        case "clip-fused":
            .pair(ClipModelTests.small, WeightNames.openAI.pair)
        default: clip
        }
    }

    static let truth: [[Bool?]] = [
        [true, false, nil, true, false], [false, false, true, true, false],
        [true, nil, nil, false, true],
    ]

    /// The images, labels and parameters of `make_lora_vectors.py`.
    private func scene(_ name: String, threads: Int? = nil) throws -> (LoraTrainer, LoraScene) {
        let scene = try LoraScene(try Self.model(name), blocks: 2, rank: 4, threads: threads)
        let images = (0..<5).map {
            GoldenVectors.numbers("study.\($0)", scale: 2, count: scene.imagePixels)
        }
        let trainer = LoraTrainer(
            scene.tail,
            TrainingImages(
                states: try scene.states(images), labels: Self.truth, shares: [1, 0.5, 1, 1, 1],
                training: Array(0..<5), validation: Array(0..<5)),
            heads: Self.truth.map { _ in
                .init(weights: [Double](repeating: 0, count: scene.tail.embeddingWidth), bias: 0)
            }, options: scene.options)
        trainer.parameters = GoldenVectors.numbers(
            "lora.\(name)", scale: 0.2, count: trainer.parameters.count)
        return (trainer, scene)
    }

    @Test(
        "losses and gradients are PyTorch's, and so are five steps of Adam",
        arguments: ["clip", "dinov2", "dinov2-swiglu", "siglip"])
    func golden(name: String) throws {
        let vectors = try #require(try GoldenVectors.json("lora")[name])
        let (trainer, _) = try scene(name)
        #expect(trainer.parameters.count == vectors["parameters"]?.intValue)
        let (loss, gradient) = try trainer.evaluate(Array(0..<5))
        let expected = try #require(vectors["loss"]?.doubleValue)
        #expect(abs(loss - expected) <= 1e-6, "\(loss), PyTorch \(expected)")
        let parts = try #require(vectors["parts"]?.arrayValue)
        let starts = parts.compactMap { $0["start"]?.intValue }.map { Int($0) }
        var worst = 0.0
        for (place, part) in parts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] : gradient.count
            let found = gradient[starts[place]..<end].map { Double($0) }
            let length = try #require(part["length"]?.doubleValue)
            let some = try #require(part["some"]?.arrayValue).compactMap(\.doubleValue)
            let step = max(1, found.count / 7)
            let scale = length / Double(found.count).squareRoot()
            for (index, value) in some.enumerated() {
                worst = max(worst, abs(found[index * step] - value) / scale)
            }
            let norm = found.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(norm / length - 1) <= 1e-4, "part \(place)")
        }
        #expect(worst <= 1e-3, "\(worst)")
        let losses = try #require(vectors["adam"]?.arrayValue).compactMap(\.doubleValue)
        for (step, loss) in losses.enumerated() {
            let found = try trainer.step(Array(0..<5), rate: 0.01)
            #expect(abs(found - loss) <= 1e-4 * max(1, loss), "step \(step)")
        }
    }

    @Test(
        "the gradient is that of finite differences, matrix by matrix",
        arguments: ["clip", "clip-fused", "dinov2", "dinov2-swiglu", "siglip"])
    func differences(name: String) throws {
        let (trainer, _) = try scene(name)
        let all = Array(0..<5)
        let (_, gradient) = try trainer.evaluate(all)
        let start = trainer.parameters
        var random = SplitMix64(seed: 5)
        // Ranges of parameters, some of each kind, along the gradient and along a random way.
        for _ in 0..<12 {
            let first = random.below(gradient.count - 64)
            let range = first..<first + 64
            for isAlong in [true, false] {
                var way = [Float](repeating: 0, count: gradient.count)
                for index in range {
                    way[index] = isAlong ? gradient[index] : Float(2 * random.unit() - 1)
                }
                let length = way.reduce(0) { $0 + $1 * $1 }.squareRoot()
                guard length > 0 else { continue }
                let step = Float(0.05) / length
                func loss(_ sign: Float) throws -> Double {
                    trainer.parameters = zip(start, way).map { $0 + sign * step * $1 }
                    return try trainer.evaluate(all).loss
                }
                let slope = (try loss(1) - loss(-1)) / Double(2 * step)
                let expected = zip(way, gradient).reduce(0.0) { $0 + Double($1.0 * $1.1) }
                let scale = Double(step)
                #expect(
                    abs(slope - expected) * scale <= 2e-6 + 0.02 * abs(expected) * scale,
                    "\(range), along \(isAlong): \(slope), \(expected)")
            }
        }
    }

    @Test("no bit depends on the number of threads")
    func threads() throws {
        func trained(_ threads: Int) throws -> LoraTrainer {
            let (trainer, _) = try scene("clip", threads: threads)
            _ = try trainer.run()
            return trainer
        }
        let (one, three) = (try trained(1), try trained(3))
        #expect(one.parameters == three.parameters)
        #expect(try trained(1).parameters == one.parameters)
    }

    /// Images whose label is whether a mark stands on the left or on the right of a small patch,
    /// among marks of other sizes: what a random encoder's class token does not show.
    private func marks(_ count: Int, size: Int) -> (images: [[Float]], labels: [Bool]) {
        var random = SplitMix64(seed: 77)
        var (images, labels): ([[Float]], [Bool]) = ([], [])
        for _ in 0..<count {
            let isRight = random.below(2) == 1
            var image = (0..<3 * size * size).map { _ in Float(random.unit() - 0.5) }
            let (top, left) = (random.below(size / 8) * 8, random.below(size / 8) * 8)
            for channel in 0..<3 {
                for row in 0..<8 {
                    for column in 0..<4 {
                        let place = left + column + (isRight ? 4 : 0)
                        image[(channel * size + top + row) * size + place] += 1.5
                    }
                }
            }
            images.append(image)
            labels.append(isRight)
        }
        return (images, labels)
    }

    /// Held-out area under the ROC curve of logistic regression on standardised embeddings.
    private func probeArea(_ embeddings: [[Float]], _ labels: [Bool], training: Int) -> Double {
        let (width, count) = (embeddings[0].count, Double(training))
        var columns = (0..<width).map { column in embeddings.map { Double($0[column]) } }
        for column in columns.indices {
            let known = columns[column][..<training]
            let mean = known.reduce(0, +) / count
            let spread = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
            columns[column] = columns[column].map { ($0 - mean) / spread }
        }
        var weights = [Double](repeating: 0, count: width)
        var logits = [Double](repeating: 0, count: embeddings.count)
        for _ in 0..<200 {
            let slopes = (0..<training).map { 1 / (1 + exp(-logits[$0])) - (labels[$0] ? 1 : 0) }
            for column in 0..<width {
                let slope = zip(columns[column], slopes).reduce(0) { $0 + $1.0 * $1.1 } / count
                weights[column] -= 0.2 * (slope + 0.01 * weights[column])
            }
            logits = embeddings.indices.map { row in
                (0..<width).reduce(0) { $0 + weights[$1] * columns[$1][row] }
            }
        }
        return area(Array(logits[training...]), Array(labels[training...]))
    }

    private func area(_ scores: [Double], _ labels: [Bool]) -> Double {
        let with = scores.indices.filter { labels[$0] }
        let without = scores.indices.filter { !labels[$0] }
        let won = with.reduce(0) { sum, one in
            sum + without.count { scores[$0] < scores[one] }
        }
        return Double(won) / Double(max(1, with.count * without.count))
    }

    @Test("on a made task LoRA tells images apart that its probe cannot")
    func beatsProbe() throws {
        let scene = try LoraScene(Self.clip, blocks: 2, rank: 4, rate: 3e-3, epochs: 15)
        let (images, labels) = marks(400, size: 40)
        // Validation for LoRA is part of what the probe learns from: nothing is held back from it.
        let held = Array(300..<400)
        let trainer = LoraTrainer(
            scene.tail,
            TrainingImages(
                states: try scene.states(images), labels: [labels],
                shares: labels.map { _ in 1 }, training: Array(0..<240),
                validation: Array(240..<300)),
            heads: [.init(weights: [Double](repeating: 0, count: 48), bias: 0)],
            options: scene.options)
        let fit = try trainer.run()
        #expect(fit.epoch > 0)
        let embeddings = try trainer.embeddings(of: held)
        let scores = embeddings.map { row in
            zip(row, fit.heads[0].weights).reduce(0) { $0 + Double($1.0) * $1.1 }
        }
        let lora = area(scores, held.map { labels[$0] })
        let probe = probeArea(try scene.encoder.encode(images: images), labels, training: 300)
        #expect(lora > 0.95 && lora > probe + 0.1, "probe \(probe), LoRA \(lora)")
    }
}
