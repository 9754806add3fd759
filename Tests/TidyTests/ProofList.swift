import Foundation

/// A list of which each row names tests: a threat with what stops it, a risk with what controls it,
/// a requirement with the sources that meet it.
enum ProofList: CaseIterable {
    case threats
    case risks
    case requirements

    var path: String {
        switch self {
        case .threats: "Deploy/security/threats.json"
        case .risks: "Deploy/risk/risks.json"
        case .requirements: "Deploy/risk/requirements.json"
        }
    }

    private struct Threat: Decodable {
        let SID: String
        let mitigations: String
        let tests: [String]
    }

    private struct RiskFile: Decodable {
        struct Risk: Decodable {
            struct Control: Decodable { let says: String }
            let id: String
            let controls: [Control]
            let tests: [String]
        }
        let risks: [Risk]
    }

    private struct Requirement: Decodable {
        let id: String
        let sources: [String]
        let tests: [String]
    }

    /// What a row says, whatever the list calls it.
    private struct Row {
        let name: String
        let remedies: [String]
        let tests: [String]
    }

    private func rows(of list: Data) throws -> [Row] {
        let decoder = JSONDecoder()
        switch self {
        case .threats:
            return try decoder.decode([Threat].self, from: list)
                .map { Row(name: $0.SID, remedies: [$0.mitigations], tests: $0.tests) }
        case .risks:
            return try decoder.decode(RiskFile.self, from: list).risks
                .map { Row(name: $0.id, remedies: $0.controls.map(\.says), tests: $0.tests) }
        case .requirements:
            return try decoder.decode([Requirement].self, from: list)
                .map { Row(name: $0.id, remedies: $0.sources, tests: $0.tests) }
        }
    }

    /// What is wrong with the list.
    ///
    /// - Parameter text: of a file by its path; nil when there is none.
    func faults(in list: Data, text: (String) -> String?) throws -> [String] {
        try rows(of: list).flatMap { row in
            row.tests.filter { TestNames.isThere($0, text: text) != true }.map {
                "\(row.name): there is no test \($0)"
            }
                + (row.tests.isEmpty ? ["\(row.name): name a test"] : [])
                + (row.remedies.isEmpty || row.remedies.contains("")
                    ? ["\(row.name): say what stops it, or where it is done"] : [])
        }
    }
}
