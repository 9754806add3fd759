package import VigilCore

/// The checked header of a safetensors file: which tensors there are and where their bytes lie.
///
/// The format: eight bytes with the header's length (little-endian), the header as a JSON object,
/// then the elements. The rules held here: length at most 100 MB and within the file; UTF-8 JSON
/// that starts with `{`; no name twice; the tensors' bytes follow one another from 0 without hole
/// or overlap and end where the file ends; shape times element size is the number of bytes. A start
/// that is not aligned is tolerated.
package struct SafetensorsHeader: Sendable, Hashable {
    /// The longest header: 100 MB, as in the format's reference implementation.
    package static let lengthLimit = 100_000_000
    /// The most tensors in a file.
    package static let tensorLimit = 200_000
    /// The most dimensions of a tensor.
    package static let rankLimit = 16

    /// Values of the JSON: a tensor has seven with a shape of rank 2.
    private static let limits = JSONLimits(
        bytes: lengthLimit, depth: 4, values: tensorLimit * (rankLimit + 5))

    /// The tensors in the order of their bytes.
    package let entries: [TensorEntry]
    /// The free text pairs under `__metadata__`.
    package let metadata: [String: String]
    private let indices: [String: Int]

    /// Reads a header.
    /// - Parameters:
    ///   - prefix: returns a range of the file's bytes; called only with ranges inside the file.
    ///   - fileSize: size of the file in bytes.
    ///   - path: for the error's text.
    package init(
        fileSize: Int, path: SafeText, prefix: (Range<Int>) -> [UInt8]
    ) throws(WeightsError) {
        guard fileSize >= 8 else {
            throw .badHeader(path: path, reason: "the file has fewer than 8 bytes")
        }
        let length = prefix(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.lengthLimit) else {
            throw .badHeader(path: path, reason: "the header's length \(length) is over 100 MB")
        }
        let start = 8 + Int(length)
        guard start <= fileSize else {
            throw .badHeader(
                path: path, reason: "the header's length \(length) leaves the file of \(fileSize)")
        }
        let text = prefix(8..<start)
        guard text.first == UInt8(ascii: "{") else {
            throw .badHeader(path: path, reason: "the header does not start with {")
        }
        let members: [JSONObject.Member]
        do {
            members = try JSONParser.parse(text, limits: Self.limits).objectValue?.members ?? []
        } catch {
            throw .badHeader(path: path, reason: error.what)
        }
        guard members.count <= Self.tensorLimit else {
            throw .tooLarge(path: path, found: members.count, limit: Self.tensorLimit)
        }
        var metadata: [String: String] = [:]
        var entries: [TensorEntry] = []
        for member in members {
            if member.name == "__metadata__" {
                metadata = try Self.metadata(member.value, path: path)
            } else {
                entries.append(try Self.entry(member, start: start, path: path))
            }
        }
        entries.sort {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        indices = try Self.check(entries, start: start, fileSize: fileSize, path: path)
        self.entries = entries
        self.metadata = metadata
    }

    /// The tensor of a name, nil when there is none.
    package subscript(name: String) -> TensorEntry? {
        indices[name].map { entries[$0] }
    }

    private static func metadata(
        _ value: JSONValue, path: SafeText
    ) throws(WeightsError) -> [String: String] {
        guard let members = value.objectValue?.members else {
            throw .badHeader(path: path, reason: "__metadata__ is no object")
        }
        var pairs: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else {
                throw .badHeader(path: path, reason: "__metadata__ holds something but strings")
            }
            pairs[member.name] = text
        }
        return pairs
    }

    private static func entry(
        _ member: JSONObject.Member, start: Int, path: SafeText
    ) throws(WeightsError) -> TensorEntry {
        let name = SafeText(operatorProvided: member.name)
        func bad(_ reason: SafeText) -> WeightsError {
            .badTensor(path: path, tensor: name, reason: reason)
        }
        guard let typeName = member.value["dtype"]?.stringValue else {
            throw bad("it has no dtype")
        }
        guard let type = TensorType(rawValue: typeName) else {
            throw bad("dtype \(SafeText(operatorProvided: typeName)) is not supported")
        }
        guard let sizes = member.value["shape"]?.arrayValue, sizes.count <= rankLimit else {
            throw bad("it has no shape of at most \(rankLimit) dimensions")
        }
        var shape: [Int] = []
        for size in sizes {
            guard case .integer(let long) = size, let size = Int(exactly: long), size >= 0 else {
                throw bad("its shape holds something but whole numbers")
            }
            shape.append(size)
        }
        guard let offsets = member.value["data_offsets"]?.arrayValue, offsets.count == 2,
            case .integer(let begin) = offsets[0], case .integer(let end) = offsets[1]
        else { throw bad("it has no pair of data_offsets") }
        guard begin >= 0, begin <= end, end <= Int64.max - Int64(start) else {
            throw bad("its data_offsets \(begin), \(end) are not a range")
        }
        guard let count = TensorEntry.count(of: shape),
            case let (size, overflow) = count.multipliedReportingOverflow(by: type.size), !overflow
        else { throw bad("its shape \(TensorEntry.text(of: shape)) is too large") }
        guard size == end - begin else {
            throw bad(
                "shape \(TensorEntry.text(of: shape)) takes \(size) bytes, not \(end - begin)")
        }
        return TensorEntry(
            name: member.name, type: type, shape: shape,
            bytes: start + Int(begin)..<start + Int(end))
    }

    /// Holds that the sorted entries tile the file's rest, and returns where each name stands.
    private static func check(
        _ entries: [TensorEntry], start: Int, fileSize: Int, path: SafeText
    ) throws(WeightsError) -> [String: Int] {
        var indices: [String: Int] = [:]
        var end = start
        for (index, entry) in entries.enumerated() {
            let name = SafeText(operatorProvided: entry.name)
            guard entry.bytes.lowerBound == end else {
                let isHole = entry.bytes.lowerBound > end
                throw .badTensor(
                    path: path, tensor: name,
                    reason: isHole
                        ? "its bytes leave a hole before them"
                        : "its bytes overlap another tensor's")
            }
            end = entry.bytes.upperBound
            guard indices.updateValue(index, forKey: entry.name) == nil else {
                throw .badTensor(path: path, tensor: name, reason: "its name stands twice")
            }
        }
        guard end == fileSize else {
            throw .badHeader(
                path: path,
                reason: "the tensors end at byte \(end), the file at byte \(fileSize)")
        }
        return indices
    }
}
