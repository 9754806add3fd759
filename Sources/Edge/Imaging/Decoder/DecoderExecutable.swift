internal import Processes

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
        let path = named ?? ProcessIdentity.sister("vigil-dicom-decoder")
        guard let path, access(path, X_OK) == 0 else { return nil }
        return path
    }
}
