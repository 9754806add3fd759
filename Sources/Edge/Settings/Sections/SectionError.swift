package import VigilCore

/// What is wrong with the file of a program that has settings of its own: where, what, what to do.
/// Exit code 78.
package enum SectionError: VigilError {
    /// The file is not there, or is no YAML; or a client refuses what stands in it.
    case settings(any VigilError)
    /// There is no setting of this name.
    case unknown(SafeText, at: SafeText, known: SafeText)
    /// A setting that is needed is not there.
    case missing(SafeText, at: SafeText)
    /// A setting's value does not do.
    case refused(SafeText, at: SafeText, expected: SafeText)
    /// Two entries have one name, or a setting stands twice.
    case repeated(SafeText, at: SafeText)
    /// A file that holds a secret cannot be used.
    case secretUnusable(SafeText, path: SafeText)

    /// The error's name in logs.
    package var code: SafeText {
        switch self {
        case .settings(let error): error.code
        case .unknown: "section_setting_unknown"
        case .missing: "section_setting_missing"
        case .refused: "section_setting_refused"
        case .repeated: "section_setting_repeated"
        case .secretUnusable: "secret_unusable"
        }
    }

    /// What happened, and where.
    package var what: SafeText {
        switch self {
        case .settings(let error): error.what
        case .unknown(let name, let place, _): "\(place): there is no setting '\(name)' here"
        case .missing(let name, let place): "\(place): '\(name)' is missing"
        case .refused(let name, let place, _): "\(place): the value of '\(name)' does not do"
        case .repeated(let name, let place): "\(place): '\(name)' stands there twice"
        case .secretUnusable(let reason, let path): "\(path) holds a secret and \(reason)"
        }
    }

    /// What to do about it.
    package var remedy: SafeText {
        switch self {
        case .settings(let error): error.remedy
        case .unknown(_, _, let known): "There are: \(known)"
        case .missing(let name, _): "Write a line '\(name): …'; the program's page has all settings"
        case .refused(_, _, let expected): "Expected \(expected)"
        case .repeated: "Remove one of the two"
        case .secretUnusable:
            "Name a file that is there, and give its owner alone access: chmod 600"
        }
    }

    /// The program ends, since nothing changes by itself.
    package var disposition: Disposition {
        if case .settings(let error) = self { error.disposition } else { .shutDown(.config) }
    }
}
