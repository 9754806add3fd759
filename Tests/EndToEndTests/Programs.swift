import LoopbackKit

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
    static let howToBuild = BuiltPrograms.howToBuild

    /// The folder that holds them.
    static let folder = BuiltPrograms.folder(with: needed)
}
