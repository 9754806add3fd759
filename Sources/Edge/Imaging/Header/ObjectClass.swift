internal import VigilCore

/// What kinds of objects the SOP Classes of DICOM name (PS3.4 annex B.5 and PS3.6 annex A).
enum ObjectClass {
    /// Under which all classes of the Storage Service stand but a few old and non-patient ones.
    private static let storage = "1.2.840.10008.5.1.4.1.1."
    private static let standard = "1.2.840.10008."
    /// Printed sheets, of the retired Print Storage.
    private static let hardcopies: Set<String> = [
        "1.2.840.10008.5.1.1.29", "1.2.840.10008.5.1.1.30",
    ]

    /// By what follows ``storage``.
    private static let exact: [String: LeftOutReason] = [
        "1.1.1": .forProcessing, "1.2.1": .forProcessing, "1.3.1": .forProcessing,
        "13.1.5": .forProcessing, "14.2": .forProcessing,
        "4.2": .notAnImage, "30": .derived,
        "66": .notAnImage, "66.1": .notAnImage, "66.3": .notAnImage, "66.4": .segmentation,
        "66.5": .segmentation, "66.7": .segmentation, "66.8": .segmentation,
        "88.59": .keyObject, "88.67": .doseObject, "88.68": .doseObject, "88.73": .doseObject,
        "88.76": .doseObject, "481.2": .doseObject,
        "129": .waveform, "501.3": .report,
        // Not images: fiducials, tractography, value mappings, stereometry, structured display.
        "66.2": .notAnImage, "66.6": .notAnImage, "67": .notAnImage, "77.1.5.3": .notAnImage,
        "131": .notAnImage, "79.1": .notAnImage, "80.1": .notAnImage, "82.1": .notAnImage,
    ]
    /// The first that fits.
    private static let families: [(prefix: String, reason: LeftOutReason)] = [
        ("88", .report), ("11", .presentationState), ("104", .document), ("9", .waveform),
        ("481", .notAnImage), ("8", .notAnImage), ("10", .notAnImage),
        ("68", .notAnImage), ("78", .notAnImage), ("200", .notAnImage), ("201", .notAnImage),
    ]

    /// RT Image, an image among the objects of radiotherapy.
    private static let image = "481.1"

    /// Why an object of a class is not shown to a model; nil for images and unknown classes.
    static func reason(_ sopClass: String) -> LeftOutReason? {
        guard sopClass.hasPrefix(standard) else { return nil }
        if hardcopies.contains(sopClass) { return .secondaryCapture }
        guard sopClass.hasPrefix(storage) else { return .notAnImage }
        let rest = sopClass.dropFirst(storage.count)
        if rest == image { return nil }
        return exact[String(rest)]
            ?? families.first { rest == $0.prefix || rest.hasPrefix($0.prefix + ".") }?.reason
    }

    /// Whether a class of the standard holds images, as far as is known here.
    static func isImage(_ sopClass: String) -> Bool {
        sopClass.hasPrefix(storage) && reason(sopClass) == nil
    }

    /// Whether a class's objects state a Presentation Intent Type: digital X-ray, mammography and
    /// intra-oral (PS3.3 C.8.11.1).
    static func statesIntent(_ sopClass: String) -> Bool {
        ["1.1", "1.2", "1.3"].contains { part in
            sopClass == storage + part || sopClass.hasPrefix(storage + part + ".")
        }
    }

    /// Whether it is Secondary Capture, of one frame or several.
    static func isSecondaryCapture(_ sopClass: String) -> Bool {
        sopClass == storage + "7" || sopClass.hasPrefix(storage + "7.")
    }
}
