import Audit
import Commands
import Files
import VigilCore
import Wire

/// One log of an export: a folder in the form of C2SP tlog-tiles, with all signed checkpoints.
struct AuditFolder {
    private static let namesMax = 1_000_000
    private static let depthMax = 16

    private let path: String
    private let name: AuditTreeName

    /// The logs below a folder: those folders of it that hold a checkpoint.
    static func logs(below root: String) throws -> [AuditFolder] {
        var (found, open) = ([AuditFolder](), [(path: root, name: "", depth: 0)])
        while let folder = open.popLast() {
            let names = try names(in: folder.path)
            if names.contains("checkpoint"), let name = AuditTreeName(folder.name) {
                found.append(AuditFolder(path: folder.path, name: name))
                continue
            }
            guard folder.depth < depthMax else { continue }
            for name in names where AuditTreeName(name) != nil {
                let below = folder.name.isEmpty ? name : "\(folder.name)/\(name)"
                open.append(("\(folder.path)/\(name)", below, folder.depth + 1))
            }
        }
        return found
    }

    private static func names(in path: String) throws(CommandError) -> [String] {
        do throws(FileFailure) {
            return try FolderNames.read(path, countMax: namesMax)
                .filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw .fileNotRead(path: SafeText(operatorProvided: path))
        }
    }

    /// Reads all leaves and checkpoints. Bundles are read until one is not whole.
    func read(
        into logs: inout AuditLogs, _ take: (AuditLeaf, [UInt8]) throws -> Void
    ) throws {
        var number = 0
        while let leaves = try bundle(number, &logs) {
            for bytes in leaves {
                guard let leaf = try? AuditRecord.leaf(in: bytes), leaf.tree == name else {
                    logs.takeUnreadable(of: name)
                    continue
                }
                if logs.take(leaf, bytes) { try take(leaf, bytes) }
            }
            guard leaves.count == MerkleTiles.width else { break }
            number += 1
        }
        for file in try Self.names(in: "\(path)/checkpoints") {
            logs.take(
                checkpoint: try AuditOptions.contents("\(path)/checkpoints/\(file)"), of: name)
        }
        logs.take(checkpoint: try AuditOptions.contents("\(path)/checkpoint"), of: name)
    }

    /// The leaves of a bundle; nil where there is none of this number.
    private func bundle(_ number: Int, _ logs: inout AuditLogs) throws -> [[UInt8]]? {
        let first = number * MerkleTiles.width
        let whole = path + "/" + MerkleTiles.bundlePath(from: first, width: MerkleTiles.width)
        if let bytes = try? AuditOptions.contents(whole) { return leaves(bytes, &logs) }
        let widths = (try? Self.names(in: whole + ".p")) ?? []
        guard let width = widths.compactMap({ Int($0) }).max() else { return nil }
        return leaves(try AuditOptions.contents(whole + ".p/\(width)"), &logs)
    }

    private func leaves(_ bytes: [UInt8], _ logs: inout AuditLogs) -> [[UInt8]] {
        guard let leaves = MerkleTiles.leaves(of: bytes) else {
            logs.takeUnreadable(of: name)
            return []
        }
        return leaves
    }
}
