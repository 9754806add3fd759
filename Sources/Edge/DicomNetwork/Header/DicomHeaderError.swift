package import VigilCore

/// Why the header of a study's instance is not known.
package enum DicomHeaderError: VigilError, Hashable {
    /// The system's error number.
    case unreadable(errno: Int32)
    /// The file holds no data set.
    case notDicom
    /// The file ends within the header, or the header is longer than is read.
    case cutShort
    /// The elements contradict themselves.
    case malformed
    /// A text is in a character set that is not known, or not in the one that is named.
    case characterSet
    /// An attribute without which nothing can be delivered.
    case missing(SafeText)
    /// Instances of one delivery that are of several studies or patients.
    case severalStudies

    package var code: SafeText {
        switch self {
        case .unreadable: "dicom_header_unreadable"
        case .notDicom: "dicom_header_not_dicom"
        case .cutShort: "dicom_header_cut_short"
        case .malformed: "dicom_header_malformed"
        case .characterSet: "dicom_header_character_set"
        case .missing: "dicom_header_missing"
        case .severalStudies: "dicom_header_several_studies"
        }
    }

    package var what: SafeText {
        switch self {
        case .unreadable(let errno): "An instance of the study cannot be read, errno \(errno)"
        case .notDicom: "An instance of the study is no DICOM file"
        case .cutShort: "An instance of the study ends within its header"
        case .malformed: "The header of an instance contradicts itself"
        case .characterSet: "A text of the header is not in the character set that it names"
        case .missing(let name): "The header of an instance has no usable \(name)"
        case .severalStudies: "The instances belong to several studies or patients"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .unreadable: "See that the gateway may read the folder that the events name"
        case .notDicom, .cutShort, .malformed: "Look at the file with dcmdump, and send it anew"
        case .characterSet: "Mend SpecificCharacterSet (0008,0005) at the sender"
        case .missing: "Mend the attribute at the sender"
        case .severalStudies: "See which files the event names; each event is of one study"
        }
    }

    package var disposition: Disposition {
        if case .unreadable = self { return .retry(after: .seconds(5)) }
        return .deadLetter
    }
}
