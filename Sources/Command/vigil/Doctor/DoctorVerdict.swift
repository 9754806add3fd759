import VigilCore

/// What a check of `vigil doctor` has found.
struct DoctorVerdict: Sendable {
    /// How bad it is.
    enum Grade: String, Sendable, CaseIterable, SafeToLog {
        case ok
        /// A worker runs, and something is to be looked at.
        case warn
        /// A worker would not start, or would not do what the settings ask of it.
        case fail
        /// It was not looked at; what was found says why.
        case skipped
    }

    let grade: Grade
    /// One line.
    let found: SafeText
    /// What to do; nil where nothing is to be done.
    var remedy: SafeText?

    static func ok(_ found: SafeText) -> DoctorVerdict {
        DoctorVerdict(grade: .ok, found: found)
    }

    static func warn(_ found: SafeText, _ remedy: SafeText) -> DoctorVerdict {
        DoctorVerdict(grade: .warn, found: found, remedy: remedy)
    }

    static func fail(_ found: SafeText, _ remedy: SafeText) -> DoctorVerdict {
        DoctorVerdict(grade: .fail, found: found, remedy: remedy)
    }

    static func skipped(_ why: SafeText) -> DoctorVerdict {
        DoctorVerdict(grade: .skipped, found: why)
    }

    /// That a part of the worker threw, as a fault; what a check needs and cannot have, as skipped.
    static func of(_ error: any Error) -> DoctorVerdict {
        switch error {
        case let skip as DoctorSkip: .skipped(skip.why)
        case let error as any VigilError: .fail(error.what, error.remedy)
        default: .fail("the check itself failed", "Report this as a bug")
        }
    }
}

/// A check cannot be made.
struct DoctorSkip: Error {
    let why: SafeText

    init(_ why: SafeText) {
        self.why = why
    }

    /// Another check says what stands in the way.
    init(needs check: any DoctorCheck) {
        why = "it needs what \(check.name) looks at"
    }

    /// The settings ask for nothing of the kind.
    static func notSet(_ setting: SafeText) -> DoctorSkip { DoctorSkip("\(setting) is not set") }
}

extension [SafeText] {
    /// One line of all, with semicolons between.
    var line: SafeText {
        dropFirst().reduce(first ?? "") { "\($0); \($1)" }
    }
}
