internal import DecoderProtocol
package import VigilCore

/// What a header says of an object, as gates judge it. Its texts come from the file and stay
/// inside of this module; what leaves it are checked identifiers and an opaque mark.
package struct InstanceHeader: Sendable {
    /// A UID as an object states it.
    package enum StatedUID: Sendable, Equatable {
        case absent
        /// Something that is no UID.
        case malformed
        case uid(DicomUID)

        /// Whether it states another one than this; what is absent states nothing.
        package func differs(from expected: DicomUID) -> Bool {
            self != .absent && self != .uid(expected)
        }

        init(_ bytes: [UInt8]) {
            let text = String(decoding: bytes, as: UTF8.self)
            self = text.isEmpty ? .absent : DicomUID(text).map { .uid($0) } ?? .malformed
        }
    }

    /// Study Instance UID.
    package let study: StatedUID
    /// Series Instance UID.
    package let series: StatedUID
    /// SOP Instance UID.
    package let sop: StatedUID
    /// nil when it names none.
    package let patient: PatientMark?
    /// What made it.
    package let scanner: Scanner
    /// Empty when absent.
    let sopClass: String
    /// The code as it came; empty when absent.
    let modality: String
    let imageType: [String]
    let intent: String
    let conversion: String
    /// What it shows of the body.
    let anatomy: Anatomy
    /// False when there are none for certain.
    let hasPixels: Bool

    /// The SOP Class, when it is one of the standard's.
    package var standardClass: DicomUID? {
        sopClass.hasPrefix("1.2.840.10008.") ? DicomUID(sopClass) : nil
    }

    /// The Modality, when it is one of the standard's; else nil, as it may be any text.
    package var standardModality: String? {
        let isKnown = Modality(rawValue: modality) != nil || HeaderGate.objects[modality] != nil
        return isKnown ? modality : nil
    }

    /// The view as View Position has it, when it is one that is known; nil also where the header
    /// contradicts itself.
    package var standardView: String? {
        let stated = anatomy.statedViews
        guard let view = stated.first, Set(stated).count == 1 else { return nil }
        return AnatomyCodes.viewWords.contains(view) ? view : nil
    }

    /// What a decoder tells of a file.
    init(_ facts: HeaderFacts) {
        func words(_ bytes: [UInt8]) -> String {
            Self.plain(String(decoding: bytes, as: UTF8.self))
        }
        study = StatedUID(facts.studyUID)
        series = StatedUID(facts.seriesUID)
        sop = StatedUID(facts.instanceUID)
        patient = PatientMark(facts.patientID)
        scanner = Scanner(facts)
        sopClass = String(decoding: facts.sopClass, as: UTF8.self)
        modality = words(facts.modality)
        imageType = facts.imageType.split(separator: 0x5c).map { words(Array($0)) }
        intent = words(facts.intent)
        conversion = words(facts.conversion)
        anatomy = Anatomy(facts.anatomy)
        hasPixels = facts.hasPixels
    }

    /// A header by what gates look at, with every other thing absent.
    package init(
        sopClass: String = "", modality: String = "", imageType: [String] = [],
        intent: String = "", conversion: String = "", anatomy: Anatomy = Anatomy(),
        hasPixels: Bool = true
    ) {
        study = .absent
        series = .absent
        sop = .absent
        patient = nil
        scanner = Scanner([])
        self.sopClass = sopClass
        self.modality = Self.plain(modality)
        self.imageType = imageType.map(Self.plain)
        self.intent = Self.plain(intent)
        self.conversion = Self.plain(conversion)
        self.anatomy = anatomy
        self.hasPixels = hasPixels
    }

    /// Capitals, and one space wherever words are parted by spaces, underscores or hyphens: makers
    /// write one value in several ways.
    static func plain(_ text: String) -> String {
        text.uppercased().split { " _-\t".contains($0) }.joined(separator: " ")
    }
}
