internal import Imaging
internal import VigilCore
internal import Weights

extension PreprocessingManifest {
    /// The mean and deviation of CLIP's training images.
    private static let clipMean: [Double] = [0.48145466, 0.4578275, 0.40821073]
    private static let clipDeviation: [Double] = [0.26862954, 0.26130258, 0.27577711]
    private static let file: SafeText = "preprocessor_config.json"

    /// CLIP's own preprocessing for a square image: shorter side to size, bicubic, centre crop.
    static func clip(size: Int) throws(ModelError) -> PreprocessingManifest {
        try read([:], vision: size)
    }

    /// Reads `preprocessor_config.json` of a model's folder; without one, CLIP's own preprocessing.
    static func read(
        _ directory: ModelDirectory, vision: VisionConfiguration
    ) throws(ModelError) -> PreprocessingManifest {
        guard vision.channels == 3 else {
            throw .badConfiguration(
                file: "config.json", field: "vision_config.num_channels",
                reason: "\(vision.channels), where CLIP's preprocessing gives 3")
        }
        let json = try ModelError.catching { () throws(WeightsError) in
            directory.has(file.text) ? try directory.json(file.text) : [:]
        }
        return try read(json, vision: vision.imageSize)
    }

    /// Fields that are left out have the values of `CLIPImageProcessor` (transformers 5.23).
    private static func read(
        _ json: JSONValue, vision size: Int
    ) throws(ModelError) -> PreprocessingManifest {
        let reader = ConfigurationReader(json, file: file, path: "")
        for name in ["do_resize", "do_rescale", "do_normalize"] {
            guard try reader.bool(name, default: true) else {
                throw reader.bad(name, "it is off, which is not supported")
            }
        }
        let resize = try resize(reader, size: size)
        let crop = try sides(reader, "crop_size", default: size)
        let isCropped = try reader.bool("do_center_crop", default: true)
        guard !isCropped || crop == (size, size) else {
            throw reader.bad(
                "crop_size", "\(crop.0) × \(crop.1), where the model takes \(size) × \(size)")
        }
        guard isCropped || resize == .exact(width: size, height: size) else {
            throw reader.bad("do_center_crop", "it is off, and size is not the model's \(size)")
        }
        let resample = try reader.integer("resample", default: 3, in: 0...5)
        guard resample == 2 || resample == 3 else {
            throw reader.bad("resample", "\(resample), expected 2 (bilinear) or 3 (bicubic)")
        }
        let manifest = PreprocessingManifest(
            resize: resize, filter: resample == 3 ? .bicubic : .bilinear, width: size,
            height: size,
            rescale: try reader.number("rescale_factor", default: 1.0 / 255.0, in: 0...1e6),
            mean: try channels(reader, "image_mean", default: clipMean),
            deviation: try channels(reader, "image_std", default: clipDeviation))
        guard let manifest else {
            throw reader.bad("size", "sizes or scales are out of range")
        }
        return manifest
    }

    private static func resize(
        _ reader: ConfigurationReader, size: Int
    ) throws(ModelError) -> Resize {
        guard let member = reader.member("size") else { return .shortestEdge(size) }
        if let edge = member.intValue ?? member["shortest_edge"]?.intValue {
            guard (1...4096).contains(edge) else {
                throw reader.bad("size", "it is no side in 1…4096")
            }
            return .shortestEdge(edge)
        }
        let (width, height) = try sides(reader, "size", default: size)
        return .exact(width: width, height: height)
    }

    private static func sides(
        _ reader: ConfigurationReader, _ name: String, default size: Int
    ) throws(ModelError) -> (Int, Int) {
        guard let member = reader.member(name) else { return (size, size) }
        if let side = member.intValue { return (side, side) }
        guard let width = member["width"]?.intValue, let height = member["height"]?.intValue else {
            throw reader.bad(name, "it has no width and height")
        }
        return (width, height)
    }

    private static func channels(
        _ reader: ConfigurationReader, _ name: String, default values: [Double]
    ) throws(ModelError) -> [Float] {
        guard let member = reader.member(name) else { return values.map { Float($0) } }
        let numbers = (member.arrayValue ?? []).compactMap(\.doubleValue)
        guard numbers.count == 3, member.arrayValue?.count == 3 else {
            throw reader.bad(name, "it has not three numbers")
        }
        return numbers.map { Float($0) }
    }
}
