package import VigilCore

/// Decides by an object's header alone whether it may be shown to a model, before its pixels are
/// decoded. Pure; any thread.
///
/// In this order; what first fits is the reason:
/// 1. SOP Class: classes that hold no images, or none to score (``ObjectClass``). A class that is
///    not known here is left out when the file holds no pixels.
/// 2. Presentation Intent Type `FOR PROCESSING`, whatever the class says.
/// 3. Modality, where it names objects rather than images (`SEG`, `SR`, `RTDOSE`, `ECG`, …).
/// 4. Image Type: a localizer; a page about dose or protocol; a saved screen.
/// 5. Secondary Capture: pictures of screens are left out, films are not. Films come so from
///    digitisers, gateways and anonymisers, some of which say `WSD` of everything: one whose
///    Modality is a projection's is taken. Of every other one, Conversion Type `WSD` (workstation)
///    and `DRW` (drawing) are left out, `SD` (scanned paper) as a document, and so is a Modality of
///    another kind of image (CT, MR, US, …), whose own images have classes of their own.
///
/// 6. What each of the models that would see it takes (``IntendedInput``): first what contradicts
///    it, then what is not told. Of that, a setting says which attributes may be missing: PNG and
///    JPEG tell nothing at all.
///
/// What is left is taken; *unknown* are the attributes that a model asks for and that are not told.
package struct HeaderGate: Sendable {
    /// What becomes of an object.
    package enum Verdict: Sendable, Equatable {
        /// It is shown to the model.
        ///
        /// - Parameter unknown: what is not told that the model asks for.
        case take(unknown: [HeaderAttribute])
        case leaveOut(LeftOutReason)
    }

    private let rules: [IntendedInputRule]
    private let takesWithout: Set<HeaderAttribute>

    /// - Parameters:
    ///   - intended: what the models take that would see an object; none: all images.
    ///   - takesWithout: the attributes that may be missing though a model asks for them.
    package init(
        intended: [IntendedInput] = [],
        takesWithout: Set<HeaderAttribute> = Set(HeaderAttribute.allCases)
    ) {
        rules = intended.map(IntendedInputRule.init)
        self.takesWithout = takesWithout
    }

    /// What becomes of an object with this header.
    package func verdict(on header: InstanceHeader) -> Verdict {
        if let reason = reason(header) { return .leaveOut(reason) }
        if let reason = rules.lazy.compactMap({ $0.contradiction(header) }).first {
            return .leaveOut(reason)
        }
        let missing = Set(rules.flatMap { $0.unknown(header) })
        let unknown = HeaderAttribute.allCases.filter { missing.contains($0) }
        if let first = unknown.first(where: { !takesWithout.contains($0) }) {
            return .leaveOut(first.reason)
        }
        return .take(unknown: unknown)
    }

    private func reason(_ header: InstanceHeader) -> LeftOutReason? {
        if let reason = ObjectClass.reason(header.sopClass) { return reason }
        if header.intent == "FOR PROCESSING" { return .forProcessing }
        if let reason = Self.objects[header.modality] { return reason }
        if let reason = ofImageType(header) { return reason }
        if ObjectClass.isSecondaryCapture(header.sopClass) { return ofCapture(header) }
        let isUnknown = !header.sopClass.isEmpty && !ObjectClass.isImage(header.sopClass)
        return isUnknown && !header.hasPixels ? .notAnImage : nil
    }

    /// Modalities that name objects (PS3.3 C.7.3.1.1.1).
    static let objects: [String: LeftOutReason] = [
        "SEG": .segmentation, "SR": .report, "KO": .keyObject, "PR": .presentationState,
        "DOC": .document, "M3D": .document, "TEXTUREMAP": .document, "RTDOSE": .doseObject,
        "RTPLAN": .notAnImage, "RTSTRUCT": .notAnImage,
        "RTRECORD": .notAnImage, "RTINTENT": .notAnImage,
        "RTRAD": .notAnImage, "RTSEGANN": .notAnImage,
        "PLAN": .notAnImage, "REG": .notAnImage, "ECG": .waveform, "EEG": .waveform,
        "EMG": .waveform, "EOG": .waveform, "EPS": .waveform, "HD": .waveform,
        "RESP": .waveform, "AU": .waveform, "POS": .waveform, "ASMT": .report, "ANN": .report,
        "FID": .notAnImage, "RWV": .notAnImage, "SMR": .notAnImage, "HP": .notAnImage,
        "STAIN": .notAnImage, "CTPROTOCOL": .doseObject, "XAPROTOCOL": .doseObject,
    ]

    /// Modalities of projections, whose films Secondary Capture may hold.
    private static let projections: Set<String> = [
        "CR", "DX", "RG", "RF", "XA", "MG", "IO", "PX", "RTIMAGE", "DR",
    ]
    /// Modalities of images that have classes of their own, and are no projections.
    private static let others: Set<String> = [
        "CT", "MR", "US", "IVUS", "NM", "PT", "ES", "OP", "OPT", "OCT", "IVOCT", "XC", "GM", "SM",
        "DMS", "BMD", "BDUS", "TG", "OPM", "OPV", "OPTENF", "PA", "EPSDOC",
    ]

    private func ofImageType(_ header: InstanceHeader) -> LeftOutReason? {
        for value in header.imageType.dropFirst(2) + header.imageType.prefix(2) {
            let words = Set(value.split(separator: " "))
            if value.hasPrefix("DOSE") || value == "PATIENT INFO" || words.contains("PROT")
                || words.contains("PROTOCOL")
            {
                return .doseObject
            }
            let isScreen = !words.isDisjoint(with: ["SCREEN", "SCREENSAVE", "SCREENSHOT"])
            if isScreen { return .secondaryCapture }
            guard !Self.projections.contains(header.modality) else { continue }
            if !words.isDisjoint(with: ["LOCALIZER", "SCOUT", "TOPOGRAM", "SURVIEW"]) {
                return .localizer
            }
        }
        return nil
    }

    private func ofCapture(_ header: InstanceHeader) -> LeftOutReason? {
        guard !Self.projections.contains(header.modality) else { return nil }
        if header.conversion == "SD" { return .document }
        let isOfScreen = ["WSD", "DRW"].contains(header.conversion)
        return isOfScreen || Self.others.contains(header.modality) ? .secondaryCapture : nil
    }
}
