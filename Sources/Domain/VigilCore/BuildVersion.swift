/// The version of this source tree.
package enum BuildVersion {
    /// Semantic version, shown by `vigil --version` and in `vigil_build_info`.
    package static let current: StaticString = "0.1.0"
}
