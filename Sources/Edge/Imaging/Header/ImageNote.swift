/// What was put right of a file's labels, or is odd about them. None is silent: each becomes a flag
/// of the instance. The numbers are the bits of `vigil_note` in `CDicom.h`.
package enum ImageNote: UInt32, Sendable, CaseIterable {
    case colourLabelCorrected = 0
    case bitsLabelCorrected = 1
    case tableLabelCorrected = 2
    case encodingLabelCorrected = 3
    case decimalCommaRead = 4
    case codecValuesClamped = 5
    case inverseShapeApplied = 6
    case polarityContradictory = 7
    case paddingBlackened = 8
    case rangeTrimmed = 9
    case attributeAssumed = 10
    case endMarkerMissing = 11
    case trailingBytesIgnored = 12
    case windowUnusable = 13
    case mirroredOrientation = 14
    case turnedOrientation = 15
    case lateralView = 16

    /// The flag in findings.
    package var flag: String {
        switch self {
        case .colourLabelCorrected: "colour_label_corrected"
        case .bitsLabelCorrected: "bits_label_corrected"
        case .tableLabelCorrected: "lut_label_corrected"
        case .encodingLabelCorrected: "encoding_label_corrected"
        case .decimalCommaRead: "decimal_comma_read"
        case .codecValuesClamped: "codec_values_clamped"
        case .inverseShapeApplied: "inverse_shape_applied"
        case .polarityContradictory: "polarity_contradictory"
        case .paddingBlackened: "padding_blackened"
        case .rangeTrimmed: "range_trimmed"
        case .attributeAssumed: "attribute_assumed"
        case .endMarkerMissing: "end_marker_missing"
        case .trailingBytesIgnored: "trailing_bytes_ignored"
        case .windowUnusable: "window_unusable"
        case .mirroredOrientation: "mirrored_orientation"
        case .turnedOrientation: "turned_orientation"
        case .lateralView: "lateral_view"
        }
    }

    /// What it means, for people.
    package var meaning: String {
        switch self {
        case .colourLabelCorrected:
            "The colour model was taken from the bytes; Photometric Interpretation says another"
        case .bitsLabelCorrected:
            "The bits were taken from the compressed stream; Bits Stored says fewer"
        case .tableLabelCorrected:
            "A look-up table's entries have other bits than its descriptor says"
        case .encodingLabelCorrected:
            "The file is not encoded as the transfer syntax of its meta header says"
        case .decimalCommaRead: "A number with a decimal comma was read"
        case .codecValuesClamped:
            "Values that lossy compression made overshoot Bits Stored were clamped"
        case .inverseShapeApplied:
            "Turned over, since Presentation LUT Shape is INVERSE though it is MONOCHROME2"
        case .polarityContradictory:
            "MONOCHROME1 with Presentation LUT Shape IDENTITY; turned over as MONOCHROME1 says"
        case .paddingBlackened: "Padding that would have been bright is shown black"
        case .rangeTrimmed:
            "Without a window, a few far values were left out of the range of grey"
        case .attributeAssumed: "A missing attribute was taken to have its usual value"
        case .endMarkerMissing: "All pixels are there, but not the marker at their end"
        case .trailingBytesIgnored: "Bytes after the pixels were passed over"
        case .windowUnusable: "The file's window is incomplete or of no width, and was passed over"
        case .mirroredOrientation: "Patient Orientation says that left and right are exchanged"
        case .turnedOrientation: "Patient Orientation says that the image does not stand upright"
        case .lateralView: "View Position or Patient Orientation says that it is seen from the side"
        }
    }

    /// The notes of a reply; bits that are none are passed over.
    static func all(of bits: UInt32) -> [ImageNote] {
        allCases.filter { bits & (1 << $0.rawValue) != 0 }
    }
}
