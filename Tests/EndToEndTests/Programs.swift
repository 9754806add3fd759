import Foundation

/// The programs under test, built by the same build as the tests.
enum Programs {
    /// `vigil`.
    static let vigil = folder.map { $0 + "/vigil" } ?? ""
    /// `vigil-lab`, which `vigil` runs for some of its commands.
    static let laboratory = folder.map { $0 + "/vigil-lab" } ?? ""
    /// Those that every test needs.
    private static let needed = [
        "vigil", "vigil-lab", "vigil-dicom-decoder", "vigil-generator-host",
    ]
    /// Whether all were found.
    static let areBuilt = folder != nil
    /// The line that a skipped test shows.
    static let howToBuild =
        "not tested end to end: run swift build -c release first"

    /// The folder that holds them: that of the running test program, of the test bundle that its
    /// helper was given, or the package's own release folder.
    static let folder: String? = {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").flatMap {
            arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
        }
        let running = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        let beside = [running, bundle].compactMap { $0 }.map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().path
        }
        return (beside + [Checkout.root + "/.build/release"]).first { folder in
            needed.allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
    }()
}
