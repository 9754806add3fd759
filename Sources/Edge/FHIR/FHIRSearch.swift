package import VigilCore

/// What is asked of a server, relative to its base address.
package enum FHIRSearch {
    /// A finding's report with its results.
    package static func report(of finding: UUIDv5) -> String {
        conditional("DiagnosticReport", system: FHIRNames.finding, value: "\(finding)")
            + "&_include=DiagnosticReport:result"
    }

    /// All reports of a study with their results.
    package static func reports(of study: Pseudonym) -> String {
        conditional("DiagnosticReport", system: FHIRNames.study, value: "\(study)")
            + "&_include=DiagnosticReport:result"
    }

    /// `Type?identifier=system|value`; neither part has a character that needs more escaping.
    static func conditional(_ type: String, system: String, value: String) -> String {
        "\(type)?identifier=\(system)%7C\(value)"
    }
}
