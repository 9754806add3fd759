import Commands
import Imaging
import VigilCore

/// What `vigil image` tells of a file. No identifier of a patient, study or image is among it.
struct ImageFacts {
    let file: String
    let instance: DecodedInstance
    let frame: Int
    let shown: GreyImage
    let manifest: PreprocessingManifest
    let showsInput: Bool

    /// The instance's flags as a finding would hold them, of this frame alone.
    private var flags: [String] {
        let range = RangeCheck(manifest).flags(
            of: instance.frames[frame], modality: instance.modality)
        return range.map(\.rawValue) + instance.flags
    }

    /// One object: facts, flags and what the flags mean.
    var json: String {
        var object = JSONObject()
        object["file"] = .string(file)
        for (name, value) in facts { object[name] = value }
        object["flags"] = .array(flags.map { .string($0) })
        object["reasons"] = .array(
            instance.notes.map { ["flag": .string($0.flag), "what": .string($0.meaning)] })
        return JSONWriter.text(.object(object)) + "\n"
    }

    /// A table for people.
    var text: String {
        var table = TextTable([.init("field"), .init("value")])
        for (name, value) in facts {
            table.add([name, value.stringValue ?? JSONWriter.text(value)])
        }
        table.add(["flags", flags.isEmpty ? "none" : flags.joined(separator: ", ")])
        let reasons = instance.notes.map { "\($0.flag): \($0.meaning)\n" }
        return table.text + reasons.joined()
    }

    private var facts: [(String, JSONValue)] {
        let statistics = shown.statistics()
        return [
            ("rows", .integer(Int64(instance.height))),
            ("columns", .integer(Int64(instance.width))),
            ("frames", .integer(Int64(instance.frames.count))),
            ("samples", .integer(Int64(instance.encoding.samples))),
            ("bits_stored", .integer(Int64(instance.encoding.bitsStored))),
            ("transfer_syntax", .string(instance.encoding.transferSyntax.rawValue)),
            ("modality", .string(instance.modality.rawValue)),
            ("photometric", .string(instance.encoding.photometric.rawValue)),
            ("inverted", .bool(instance.encoding.isInverted)),
            ("lossy", .bool(instance.encoding.isLossy)),
            ("window", .string(instance.window.used.rawValue)),
            ("window_center", .number(instance.window.center)),
            ("window_width", .number(instance.window.width)),
            ("pixel_spacing_mm", spacing),
            ("pixels_digest", .string(instance.pixelDigest.hex)),
            ("frame", .integer(Int64(frame))),
            ("frame_digest", .string(instance.digest(ofFrame: frame).hex)),
            ("as", .string(showsInput ? "input" : "decoded")),
            ("grey_rule", .string(PreprocessingManifest.greyRule)),
            ("preprocessing", showsInput ? .string(manifest.digest.hex) : .null),
            ("exposed_field", field),
            ("shown_width", .integer(Int64(shown.width))),
            ("shown_height", .integer(Int64(shown.height))),
            ("grey_min", .integer(Int64(statistics.minimum))),
            ("grey_median", .integer(Int64(statistics.median))),
            ("grey_max", .integer(Int64(statistics.maximum))),
        ]
    }

    /// The part of the frame that the model sees, where its preprocessing cuts borders off: first
    /// column and row, columns and rows.
    private var field: JSONValue {
        guard showsInput, manifest.cropsToField else { return .null }
        let field = ExposedField(of: instance.frames[frame])
        return .array(
            [field.left, field.top, field.width, field.height].map { .integer(Int64($0)) })
    }

    private var spacing: JSONValue {
        instance.pixelSpacing.map { [.number($0.rows), .number($0.columns)] } ?? .null
    }
}
