internal import Imaging
package import VigilCore
internal import Weights

/// What a model makes of one made image and one made text: the digests of its embeddings in fp32,
/// whose bits are the same on every processor. A folder that gives another answer has other weights
/// or settings than the one that was recorded, or its copy, this program or the machine is broken.
package struct KnownAnswer: Sendable, Hashable {
    /// The member of `vigil.json` that holds the record.
    package static let memberName = "knownAnswer"
    /// Of the made image and text below; another image or text needs another number.
    package static let version = 1
    /// The made text, for models with a tokenizer.
    static let text =
        "Chest radiograph, frontal view: small right pleural effusion, no pneumothorax."

    /// Of the made image's embedding, or volume's; nil: the model takes neither.
    package let image: Digest?
    /// Of the made text's embedding; nil: the model takes no texts.
    package let text: Digest?

    /// Takes both digests.
    package init(image: Digest?, text: Digest?) {
        self.image = image
        self.text = text
    }

    /// Asks a model. All its tensors are looked at: a text tower is loaded for it.
    /// - Parameter model: a model that was loaded in fp32.
    package init(of model: FoundationModelLoader.Loaded) throws(ModelError) {
        image = try model.pixels.map { (pixels) throws(ModelError) in
            try Self.digest(of: Self.madeEmbedding(pixels))
        }
        text = try model.texts.map { (texts) throws(ModelError) in
            defer { texts.releaseText() }
            if texts.hasText { return try Self.digest(of: texts.encode(text: [Self.text]).first) }
            let tokens = Self.madeTokens(model.textConfiguration)
            return try Self.digest(of: texts.encode(tokens: [tokens]).first)
        }
    }

    /// Reads a record; nil when it is of another version or none at all.
    package init?(json: JSONValue) {
        guard json["version"]?.intValue == Self.version else { return nil }
        image = json["image"]?.stringValue.flatMap { Digest(text: $0) }
        text = json["text"]?.stringValue.flatMap { Digest(text: $0) }
    }

    /// The record.
    package var json: JSONValue {
        var object = JSONObject()
        object["version"] = .integer(Int64(Self.version))
        object["precision"] = "fp32"
        if let image { object["image"] = .string(image.hex) }
        if let text { object["text"] = .string(text.hex) }
        object["recordedBy"] = .string("vigil \(BuildVersion.current)")
        return .object(object)
    }

    /// Refuses another answer than the recorded one.
    func check(against recorded: KnownAnswer) throws(ModelError) {
        let sides: [(SafeText, Digest?, Digest?)] = [
            ("image", image, recorded.image), ("text", text, recorded.text),
        ]
        for (side, found, expected) in sides where found != expected {
            throw .wrongAnswer(
                side: side, expected: expected.map { "\($0)" } ?? "none",
                found: found.map { "\($0)" } ?? "none")
        }
    }

    /// What a model makes of the made image, or volume.
    static func madeEmbedding(_ model: any PixelEncoder) throws(ModelError) -> [Float]? {
        switch model.input {
        case .image:
            let classifier = ImageClassifier(model: model, head: nil)
            return try classifier.classify([madeImage()]).first?.embedding
        case .volume(let manifest):
            return try model.encode(images: [manifest.tensor(of: madeVolume())]).first
        }
    }

    /// 320 × 256 pixels: slopes, edges and fine texture from whole numbers alone.
    private static func madeImage() throws(ModelError) -> GreyImage {
        let (width, height) = (320, 256)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height)
        for row in 0..<height {
            for column in 0..<width {
                let slope = (column * 3 + row * 2) / 6
                let texture = (column * column + 7 * row * column + 3 * row * row) >> 5
                let edge = (column / 64 + row / 48) % 2 == 0 ? 0 : 24
                pixels.append(UInt8(truncatingIfNeeded: (slope & 0xBF) + (texture & 0x1F) + edge))
            }
        }
        guard let image = GreyImage(width: width, height: height, pixels: pixels) else {
            throw .wrongSize(
                what: "the made image", expected: width * height, found: pixels.count)
        }
        return image
    }

    /// 24 slices of 80 × 96 voxels of 2.5 × 2 × 2 mm: slopes, edges and fine texture over the whole
    /// range of Hounsfield units, from whole numbers alone.
    private static func madeVolume() throws(ModelError) -> CTVolume {
        let (slices, rows, columns) = (24, 80, 96)
        var values: [Int16] = []
        values.reserveCapacity(slices * rows * columns)
        for slice in 0..<slices {
            for row in 0..<rows {
                for column in 0..<columns {
                    let slope = slice * 40 + row * 9 + column * 5 - 1000
                    let texture = (column * column + 7 * row * column + 3 * row * slice) >> 4
                    let edge = (column / 16 + row / 20 + slice / 6) % 2 == 0 ? 0 : 180
                    values.append(Int16(slope + (texture & 0x7F) + edge))
                }
            }
        }
        let volume = CTVolume(
            values: values, counts: [slices, rows, columns], spacing: [2.5, 2, 2],
            directions: [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
        guard let volume else {
            throw .wrongSize(
                what: "the made volume", expected: slices * rows * columns, found: values.count)
        }
        return volume
    }

    /// Tokens for a model without a tokenizer, with an end token where the model looks for one.
    private static func madeTokens(_ configuration: TextConfiguration?) -> [Int32] {
        guard let configuration else { return [] }
        let size = Int32(clamping: max(configuration.vocabularySize, 1))
        let length = max(configuration.contextLength - 1, 1)
        let tokens = (1...Int32(8)).map { $0 * 31 % size }.prefix(length)
        switch configuration.pooling {
        case .end(.first(let end)): return tokens.filter { $0 != end } + [end]
        case .end(.greatest): return tokens + [size - 1]
        case .first, .last, .mean: return Array(tokens)
        }
    }

    private static func digest(of embedding: [Float]?) throws(ModelError) -> Digest {
        guard let embedding, let strange = embedding.firstIndex(where: { !$0.isFinite }) else {
            return (embedding ?? []).withUnsafeBufferPointer { EmbeddingDigest.of($0) }
        }
        throw .weights(.notFinite(tensor: "(the made input's embedding)", index: strange))
    }
}
