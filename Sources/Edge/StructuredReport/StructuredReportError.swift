package import VigilCore

/// Why a finding does not become a structured report.
package enum StructuredReportError: VigilError, Hashable {
    /// A finding that the table of codes does not know.
    case codeUnknown
    /// The finding speaks of an image that no header tells of.
    case instanceUnknown
    /// The header is of another study than the finding.
    case otherStudy
    /// The record says neither when it was decided nor when it was published.
    case undated
    /// DCMTK takes the document for wrong.
    case refused
    /// DCMTK's data dictionary was not found.
    case noDictionary
    case outOfMemory

    package var code: SafeText {
        switch self {
        case .codeUnknown: "report_code_unknown"
        case .instanceUnknown: "report_instance_unknown"
        case .otherStudy: "report_other_study"
        case .undated: "report_undated"
        case .refused: "report_refused"
        case .noDictionary: "report_no_dictionary"
        case .outOfMemory: "report_out_of_memory"
        }
    }

    package var what: SafeText {
        switch self {
        case .codeUnknown: "The table of codes does not know a finding of the record"
        case .instanceUnknown: "The finding speaks of an image whose header was not read"
        case .otherStudy: "The headers belong to another study than the finding"
        case .undated: "The finding does not say when it was decided"
        case .refused: "DCMTK refuses the structured report as a document"
        case .noDictionary: "DCMTK's data dictionary was not found"
        case .outOfMemory: "There is no memory for a structured report"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .codeUnknown: "Add a row for each finding of the model to the table of codes"
        case .instanceUnknown: "See that the gateway reads all files that the study's events name"
        case .otherStudy: "See which files the study's events name"
        case .undated, .refused: "Keep the record, and report this as a bug"
        case .noDictionary: "Install the package libdcmtk17, or set DCMDICTPATH"
        case .outOfMemory: "Give the gateway more memory"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .noDictionary: .shutDown(.config)
        case .outOfMemory: .retry(after: .seconds(5))
        default: .deadLetter
        }
    }
}
