package import Settings

extension PseudonymKey {
    /// As set.
    package init(_ settings: Settings) throws(PipelineError) {
        self = try PipelineError.placed(.privacyPseudonymKeyFile, of: settings) {
            () throws(PipelineError) in
            try PseudonymKey(file: settings.privacyPseudonymKeyFile)
        }
    }
}
