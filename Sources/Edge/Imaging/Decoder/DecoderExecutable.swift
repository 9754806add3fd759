#if canImport(Glibc)
    internal import Glibc
#endif

/// Where the decoder's executable is.
package enum DecoderExecutable {
    /// The environment variable that overrides the place.
    package static let variable = "VIGIL_DICOM_DECODER"

    /// The path in `VIGIL_DICOM_DECODER`, else `vigil-dicom-decoder` beside the running program.
    ///
    /// - Returns: nil when no executable file is found there.
    package static func locate() -> String? {
        let named = getenv(variable).map { String(cString: $0) }
        let path = named ?? sibling()
        guard let path, access(path, X_OK) == 0 else { return nil }
        return path
    }

    private static func sibling() -> String? {
        guard let running = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(running) }
        let path = String(cString: running)
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return String(path[...slash]) + "vigil-dicom-decoder"
    }
}
