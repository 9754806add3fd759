import Commands
import Evaluation
import FoundationModel
import Glibc
import Imaging
import Training
import Tuning
import VigilCore

/// Images that are learned from: decoded, brought to the model's input, and embedded.
struct TuneImages {
    /// A file that was read: its row of the truth table, and its frames among all images.
    struct File {
        let row: Int
        let images: Range<Int>
    }

    /// Embeddings added up by study; a file counts once, whatever its frames.
    private(set) var sums = EmbeddingSums()
    /// Files that were read, in order.
    private(set) var files: [File] = []
    /// Files that name no study of the truth, or do not read.
    private(set) var skipped = 0

    /// Files that are decoded at a time.
    private static let filesMax = 16
    private let isUnit: Bool

    /// Embeds each image of the options.
    /// - Parameters:
    ///   - split: with `states`, runs the model and keeps each image's hidden state.
    ///   - states: gets them, in the order of the images.
    init(
        _ options: TuneOptions, _ truth: TruthTable, _ encoder: any ImageEncoder,
        split: SplitEncoder? = nil, states: HiddenStateFile? = nil, progress: (String) -> Void
    ) throws {
        isUnit = encoder is ClipModel
        let matcher = StudyMatcher(truth)
        for path in options.inputs.images where access(path, R_OK) != 0 {
            throw CommandError.fileNotRead(path: SafeText(operatorProvided: path))
        }
        let paths = try InputFiles.tree(options.inputs.images)
        let known = paths.compactMap { path in matcher.row(file: path).map { (path, $0) } }
        skipped = paths.count - known.count
        let decoders = try FileDecoders.pool()
        // What no study would show the model is nothing to learn from.
        let gate = HeaderGate()
        var pass = ImagePass(encoder, split: split, states: states)
        for start in stride(from: 0, to: known.count, by: Self.filesMax) {
            let part = known[start..<min(start + Self.filesMax, known.count)]
            var frames: [GreyImage] = []
            let first = files.count
            let before = files.last?.images.upperBound ?? 0
            for (path, row) in part {
                do throws(ImagingError) {
                    let input = try InputRoots.openTrusted(
                        path: path, maximumBytes: InputFiles.bytesMax)
                    guard case .image(let instance, _) = try decoders.read(input, gate: gate)
                    else {
                        skipped += 1
                        continue
                    }
                    let decoded = instance.frames
                    let from = before + frames.count
                    files.append(File(row: row, images: from..<from + decoded.count))
                    frames += decoded
                } catch {
                    skipped += 1
                }
            }
            add(try pass.embed(frames), files: first..., from: before)
            progress("images: \(start + part.count) of \(known.count) files")
        }
    }

    private init(files: [File], skipped: Int, isUnit: Bool) {
        self.files = files
        self.skipped = skipped
        self.isUnit = isUnit
    }

    /// The same files with embeddings that another model gives their hidden states.
    func embedded(
        _ split: SplitEncoder, _ states: HiddenStateFile, progress: (String) -> Void
    ) throws -> TuneImages {
        var out = TuneImages(files: files, skipped: skipped, isUnit: isUnit)
        let (width, size) = (split.encoder.embeddingWidth, split.hiddenCount)
        var rows: [[Float]] = []
        for first in stride(from: 0, to: states.count, by: split.encoder.imagesPerPass) {
            let count = min(split.encoder.imagesPerPass, states.count - first)
            var hidden = [Float](repeating: 0, count: count * size)
            var found = [Float](repeating: 0, count: count * width)
            try hidden.withUnsafeMutableBufferPointer { hidden in
                guard let base = hidden.baseAddress else { return }
                for place in 0..<count {
                    try states.read(first + place, into: base + place * size)
                }
                try found.withUnsafeMutableBufferPointer {
                    try split.finish(
                        hidden: UnsafeBufferPointer(hidden), count: count, into: $0)
                }
            }
            rows += stride(from: 0, to: found.count, by: width).map {
                Array(found[$0..<$0 + width])
            }
            progress("embeddings: \(first + count) of \(states.count) images")
        }
        out.add(rows, files: 0..., from: 0)
        return out
    }

    /// Adds the embeddings of some files' frames.
    /// - Parameter from: the number of the first image among all.
    private mutating func add(
        _ embeddings: [[Float]], files range: PartialRangeFrom<Int>, from first: Int
    ) {
        for file in files[range] {
            let frames = file.images.map { embeddings[$0 - first] }
            sums.add(MeanEmbedding.of(frames, isUnit: isUnit), row: file.row)
        }
    }
}

/// Frames to embeddings, a pass of the encoder at a time, with hidden states where they are wanted.
private struct ImagePass {
    private let encoder: any ImageEncoder
    private let split: SplitEncoder?
    private let states: HiddenStateFile?
    private let preprocessor: Preprocessor

    init(_ encoder: any ImageEncoder, split: SplitEncoder?, states: HiddenStateFile?) {
        self.encoder = encoder
        self.split = split
        self.states = states
        preprocessor = Preprocessor(encoder.preprocessing)
    }

    mutating func embed(_ frames: [GreyImage]) throws -> [[Float]] {
        var rows: [[Float]] = []
        for first in stride(from: 0, to: frames.count, by: encoder.imagesPerPass) {
            let part = frames[first..<min(first + encoder.imagesPerPass, frames.count)]
            let images = part.flatMap { preprocessor.tensor(of: $0) }
            let found = try images.withUnsafeBufferPointer { images in
                try pass(images, count: part.count)
            }
            let width = encoder.embeddingWidth
            rows += stride(from: 0, to: found.count, by: width).map {
                Array(found[$0..<$0 + width])
            }
        }
        return rows
    }

    private func pass(_ images: UnsafeBufferPointer<Float>, count: Int) throws -> [Float] {
        guard let split, let states else { return try encoder.encode(images, count: count) }
        var hidden = [Float](repeating: 0, count: count * split.hiddenCount)
        var found = [Float](repeating: 0, count: count * encoder.embeddingWidth)
        try hidden.withUnsafeMutableBufferPointer { hidden in
            try found.withUnsafeMutableBufferPointer { found in
                try split.encode(
                    images: images, count: count, hidden: hidden, embeddings: found)
            }
            try states.append(UnsafeBufferPointer(hidden))
        }
        return found
    }
}
