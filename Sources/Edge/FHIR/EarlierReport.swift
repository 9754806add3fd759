package import VigilCore

/// What a server holds of a finding or of a study already.
package struct EarlierReport: Sendable {
    /// A resource with the version that it was read in.
    private struct Held {
        let type: String
        let id: String
        let version: String
        let resource: JSONObject

        /// Writes it only if nobody has changed it since it was read.
        var update: JSONValue {
            [
                "method": "PUT", "url": .string("\(type)/\(id)"),
                "ifMatch": .string("W/\"\(version)\""),
            ]
        }
    }

    private var held: [Held] = []
    /// Which record of the study the report was written of; nil: there is none.
    package private(set) var number: Int?

    /// Nothing.
    package init() {}

    /// From the answer to a search of ``FHIRSearch``; nil for what is no such answer.
    package init?(searchset: JSONValue) {
        guard searchset["resourceType"]?.stringValue == "Bundle",
            searchset["type"]?.stringValue == "searchset"
        else { return nil }
        for entry in searchset["entry"]?.arrayValue ?? [] {
            guard let resource = entry["resource"]?.objectValue,
                let type = resource["resourceType"]?.stringValue,
                ["DiagnosticReport", "Observation"].contains(type)
            else { continue }
            guard let id = resource["id"]?.stringValue, Self.isID(id),
                let version = resource["meta"]?["versionId"]?.stringValue, Self.isID(version)
            else { return nil }
            held.append(Held(type: type, id: id, version: version, resource: resource))
            if type == "DiagnosticReport" { number = max(number ?? 0, Self.number(of: resource)) }
        }
    }

    /// Whether there is nothing.
    package var isEmpty: Bool { held.isEmpty }

    /// Whether what stands there is of a later record than one with this number.
    package func isLater(than number: Int) -> Bool { (self.number ?? 0) > number }

    /// The transaction that marks all of it as said in error.
    package var retirement: JSONValue {
        FHIRBundle.bundle(held.compactMap(retired))
    }

    /// The entry that writes a report over the one that is held, unless somebody has changed that
    /// since; nil where none is held, or several are.
    func replacing(_ report: JSONValue, fullURL: String) -> JSONValue? {
        let reports = held.filter { $0.type == "DiagnosticReport" }
        guard reports.count == 1, let only = reports.first, var resource = report.objectValue else {
            return nil
        }
        resource["id"] = .string(only.id)
        return [
            "fullUrl": .string(fullURL), "resource": .object(resource), "request": only.update,
        ]
    }

    /// Entries that mark what a new record no longer says.
    ///
    /// - Parameter kept: the identifiers of the Observations that it does say.
    func retiring(allBut kept: Set<String>) -> [JSONValue] {
        held.filter { held in
            guard held.type == "Observation" else { return false }
            let own = held.resource["identifier"]?.arrayValue?.compactMap { identifier in
                identifier["system"]?.stringValue == FHIRNames.result
                    ? identifier["value"]?.stringValue : nil
            }
            return own?.isEmpty == false && kept.isDisjoint(with: own ?? [])
        }.compactMap(retired)
    }

    /// Nil for what is marked already.
    private func retired(_ held: Held) -> JSONValue? {
        var resource = held.resource
        guard resource["status"]?.stringValue != "entered-in-error" else { return nil }
        resource["status"] = "entered-in-error"
        return ["resource": .object(resource), "request": held.update]
    }

    private static func number(of resource: JSONObject) -> Int {
        resource["extension"]?.arrayValue?.lazy
            .filter { $0["url"]?.stringValue == FHIRNames.number }
            .compactMap { $0["valuePositiveInt"]?.intValue }.first ?? 1
    }

    /// Whether a server's text is an id (R4 datatypes, `id`), so that it may stand in an address.
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x2e
            }
    }
}
