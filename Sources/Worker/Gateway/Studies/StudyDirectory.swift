internal import DicomNetwork
internal import StudyHeaders
internal import Synchronization
internal import VigilCore

/// Whose a finding is: from a study's pseudonym to the header of one of its own files. Any thread.
final class StudyDirectory: Sendable {
    /// What is known of a study's header.
    enum Lookup {
        case known(StudyHeader)
        /// No event named the study, or it was forgotten.
        case unknown
        /// None of its files can be read, or opened below the roots.
        case unreadable
        /// A file that an event named as the study's is another study's.
        case foreign
    }

    /// So many of a study's files are tried.
    private static let triesMax = 4

    private let table: Mutex<StudyTable>
    private let roots: AllowedRoots
    private let key: [UInt8]
    private let reader: any StudyHeaderReader

    init(settings: GatewaySettings.Studies, reader: any StudyHeaderReader) {
        table = Mutex(StudyTable(bytesMax: settings.bytesMax))
        roots = AllowedRoots(settings.roots)
        key = settings.pseudonymKey
        self.reader = reader
    }

    /// An event of a study came.
    func note(_ event: StudyEvent) {
        let study = Pseudonym(of: event.study, key: key)
        table.withLock { $0.note(study, files: event.instances.map(\.uri)) }
    }

    /// How many studies are known, and how many were forgotten since this was asked.
    func takeCounts() -> (known: Int, forgotten: Int) {
        table.withLock { ($0.count, $0.takeForgotten()) }
    }

    /// The header of a study, read from its files. Blocks as long as their storage does.
    ///
    /// - Parameter ofAllInstances: whether every file is read, for a header that tells of each
    ///   instance; else the first that can be.
    func header(of study: Pseudonym, ofAllInstances: Bool = false) -> Lookup {
        guard let files = table.withLock({ $0.files(of: study) }), !files.isEmpty else {
            return .unknown
        }
        return ofAllInstances ? wholeHeader(of: study, files) : anyHeader(of: study, files)
    }

    /// Files that are no DICOM are passed over; one that is not there yet is waited for.
    private func wholeHeader(of study: Pseudonym, _ files: [String]) -> Lookup {
        var headers: [StudyHeader] = []
        for file in files {
            guard let opened = roots.open(file) else { return .unreadable }
            guard let header = reader.header(of: opened.path) else { continue }
            guard isOf(study, header) else { return .foreign }
            headers.append(header)
        }
        guard !headers.isEmpty else { return .unreadable }
        do throws(DicomHeaderError) {
            return .known(try StudyHeader.merging(headers))
        } catch {
            return .foreign
        }
    }

    private func anyHeader(of study: Pseudonym, _ files: [String]) -> Lookup {
        for file in files.prefix(Self.triesMax) {
            guard let opened = roots.open(file), let header = reader.header(of: opened.path) else {
                continue
            }
            return isOf(study, header) ? .known(header) : .foreign
        }
        return .unreadable
    }

    private func isOf(_ study: Pseudonym, _ header: StudyHeader) -> Bool {
        DicomUID(header.study.instanceUID.disclosed).map { Pseudonym(of: $0, key: key) } == study
    }

    /// The SOP instance UIDs of a header's instances by the pseudonyms that findings have.
    func instances(of header: StudyHeader) -> [Pseudonym: PatientText] {
        var names: [Pseudonym: PatientText] = [:]
        for instance in header.instances {
            guard let uid = DicomUID(instance.sopInstanceUID.disclosed) else { continue }
            names[Pseudonym(of: uid, key: key)] = instance.sopInstanceUID
        }
        return names
    }
}

/// Reads the header of a DICOM file.
protocol StudyHeaderReader: Sendable {
    /// Nil when the file cannot be read as one.
    func header(of path: String) -> StudyHeader?
}
