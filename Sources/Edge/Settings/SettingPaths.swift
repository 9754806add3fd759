internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Files and folders that settings name, looked at before any work. Input roots are not among them:
/// their storage may hang, and is looked at with patience elsewhere.
package enum SettingPaths {
    /// The settings that name models.
    static let models: Set<String> = [
        SettingKey.modelDirectory, .modelAdapters, .modelEnsemble, .cascadeModel,
    ].reduce(into: []) { $0.insert($1.rawValue) }

    private enum Kind {
        case file
        case folder
        case either
        /// A folder that may be missing, and is made then.
        case madeFolder
    }

    /// Looks at all of them.
    ///
    /// - Throws: ``SettingsError/pathUnusable(key:at:path:reason:)`` for the one that is not there,
    ///   is of another kind or may not be read; ``SettingsError/several(_:)`` for more of them.
    package static func check(_ settings: Settings) throws(SettingsError) {
        func given(_ key: SettingKey) -> [String] {
            switch settings.entry(key).value {
            case .text(let path): path.isEmpty ? [] : [path]
            case .list(let paths): paths
            case .bool, .integer, .number: []
            }
        }
        let kinds: [(SettingKey, Kind)] = [
            (.modelDirectory, .folder), (.modelEnsemble, .folder), (.cascadeModel, .folder),
            (.modelAdapters, .either), (.privacyPseudonymKeyFile, .file),
            (.carbonIntensityFile, .file), (.carbonTokenFile, .file), (.otlpHeadersFile, .file),
            (.modelsEnvelope, .file), (.modelsEnvelopeKeys, .file), (.triagePolicy, .file),
            (.triageCalibrations, .file), (.inputOriginsFile, .file),
            (.triageCalibrationKeys, .file), (.contextWeights, .file), (.reportTemplates, .file),
            (.controlKeys, .file), (.qualityAlarmKeys, .file), (.auditKeyFile, .file),
            (.reportGenerator, .file), (.cacheDirectory, .madeFolder),
        ]
        let errors = kinds.flatMap { key, kind in
            given(key).compactMap { path in
                reason(path, kind).map { reason in
                    SettingsError.pathUnusable(
                        key: SafeText(operatorProvided: key.rawValue),
                        at: settings.entry(key).source, path: SafeText(operatorProvided: path),
                        reason: reason)
                }
            }
        }
        if errors.count > 1 { throw .several(errors) }
        if let error = errors.first { throw error }
    }

    /// Why a path cannot be used; nil when it can.
    private static func reason(_ path: String, _ kind: Kind) -> SafeText? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return kind == .madeFolder && errno == ENOENT ? nil : systemReason(errno)
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        switch kind {
        case .file where isFolder: return "it is a folder, not a file"
        case .folder where !isFolder, .madeFolder where !isFolder:
            return "it is a file, not a folder"
        case .file, .folder, .either, .madeFolder: break
        }
        // To be in a folder takes the right to enter it.
        return access(path, isFolder ? R_OK | X_OK : R_OK) == 0 ? nil : systemReason(errno)
    }

    private static func systemReason(_ code: Int32) -> SafeText {
        SafeText(fixedMessage: String(cString: strerror(code)))
    }
}
