import FoundationModel
import Testing
import VigilCore

/// DINOv2 and RAD-DINO against transformers, layer by layer, with the grid of patches.
@Suite("Golden vectors of DINOv2", .serialized)
struct Dinov2Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let json: JSONValue
        let imageSize: Int
        let images: Int
        var testDescription: String { name }
    }

    static func small(_ more: (String, JSONValue)...) -> JSONValue {
        var json = JSONObject()
        json["model_type"] = "dinov2"
        json["hidden_size"] = 384
        json["num_attention_heads"] = 6
        json["image_size"] = 518
        for (name, value) in more { json[name] = value }
        return .object(json)
    }

    static let cases = [
        // As published: positions of 518 pixels, run at 224.
        Case(name: "dinov2-s-224", json: small(), imageSize: 224, images: 4),
        Case(
            name: "dinov2-s-registers-224",
            json: small(("model_type", "dinov2_with_registers"), ("patch_size", 14)),
            imageSize: 224, images: 2),
        // A larger size than the positions', and the gated feed-forward half of the giant model.
        Case(
            name: "dinov2-swiglu",
            json: small(
                ("num_hidden_layers", 4), ("use_swiglu_ffn", true), ("image_size", 70)),
            imageSize: 98, images: 2),
        Case(
            name: "rad-dino", json: ["model_type": "dinov2", "image_size": 518], imageSize: 518,
            images: 1),
        Case(
            name: "dinov2-l-224",
            json: small(
                ("hidden_size", 1024), ("num_hidden_layers", 24), ("num_attention_heads", 16)),
            imageSize: 224, images: 1),
    ]

    @Test("class token, patches and layers are those of transformers", arguments: cases)
    func agrees(_ one: Case) throws {
        let vectors = try GoldenVectors(one.name)
        let configuration = try Dinov2.configuration(one.json, imageSize: one.imageSize)
        let tensors = ClipTensors.vision(
            configuration, Dinov2.head, Dinov2.names(configuration))
        let model = try VisionModel.make(
            source: SeededWeights(seed: GoldenVectors.seed, tensors: tensors),
            configuration: configuration, identity: .generated)
        let width = configuration.encoder.width
        let images = Array(GoldenVectors.images(size: one.imageSize).prefix(one.images))
        var agreement = Agreement()
        agreement.compareLayers(
            try model.states(image: images[0], width: width), vectors.imageProbes, width: width,
            row: 0)
        let count = configuration.patches * width
        var out = [Float](repeating: 0, count: images.count * width)
        var patches = [Float](repeating: 0, count: images.count * count)
        try images.flatMap { $0 }.withUnsafeBufferPointer { images in
            try out.withUnsafeMutableBufferPointer { out in
                try patches.withUnsafeMutableBufferPointer { patches in
                    try model.encode(
                        images: images, count: one.images, into: out, patches: patches)
                }
            }
        }
        let grids = try #require(vectors.json["grids"]?.arrayValue)
        for (index, grid) in grids.enumerated() {
            agreement.compare(out[index * width..<(index + 1) * width], vectors.image[index])
            let found = patches[index * count..<(index + 1) * count]
            let picked = try GoldenVectors.rows(grid["rows"])
            for (row, place) in zip(
                picked, [0, configuration.patches / 2, configuration.patches - 1])
            {
                agreement.compare(found.dropFirst(place * width).prefix(width), row)
            }
            let length = found.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let expected = try #require(grid["length"]?.doubleValue)
            #expect(abs(length / expected - 1) <= 1e-5)
        }
        // 1e-3 is asked for; 7e-6 was found.
        #expect(agreement.greatestError <= 2e-5, "\(agreement)")
    }
}
