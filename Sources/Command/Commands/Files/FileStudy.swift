import Imaging
internal import Processes
package import VigilCore
internal import Wire

#if canImport(Glibc)
    internal import Glibc
#endif

/// One file that a person names as a study event.
package struct FileStudy {
    /// The `ce_id` by which its outcome is found again.
    package let eventID: String
    /// The file's name for the table.
    package let name: String
    /// Without links.
    package let path: String
    /// The study's own, or one that was made.
    package let uid: String
    /// The order it is sent with.
    package let priority: Priority

    /// Reads each file's own study UID in the sandbox; a file that cannot be read gets one made
    /// from its name, since the worker is to say what is wrong with it. Priorities go round.
    ///
    /// - Throws: when a file is not there, or no decoder.
    package static func make(files: [String], copies: Int) throws -> [FileStudy] {
        let decoders = try FileDecoders.pool()
        let run = SystemClock().wall().microseconds
        var studies: [FileStudy] = []
        for (index, file) in files.enumerated() {
            guard let resolved = realpath(file, nil) else {
                throw ImagingError.fileMissing
            }
            defer { free(resolved) }
            let path = String(cString: resolved)
            let uid = studyUID(of: path, decoders: decoders) ?? "2.25.\(index + 1)"
            for copy in 0..<copies {
                studies.append(
                    FileStudy(
                        eventID: "demo-\(run)-\(index)-\(copy)",
                        name: String(path.split(separator: "/").last ?? ""), path: path, uid: uid,
                        priority: Priority.allCases[(index + copy) % Priority.allCases.count]))
            }
        }
        return studies
    }

    private static func studyUID(of path: String, decoders: DecoderPool) -> String? {
        guard let input = try? InputRoots.openTrusted(path: path, maximumBytes: InputFiles.bytesMax)
        else { return nil }
        guard case .uid(let uid)? = (try? decoders.header(of: input))?.header?.study else {
            return nil
        }
        return uid.sensitiveValue
    }

    /// The CloudEvent in binary mode.
    package func record(topic: String) -> OutboundRecord {
        let body: JSONValue = [
            "study": ["uid": .string(uid)], "priority": .string(priority.rawValue),
            "instances": [["uri": .string(FileURI.text(ofPath: path))]],
        ]
        return OutboundRecord(
            topic: topic, key: Array(uid.utf8),
            value: JSONWriter.bytes(body),
            headers: [
                RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", eventID),
                RecordHeader("ce_source", "urn:vigil:demo"),
                RecordHeader("ce_type", WireNames.studyType),
                RecordHeader("content-type", "application/json"),
            ])
    }
}
