internal import Imaging
internal import Tensor
internal import VigilCore

/// Several models that look at the same images, one after the other. An embedding is those of all
/// of them in a row.
final class EnsembleEncoder: PixelEncoder {
    let identity: ModelIdentity
    private let members: [any PixelEncoder]
    private let first: any PixelEncoder

    /// - Parameter members: at least one, in the order of their digests, of equal input.
    init(_ members: [any PixelEncoder], first: any PixelEncoder) {
        self.members = members
        self.first = first
        identity = ModelIdentity(ensemble: members.map(\.identity))
    }

    var input: InputManifest { first.input }
    var precision: Precision { first.precision }
    var engine: Engine { first.engine }
    var imagePixels: Int { first.imagePixels }
    var embeddingWidth: Int { members.reduce(0) { $0 + $1.embeddingWidth } }
    var imagesPerPass: Int { members.map(\.imagesPerPass).min() ?? 1 }

    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) {
        try BufferSize.check("images", expected: (count, imagePixels), found: images.count)
        try gather(count: count, into: out, betweenLayers: betweenLayers) {
            (member, part) throws(ModelError) in
            try members[member].encode(
                images: images, count: count, into: part, betweenLayers: betweenLayers)
        }
    }

    /// Puts what each member makes of images into their rows.
    /// - Parameter encode: fills a member's embeddings, [count, its embedding width].
    func gather(
        count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)?,
        _ encode: (Int, UnsafeMutableBufferPointer<Float>) throws(ModelError) -> Void
    ) throws(ModelError) {
        try BufferSize.check("embeddings", expected: (count, embeddingWidth), found: out.count)
        var start = 0
        for (index, member) in members.enumerated() {
            let width = member.embeddingWidth
            var part = [Float](repeating: 0, count: count * width)
            let result = part.withUnsafeMutableBufferPointer { part in
                Result { () throws(ModelError) in try encode(index, part) }
            }
            try result.get()
            for row in 0..<count {
                for column in 0..<width {
                    out[row * embeddingWidth + start + column] = part[row * width + column]
                }
            }
            start += width
            if index + 1 < members.count { try betweenLayers?() }
        }
    }
}

extension ModelIdentity {
    /// What all members together are: the digest covers those of all, and only what each of them
    /// may be used for is said of them.
    fileprivate init(ensemble members: [ModelIdentity]) {
        func joined(_ texts: [String]) -> String {
            var seen: Set<String> = []
            return texts.filter { seen.insert($0).inserted }.joined(separator: "; ")
        }
        var hasher = DigestHasher()
        hasher.updateField("vigil-ensemble 1")
        for member in members { hasher.updateField(member.digest.hex) }
        let trainedOn = joined(members.compactMap(\.trainedOn))
        let licences = joined(members.compactMap(\.licence))
        self.init(
            name: members.map(\.name).joined(separator: "+"), digest: hasher.finish(),
            family: members.first?.family ?? "", isValidated: members.allSatisfy(\.isValidated),
            trainedOn: trainedOn.isEmpty ? nil : trainedOn,
            intendedUse: joined(members.map(\.intendedUse)),
            licence: licences.isEmpty ? nil : licences)
        intendedInputs = members.flatMap(\.intendedInputs)
    }
}
