package import VigilCore

/// The files of a model and their SHA-256.
package struct ModelManifest: Sendable, Hashable {
    /// One file of the model's folder.
    package struct Entry: Sendable, Hashable {
        /// The name within the folder.
        package let name: String
        /// Size in bytes.
        package let size: Int
        package let digest: Digest
    }

    /// The files, in order of their names' bytes.
    package let entries: [Entry]

    /// Takes the entries in any order.
    package init(entries: [Entry]) {
        self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The model's digest: SHA-256 over each file's name and SHA-256 in hexadecimal digits, each
    /// followed by a zero byte, in order of the names.
    package var digest: Digest {
        var hasher = DigestHasher()
        for entry in entries {
            hasher.updateField(entry.name)
            hasher.updateField(entry.digest.hex)
        }
        return hasher.finish()
    }

    /// Digest of some of the files: of one its SHA-256, of several as ``digest`` over those alone;
    /// nil for a name that is not there.
    package func digest(of names: [String]) -> Digest? {
        let chosen = entries.filter { names.contains($0.name) }
        guard chosen.count == names.count, let first = chosen.first else { return nil }
        return chosen.count == 1 ? first.digest : ModelManifest(entries: chosen).digest
    }

    /// Holds the files against the digests that a model names for them.
    /// - Parameter expected: file name to SHA-256 in hexadecimal digits; other files are not
    ///   judged.
    package func verify(_ expected: [String: String]) throws(WeightsError) {
        for (name, hex) in expected.sorted(by: { $0.key < $1.key }) {
            let file = SafeText(operatorProvided: name)
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw .missingFile(file: file)
            }
            guard entry.digest.hex == hex.lowercased() else {
                throw .digestMismatch(
                    file: file, expected: SafeText(operatorProvided: hex),
                    found: SafeText(fixedMessage: entry.digest.hex))
            }
        }
    }
}
