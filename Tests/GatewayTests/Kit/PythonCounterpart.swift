import Foundation
import Testing
import VigilCore

/// One of the programs of `Counterparts`, which ends with the test.
final class PythonCounterpart {
    let port: Int
    private let process = Process()
    private let lifeline = Pipe()

    init(_ name: String, _ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "-B", "-u", Self.folder + "/Counterparts/\(name).py"] + arguments
        let output = Pipe()
        process.standardOutput = output
        // It ends when nobody holds the other end any more.
        process.standardInput = lifeline
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    // Children may have SIGTERM blocked, as the thread that started them.
    deinit { kill(process.processIdentifier, SIGKILL) }

    /// What one of them prints that ends by itself.
    static func output(_ name: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", folder + "/Counterparts/\(name).py"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return [UInt8](said)
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().path
}
