import Testing
import VigilCore

/// What one reader has, over all its connections.
struct SeenRows {
    private(set) var revisions: [Pseudonym: Int] = [:]
    private(set) var effective: [Pseudonym: String] = [:]
    /// Changes that came more than once.
    private(set) var doubled = 0
    private(set) var resets = 0
    /// What was told last besides the rows.
    private(set) var status: JSONValue?
    private var numbers: Set<Int> = []

    mutating func take(_ events: [EventParser.Event]) throws {
        for event in events {
            switch event.name {
            case "reset":
                revisions = [:]
                effective = [:]
                numbers = []
                resets += 1
            case "status": status = try JSONParser.parse(Array(event.data.utf8))
            default: try takeRows(try JSONParser.parse(Array(event.data.utf8)))
            }
        }
    }

    private mutating func takeRows(_ json: JSONValue) throws {
        for row in try #require(json["rows"]?.arrayValue) {
            let study = try #require(row["study"]?.stringValue.flatMap { Pseudonym(hex: $0) })
            if !numbers.insert(try #require(row["number"]?.intValue)).inserted { doubled += 1 }
            revisions[study] = row["revision"]?.intValue
            effective[study] = row["effective"]?.stringValue
        }
        for text in json["removed"]?.arrayValue ?? [] {
            let study = try #require(text.stringValue.flatMap { Pseudonym(hex: $0) })
            revisions[study] = nil
            effective[study] = nil
        }
    }
}
