/// Finds the row of the truth table that a line of a run speaks of.
package struct StudyMatcher: Sendable {
    private var rows: [String: Int] = [:]
    private var shared: Set<String> = []
    /// By the studies' numbers, after which `vigil synth` names their folders.
    private var numbers: [Int: Int] = [:]

    /// Takes each row's study, and the last part and the whole of its file.
    package init(_ truth: TruthTable) {
        for row in 0..<truth.count {
            let file = truth.cell(row, .file)
            var names: Set = [truth.name(row)]
            if !file.isEmpty { names.formUnion([file, Self.lastPart(file)]) }
            if let number = Int(truth.cell(row, .number)) { numbers[number] = row }
            for name in names {
                if rows.updateValue(row, forKey: name) != nil { shared.insert(name) }
            }
        }
        // A name of two rows tells nothing; a study's own name always does.
        for name in shared { rows[name] = nil }
        for row in 0..<truth.count { rows[truth.name(row)] = row }
    }

    /// The row of a study that a finding names.
    package func row(study: String) -> Int? { rows[study] }

    /// The row of a file: by its whole path, its last part, that without its ending, or the folder
    /// that it stands in, which may be the study's number.
    package func row(file: String) -> Int? {
        let name = Self.lastPart(file)
        let folder = file.split(separator: "/").dropLast().last.map { String($0) }
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) }
        let named = [file, name, stem, folder].lazy.compactMap { $0.flatMap { rows[$0] } }.first
        return named ?? folder.flatMap { Int($0) }.flatMap { numbers[$0] }
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }
}
