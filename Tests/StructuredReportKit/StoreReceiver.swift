import DicomNetwork
import Foundation

/// DCMTK's `storescp`, which writes what it gets to a folder.
package struct StoreReceiver {
    package static let program = "/usr/bin/storescp"
    package static let port: UInt16 = 11_112

    package let folder: String
    private let process: Process

    /// Starts it in the network of the calling thread.
    package init(_ options: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.path + "/vigil-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["+B", "-od", folder, "-aet", "ARCHIVE"] + options + ["\(Self.port)"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    package func stop() {
        // It has inherited a mask that keeps SIGTERM out.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What it has written.
    package func files() throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
            [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
        }
    }

    /// Asks again while it is starting.
    package func retrying<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<200 {
            do {
                return try body()
            } catch DicomStoreError.unreachable {
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        return try body()
    }
}
