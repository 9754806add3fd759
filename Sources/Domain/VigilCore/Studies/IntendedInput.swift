/// What a model says that it may be shown (`intendedInput` of its `vigil.json`), by attributes of
/// an object's header. A set that is empty allows everything. Texts are in capitals, with one
/// space wherever words are parted.
package struct IntendedInput: Sendable, Hashable {
    /// SOP Class UIDs (0008,0016).
    package var sopClasses: Set<String> = []
    /// Modality (0008,0060).
    package var modalities: Set<String> = []
    /// The first value of Image Type (0008,0008): `ORIGINAL`, `DERIVED`.
    package var imageTypes: Set<String> = []
    /// Presentation Intent Type (0008,0068), of the classes that have one.
    package var intents: Set<String> = []
    /// Body Part Examined (0018,0015), word by word, or by Anatomic Region Sequence.
    package var bodyParts: Set<String> = []
    /// View Position (0018,5101), or by View Code Sequence.
    package var views: Set<String> = []
    /// The patient's age in whole years; nil: any.
    package var ages: ClosedRange<Int>?
    /// The least Rows and Columns; 0: any.
    package var leastRows = 0
    package var leastColumns = 0
    /// Whether objects are taken that say that text is burned into them.
    package var takesBurnedInAnnotation = true

    /// Anything.
    package init() {}
}

extension IntendedInput {
    /// What models of frontal chest films were published for.
    package static var frontalChestFilm: IntendedInput {
        var intended = IntendedInput()
        intended.modalities = ["CR", "DX", "DR", "RG"]
        intended.intents = ["FOR PRESENTATION"]
        intended.bodyParts = ["CHEST", "THORAX", "LUNG"]
        intended.views = ["PA", "AP"]
        return intended
    }
}

/// An attribute of a header that a model may ask for, and whose absence a setting judges.
package enum HeaderAttribute: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case sopClass = "sop-class"
    case modality
    case imageType = "image-type"
    case intent
    case bodyPart = "body-part"
    case view
    case age

    package var safeText: String { rawValue }

    /// Why an object without it is left out, or taken without its being known.
    package var reason: Finding.LeftOut.Reason {
        switch self {
        case .sopClass: .classUnknown
        case .modality: .modalityUnknown
        case .imageType: .imageTypeUnknown
        case .intent: .intentUnknown
        case .bodyPart: .bodyPartUnknown
        case .view: .viewUnknown
        case .age: .ageUnknown
        }
    }
}
