internal import VigilCore

/// A safetensors file, mapped and checked. Safe to use from several threads.
package final class SafetensorsFile: Sendable {
    /// The header.
    package let header: SafetensorsHeader
    /// The file below.
    package let file: FrozenFile

    /// Opens and checks a file.
    package convenience init(path: String) throws(WeightsError) {
        try self.init(file: FrozenFile(path: path))
    }

    /// Checks a file that is already open.
    package init(file: FrozenFile) throws(WeightsError) {
        header = try SafetensorsHeader(
            fileSize: file.bytes.count, path: SafeText(operatorProvided: file.path)
        ) { Array(file.bytes[$0]) }
        self.file = file
    }

    /// Lends a tensor's bytes for the call: row-major, little-endian, perhaps not aligned.
    package func withTensor<Result, Failure: Error>(
        _ entry: TensorEntry, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Another file's entry may reach beyond this one.
        let range = entry.bytes.clamped(to: 0..<file.bytes.count)
        return try body(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    }
}
