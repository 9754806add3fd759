import Imaging
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A file of `../shared/cases/imaging`, and what must come of it.
struct ImagingCase: CustomTestStringConvertible, Sendable {
    enum Outcome: Sendable {
        /// The grey of the `.npy` beside it, to this many levels.
        case picture(tolerance: Int)
        /// The grey of another case, bit for bit.
        case twin(String)
        /// Refused with this code.
        case refused(String)
    }

    let name: String
    let outcome: Outcome
    /// The file's own flags, all of them.
    let flags: [String]

    var testDescription: String { name }
    var path: String { Self.folder + name + ".dcm" }
    var picturePath: String { Self.folder + name + ".npy" }

    init(_ name: String, _ outcome: Outcome = .picture(tolerance: 0), _ flags: [String] = []) {
        self.name = name
        self.outcome = outcome
        self.flags = flags
    }

    static let folder = TestData.checkout + "/../shared/cases/imaging/"
    static let arePresent = access(folder + "01-ybr422-label-on-444.dcm", R_OK) == 0

    static func path(of name: String) -> String { folder + name + ".dcm" }

    private static let colour = "colour_label_corrected"

    static let all: [ImagingCase] = [
        ImagingCase("01-ybr422-label-on-444", .twin("01-twin-ybr-full"), [colour]),
        ImagingCase("01-twin-ybr-full"),
        ImagingCase("02-j2k-ybr-full-422", flags: [colour]),
        ImagingCase("02b-rle-ybr-full-422", flags: [colour]),
        ImagingCase("04-voi-lut-12-in-16", .twin("04-twin-12"), ["lut_label_corrected"]),
        ImagingCase("04-twin-12"),
        ImagingCase("05-voi-lut-first-40000"),
        // JPEG decoders may differ by a level.
        ImagingCase(
            "06-jpegext-10-said", .picture(tolerance: 1),
            ["codec_values_clamped", "lossy_compression"]),
        ImagingCase(
            "06b-jpegext-10-mono1", .picture(tolerance: 1),
            ["codec_values_clamped", "lossy_compression"]),
        ImagingCase("06b-twin-clamped"),
        ImagingCase("07-xa-modality-lut"),
        ImagingCase("08-rescale-un", .twin("08-twin-ds")),
        ImagingCase("08-twin-ds"),
        ImagingCase("08b-window-un"),
        ImagingCase("09-decimal-comma", .twin("09-twin-point"), ["decimal_comma_read"]),
        ImagingCase("09-twin-point"),
        ImagingCase("09b-window-comma", flags: ["decimal_comma_read"]),
        ImagingCase(
            "10-jpeg-jfif-label-rgb", .twin("10-twin-label-ybr"), [colour, "lossy_compression"]),
        ImagingCase("10-twin-label-ybr", flags: ["lossy_compression"]),
        ImagingCase("11-twin-said-16"),
        ImagingCase("12-trailing-zeros"),
        ImagingCase("12b-trailing-zeros-implicit"),
        ImagingCase("12c-no-delimiter", .twin("12-twin-jpegll"), ["end_marker_missing"]),
        ImagingCase("12d-zeros-for-delimiter", .twin("12-twin-jpegll"), ["end_marker_missing"]),
        ImagingCase("12e-zeros-after-delimiter", .twin("12-twin-jpegll")),
        ImagingCase("13-said-implicit", flags: ["encoding_label_corrected"]),
        ImagingCase("13b-said-explicit", flags: ["encoding_label_corrected"]),
        ImagingCase("17-j2k-no-eoc", flags: ["end_marker_missing"]),
        ImagingCase("21-mono1-padding", flags: ["padding_blackened"]),
        ImagingCase("22-mono2-inverse", flags: ["inverse_shape_applied"]),
        ImagingCase("22b-mono1-inverse"),
        ImagingCase(
            "22c-film-mono2-inverse", .twin("22c-twin-film"), ["inverse_shape_applied"]),
        ImagingCase("29-lossy-not-said", flags: ["lossy_compression"]),
        ImagingCase("29b-film-lossy-not-said", .twin("29b-twin-said"), ["lossy_compression"]),
        ImagingCase(
            "32-j2k-lossy-overshoot", flags: ["codec_values_clamped", "lossy_compression"]),
        ImagingCase("32c-j2k-14-said-12", flags: ["bits_label_corrected"]),
        ImagingCase("36-j2k-16-allocated-8-stored"),
        ImagingCase("36-jls-16-allocated-8-stored"),
        ImagingCase("36-jpegll-16-allocated-8-stored"),
        ImagingCase(
            "41-no-pixel-representation-jpegll", .twin("41-twin-native"), ["attribute_assumed"]),
        ImagingCase("41b-rgb-no-samples", .refused("label_contradicts_pixels")),
    ]

    private init(_ name: String, flags: [String]) {
        self.init(name, .picture(tolerance: 0), flags)
    }
}
