import Foundation

/// The programs under test, built by the same build as the tests.
package enum BuiltPrograms {
    /// The line that a skipped test shows.
    package static let howToBuild = "not tested: run swift build -c release first"

    /// The folder that holds these programs: that of the running test program, of the test bundle
    /// that its helper was given, or the package's own release folder.
    package static func folder(with programs: [String]) -> String? {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").flatMap {
            arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
        }
        let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let beside = [running, bundle].compactMap { $0 }.map {
            URL(filePath: $0).deletingLastPathComponent().path
        }
        return (beside + [root + "/.build/release"]).first { folder in
            programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
    }

    /// The path of one of them.
    package static func path(_ program: String) -> String? {
        folder(with: [program]).map { "\($0)/\(program)" }
    }
}
