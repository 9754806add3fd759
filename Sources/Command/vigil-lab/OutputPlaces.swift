import Glibc
import VigilCore

/// Files that a command writes at its end, looked at before it begins.
enum OutputPlaces {
    /// Refuses files in folders that could not be written to when all is done.
    static func check(_ paths: [String]) throws(LabError) {
        for path in paths {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
            guard access(folder, W_OK) == 0 else {
                throw .cannotWrite(path: SafeText(operatorProvided: path))
            }
        }
    }
}
