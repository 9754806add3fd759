package import FoundationModel
internal import Glibc
internal import Tensor
internal import VigilCore

/// Trains the additions of an ``EncoderTail`` together with a linear head on its embeddings, by the
/// mean logistic loss of all labels.
///
/// The same images, options and seed give the same bits, whatever the number of threads.
package final class LoraTrainer {
    /// A linear head of one label: logit = weights · embedding + bias.
    package struct Head: Sendable, Hashable {
        package var weights: [Double]
        package var bias: Double

        package init(weights: [Double], bias: Double) {
            self.weights = weights
            self.bias = bias
        }
    }

    /// What was learned.
    package struct Fit: Sendable {
        /// The matrices, as an adapter's file has them.
        package let additions: [LoraAddition]
        /// One head a label.
        package let heads: [Head]
        /// Losses of the start and after each epoch, on the validation images.
        package let losses: [Double]
        /// The epoch that is kept: that of least loss; 0: the start.
        package let epoch: Int
    }

    /// How far the training is.
    package struct Progress: Sendable {
        /// From 1.
        package let epoch: Int
        /// Images of the epoch that are done.
        package let images: Int
        /// The least validation loss so far.
        package let least: Double
    }

    /// The additions, each `lora_A` and transposed `lora_B`, then the heads' weights, [labels,
    /// embedding width], then their biases.
    package var parameters: [Float]
    /// The numbers of the images that steps are made from.
    package let images: TrainingImages
    private let tail: EncoderTail
    private let options: LoraOptions
    private let weights: [[Double]]
    private var generator: SplitMix64
    private var adam = AdamSteps(parameters: 0)

    /// - Parameter heads: where the heads start, one a label, such as a probe's.
    package init(
        _ tail: EncoderTail, _ images: TrainingImages, heads: [Head], options: LoraOptions
    ) {
        self.tail = tail
        self.images = images
        self.options = options
        weights = images.weights(isBalanced: options.isBalanced)
        generator = SplitMix64(seed: options.seed)
        parameters = [Float](repeating: 0, count: tail.parameterCount)
        for part in tail.layout.parts {
            // As PEFT starts: A even in ±1 / sqrt(inputs), B zero.
            let bound = 1 / Double(part.inputs).squareRoot()
            for index in part.down..<part.down + part.rank * part.inputs {
                parameters[index] = Float((2 * generator.unit() - 1) * bound)
            }
        }
        for head in heads { parameters += head.weights.map { Float($0) } }
        parameters += heads.map { Float($0.bias) }
        adam = AdamSteps(parameters: parameters.count)
    }

    private var labels: Int { images.labels.count }
    private var width: Int { tail.embeddingWidth }

    /// Trains until the epochs are over or the validation loss has not fallen for long enough.
    package func run(
        progress: (Progress) -> Void = { _ in }
    ) throws(ModelError) -> Fit {
        var losses = [try loss(of: images.validation)]
        var best = (loss: losses[0], epoch: 0, parameters: parameters)
        let batches = (images.training.count + options.batch - 1) / options.batch
        var order = images.training
        for epoch in 1...max(options.epochs, 1) where epoch - best.epoch <= options.patience {
            order.shuffle(using: &generator)
            for first in stride(from: 0, to: order.count, by: options.batch) {
                let batch = Array(order[first..<min(first + options.batch, order.count)])
                let rate = rate(step: adam.count, of: batches * options.epochs)
                try step(batch, rate: rate)
                progress(
                    Progress(epoch: epoch, images: first + batch.count, least: best.loss))
            }
            losses.append(try loss(of: images.validation))
            if losses[epoch] < best.loss { best = (losses[epoch], epoch, parameters) }
        }
        parameters = best.parameters
        return Fit(
            additions: additions(), heads: heads(), losses: losses, epoch: best.epoch)
    }

    /// One step of Adam by the loss of some images.
    /// - Returns: the loss before it.
    @discardableResult
    package func step(_ batch: [Int], rate: Double) throws(ModelError) -> Double {
        let (loss, gradient) = try evaluate(batch)
        adam.step(&parameters, gradient: gradient, rate: rate)
        return loss
    }

    private func rate(step: Int, of all: Int) -> Double {
        let rising = max(1, all / 10)
        guard step >= rising else { return options.rate * Double(step + 1) / Double(rising) }
        let share = Double(step - rising) / Double(max(1, all - rising))
        return options.rate * 0.5 * (1 + cos(.pi * share))
    }

    private func additions() -> [LoraAddition] {
        tail.layout.parts.map { part in
            LoraAddition(
                module: part.module, rank: part.rank, inputs: part.inputs,
                outputs: part.rows.count,
                down: Array(parameters[part.down..<part.down + part.rank * part.inputs]),
                upTurned: Array(parameters[part.up..<part.up + part.rank * part.rows.count]))
        }
    }

    private func heads() -> [Head] {
        let start = tail.parameterCount
        return (0..<labels).map { label in
            let from = start + label * width
            return Head(
                weights: parameters[from..<from + width].map { Double($0) },
                bias: Double(parameters[start + labels * width + label]))
        }
    }
}

extension LoraTrainer {
    /// The mean loss of images with its gradient by all parameters: each label of each image counts
    /// its weight / (images * labels).
    package func evaluate(
        _ batch: [Int]
    ) throws(ModelError) -> (loss: Double, gradient: [Float]) {
        var gradient = [Float](repeating: 0, count: parameters.count)
        let share = 1 / Double(max(1, batch.count * labels))
        let loss = try pass(batch, share: share, gradient: &gradient)
        gradient.withUnsafeMutableBufferPointer { gradient in
            if let base = gradient.baseAddress { tail.finish(base) }
        }
        return (loss, gradient)
    }

    /// The mean loss of images by what they weigh.
    package func loss(of all: [Int]) throws(ModelError) -> Double {
        let total = weights.reduce(0) { sum, label in all.reduce(sum) { $0 + label[$1] } }
        var none: [Float] = []
        return try pass(all, share: 1 / max(total, .leastNormalMagnitude), gradient: &none)
    }

    /// Embeddings of images with the additions as they stand.
    package func embeddings(of all: [Int]) throws(ModelError) -> [[Float]] {
        let memory = try Memory(tail, labels: labels)
        let result = parameters.withUnsafeBufferPointer { parameters in
            Result { () throws(ModelError) in
                guard let base = parameters.baseAddress else { return }
                try ModelError.running { () throws(TensorError) in try tail.refresh(base) }
            }
        }
        try result.get()
        var rows: [[Float]] = []
        for first in stride(from: 0, to: all.count, by: tail.imagesMax) {
            let chunk = Array(all[first..<min(first + tail.imagesMax, all.count)])
            try embed(chunk, memory)
            let found = UnsafeBufferPointer(
                start: memory.embeddings.base, count: chunk.count * width)
            rows += stride(from: 0, to: found.count, by: max(width, 1)).map {
                Array(found[$0..<$0 + width])
            }
        }
        return rows
    }

    private func embed(_ chunk: [Int], _ memory: Memory) throws(ModelError) {
        for (place, image) in chunk.enumerated() {
            try images.states.read(
                image, into: memory.hidden.base + place * tail.hiddenCount)
        }
        try ModelError.running { () throws(TensorError) in
            try tail.run(memory.hidden.base, count: chunk.count, into: memory.embeddings.base)
        }
    }

    /// The sum of losses, each times `share`; adds to the gradient unless it is empty.
    private func pass(
        _ all: [Int], share: Double, gradient: inout [Float]
    ) throws(ModelError) -> Double {
        let memory = try Memory(tail, labels: labels)
        var sum = 0.0
        let parameters = parameters
        let result = parameters.withUnsafeBufferPointer { parameters in
            gradient.withUnsafeMutableBufferPointer { gradient in
                Result { () throws(ModelError) in
                    guard let base = parameters.baseAddress else { return }
                    try ModelError.running { () throws(TensorError) in try tail.refresh(base) }
                    for first in stride(from: 0, to: all.count, by: tail.imagesMax) {
                        let chunk = all[first..<min(first + tail.imagesMax, all.count)]
                        sum += try step(
                            Array(chunk), share: share, memory, parameters: base,
                            gradient: gradient.isEmpty ? nil : gradient.baseAddress)
                    }
                }
            }
        }
        try result.get()
        return sum
    }

    /// Buffers of one chunk of images.
    private struct Memory {
        let hidden: FloatBuffer
        /// [images, embedding width], and their gradient.
        let embeddings: FloatBuffer
        let slopes: FloatBuffer
        /// [images, labels], and transposed.
        let logitSlopes: FloatBuffer
        let turned: FloatBuffer

        init(_ tail: EncoderTail, labels: Int) throws(ModelError) {
            let count = tail.imagesMax
            func floats(_ size: Int) throws(ModelError) -> FloatBuffer {
                try ModelError.running { () throws(TensorError) in
                    try FloatBuffer(count: count * size)
                }
            }
            hidden = try floats(tail.hiddenCount)
            embeddings = try floats(tail.embeddingWidth)
            slopes = try floats(tail.embeddingWidth)
            logitSlopes = try floats(labels)
            turned = try floats(labels)
        }
    }

    private func step(
        _ chunk: [Int], share: Double, _ memory: Memory, parameters: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(ModelError) -> Double {
        try embed(chunk, memory)
        let count = chunk.count
        let head = parameters + tail.parameterCount
        let sum = losses(chunk, share: share, memory, head: head)
        guard let gradient else { return sum }
        let headGradient = gradient + tail.parameterCount
        let (e, s) = (memory.embeddings.base, memory.logitSlopes.base)
        tail.engine.addOuterProducts(
            s, aStride: labels, height: labels, e, bStride: width, width: width, rows: count,
            into: headGradient)
        for place in 0..<count {
            for label in 0..<labels {
                headGradient[labels * width + label] += s[place * labels + label]
                memory.turned.base[label * count + place] = s[place * labels + label]
            }
        }
        memory.slopes.base.update(repeating: 0, count: count * width)
        tail.engine.addOuterProducts(
            memory.turned.base, aStride: count, height: count, head, bStride: width, width: width,
            rows: labels, into: memory.slopes.base)
        try ModelError.running { () throws(TensorError) in
            try tail.gradient(memory.slopes.base, count: count, into: gradient)
        }
        return sum
    }

    /// The sum of a chunk's losses, with their slopes by the logits.
    private func losses(
        _ chunk: [Int], share: Double, _ memory: Memory, head: UnsafePointer<Float>
    ) -> Double {
        var sum = 0.0
        for (place, image) in chunk.enumerated() {
            let e = memory.embeddings.base + place * width
            for label in 0..<labels {
                let weight = weights[label][image] * share
                let z = Double(
                    tail.engine.dot(e, head + label * width, count: width)
                        + head[labels * width + label])
                let isThere = images.labels[label][image] == true
                // log(1 + exp(-|z|)) does not overflow.
                let small = exp(-abs(z))
                let probability = z >= 0 ? 1 / (1 + small) : small / (1 + small)
                memory.logitSlopes.base[place * labels + label] = Float(
                    weight * (probability - (isThere ? 1 : 0)))
                sum += weight * (log1p(small) + max(0, isThere ? -z : z))
            }
        }
        return sum
    }
}
