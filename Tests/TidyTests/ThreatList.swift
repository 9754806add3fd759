import Foundation

/// `Deploy/security/threats.json`: each threat says what stops it, and names tests that are there.
enum ThreatList {
    static let path = "Deploy/security/threats.json"

    private struct Threat: Decodable {
        let SID: String
        let mitigations: String
        let tests: [String]
    }

    /// What is wrong with the list.
    ///
    /// - Parameter text: of a file by its path; nil when there is none.
    static func check(_ list: Data, text: (String) -> String?) throws -> [String] {
        try JSONDecoder().decode([Threat].self, from: list).flatMap { threat in
            threat.tests.filter { TestNames.isThere($0, text: text) != true }.map {
                "\(threat.SID): there is no test \($0)"
            }
                + (threat.tests.isEmpty ? ["\(threat.SID): name a test"] : [])
                + (threat.mitigations.isEmpty ? ["\(threat.SID): say what stops it"] : [])
        }
    }
}
