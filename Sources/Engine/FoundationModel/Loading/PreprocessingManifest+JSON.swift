internal import Imaging
internal import VigilCore
internal import Weights

extension PreprocessingManifest {
    /// What an image processor of transformers 5.23 does when its file does not say.
    struct Defaults {
        let mean: [Double]
        let deviation: [Double]
        /// Whether the shorter side is brought to size and the middle cut out; else both sides are.
        let isCropped: Bool

        /// `CLIPImageProcessor` and `BitImageProcessor`, with the mean and deviation of CLIP's
        /// training images.
        static let clip = Defaults(
            mean: [0.48145466, 0.4578275, 0.40821073],
            deviation: [0.26862954, 0.26130258, 0.27577711], isCropped: true)
        /// `SiglipImageProcessor`.
        static let siglip = Defaults(
            mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], isCropped: false)
    }

    private static let file: SafeText = "preprocessor_config.json"

    /// CLIP's own preprocessing for a square image: shorter side to size, bicubic, centre crop.
    static func clip(size: Int) throws(ModelError) -> PreprocessingManifest {
        try read([:], vision: size, .clip)
    }

    /// OpenCLIP's preprocessing: CLIP's, with the mean and deviation of `preprocess_cfg`.
    static func openClip(
        _ reader: ConfigurationReader, size: Int
    ) throws(ModelError) -> PreprocessingManifest {
        var json: JSONValue = [:]
        if let mean = reader.member("mean"), let deviation = reader.member("std") {
            json = ["image_mean": mean, "image_std": deviation]
        }
        for (name, only) in [
            ("mode", "RGB"), ("interpolation", "bicubic"), ("resize_mode", "shortest"),
        ] {
            let found = try reader.text(name, default: only)
            guard found == only else {
                throw reader.bad(name, "it is not \(SafeText(fixedMessage: only))")
            }
        }
        return try read(json, vision: size, .clip)
    }

    /// The side of the images that `preprocessor_config.json` gives, which the model may be run at
    /// whatever it was trained at; nil when it does not say.
    static func side(_ directory: ModelDirectory) throws(ModelError) -> Int? {
        let json = try ModelError.catching { () throws(WeightsError) in
            try directory.json(file.text)
        }
        let reader = ConfigurationReader(json, file: file, path: "")
        let isCropped = try reader.bool("do_center_crop", default: true)
        let side = try sides(reader, isCropped ? "crop_size" : "size", default: 0)
        guard side != (0, 0) else { return nil }
        guard side.0 == side.1, (1...4096).contains(side.0) else {
            throw reader.bad("crop_size", "it is no square of 1…4096 pixels")
        }
        return side.0
    }

    /// Reads `preprocessor_config.json` of a model's folder; without one, the family's defaults.
    static func read(
        _ directory: ModelDirectory, vision: VisionConfiguration, _ defaults: Defaults = .clip
    ) throws(ModelError) -> PreprocessingManifest {
        guard vision.channels == 3 else {
            throw .badConfiguration(
                file: "config.json", field: "vision_config.num_channels",
                reason: "\(vision.channels), where preprocessing gives 3")
        }
        let json = try ModelError.catching { () throws(WeightsError) in
            directory.has(file.text) ? try directory.json(file.text) : [:]
        }
        return try read(json, vision: vision.imageSize, defaults)
    }

    private static func read(
        _ json: JSONValue, vision size: Int, _ defaults: Defaults
    ) throws(ModelError) -> PreprocessingManifest {
        let reader = ConfigurationReader(json, file: file, path: "")
        for name in ["do_resize", "do_rescale", "do_normalize"] {
            guard try reader.bool(name, default: true) else {
                throw reader.bad(name, "it is off, which is not supported")
            }
        }
        if let stage = reader.member("normalize_then_resize") {
            return try normalizedThenResized(reader, stage, size: size, defaults)
        }
        let resize = try resize(reader, size: size, defaults)
        let crop = try sides(reader, "crop_size", default: size)
        let isCropped = try reader.bool("do_center_crop", default: defaults.isCropped)
        guard !isCropped || crop == (size, size) else {
            throw reader.bad(
                "crop_size", "\(crop.0) × \(crop.1), where the model takes \(size) × \(size)")
        }
        guard isCropped || resize == .exact(width: size, height: size) else {
            throw reader.bad("do_center_crop", "it is off, and size is not the model's \(size)")
        }
        let resample = try reader.integer("resample", default: 3, in: 0...5)
        guard (1...3).contains(resample) else {
            throw reader.bad(
                "resample", "\(resample), expected 1 (Lanczos), 2 (bilinear) or 3 (bicubic)")
        }
        let manifest = PreprocessingManifest(
            cropsToField: try reader.bool("crop_to_exposed_field", default: false),
            resize: resize, filter: [.lanczos, .bilinear, .bicubic][resample - 1], width: size,
            height: size,
            rescale: try reader.number("rescale_factor", default: 1.0 / 255.0, in: 0...1e6),
            mean: try channels(reader, "image_mean", default: defaults.mean),
            deviation: try channels(reader, "image_std", default: defaults.deviation))
        guard let manifest else {
            throw reader.bad("size", "sizes or scales are out of range")
        }
        return manifest
    }

    /// CheXzero's order of steps: `"normalize_then_resize": {"side": 320, "antialias": false}`.
    private static func normalizedThenResized(
        _ reader: ConfigurationReader, _ stage: JSONValue, size: Int, _ defaults: Defaults
    ) throws(ModelError) -> PreprocessingManifest {
        guard let side = stage["side"]?.intValue, let antialias = stage["antialias"]?.boolValue
        else { throw reader.bad("normalize_then_resize", "it has no side and antialias") }
        let manifest = PreprocessingManifest(
            cropsToField: try reader.bool("crop_to_exposed_field", default: false),
            resize: .squareThenFloat(side: side), antialias: antialias, width: size, height: size,
            rescale: try reader.number("rescale_factor", default: 1, in: 0...1e6),
            mean: try channels(reader, "image_mean", default: defaults.mean),
            deviation: try channels(reader, "image_std", default: defaults.deviation))
        guard let manifest else {
            throw reader.bad("normalize_then_resize", "side or scales are out of range")
        }
        return manifest
    }

    private static func resize(
        _ reader: ConfigurationReader, size: Int, _ defaults: Defaults
    ) throws(ModelError) -> Resize {
        guard let member = reader.member("size") else {
            return defaults.isCropped ? .shortestEdge(size) : .exact(width: size, height: size)
        }
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
