/// Bounds on files, functions and lines.
enum SizeRules {
    static let linesMaxSwift = 350
    static let linesMaxC = 700
    static let functionLinesMaxSwift = 50
    static let functionLinesMaxC = 70
    static let columnsMax = 100
    static let filesMax = 20

    /// The largest size of a file; the default model's weights are the one large file there is.
    static func bytesMax(of path: String) -> Int {
        path == "Deploy/models/vigil-mini/model.safetensors" ? 25_000_000 : 2_000_000
    }

    static func checkFile(_ file: SourceFile) -> [Finding] {
        guard file.isSwift || file.isC else { return [] }
        let bound = file.isSwift ? linesMaxSwift : linesMaxC
        // A last line end does not begin another line.
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > bound else { return [] }
        return [
            Finding(
                path: file.path, line: 0,
                advice: "\(count) lines; split it by type or capability (at most \(bound))")
        ]
    }

    /// Folders of `Sources` with more files side by side than a reader takes in.
    static func checkFolders(_ paths: [String]) -> [String] {
        let sources = paths.filter { $0.hasPrefix("Sources/") }
        let folders = Dictionary(grouping: sources) { path in
            path.split(separator: "/").dropLast().joined(separator: "/")
        }
        return folders.filter { $0.value.count > filesMax }.keys.sorted()
    }

    static func checkLines(_ file: SourceFile) -> [Finding] {
        guard file.isSwift || file.isC else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            guard line.count > columnsMax else { return nil }
            return Finding(
                path: file.path, line: index + 1,
                advice: "\(line.count) columns; break the line (at most \(columnsMax))")
        }
    }

    static func checkFunctions(_ file: SourceFile) -> [Finding] {
        let bodies =
            file.isSwift
            ? FunctionBodies.ofSwift(file.code) : file.isC ? FunctionBodies.ofC(file.code) : []
        let bound = file.isSwift ? functionLinesMaxSwift : functionLinesMaxC
        return bodies.compactMap { body in
            guard body.count > bound else { return nil }
            return Finding(
                path: file.path, line: body.lowerBound + 1,
                advice: "\(body.count) lines in one function; take a step out of it "
                    + "(at most \(bound))")
        }
    }
}
