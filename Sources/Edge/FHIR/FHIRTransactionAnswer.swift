package import VigilCore

/// What a server says became of a transaction.
package enum FHIRTransactionAnswer {
    /// Whether an answer's body says that each of so many entries was carried out: a status of 200
    /// alone says that of none.
    package static func isWhole(_ body: JSONValue, entries: Int) -> Bool {
        guard body["resourceType"]?.stringValue == "Bundle",
            body["type"]?.stringValue == "transaction-response",
            let answers = body["entry"]?.arrayValue, answers.count == entries
        else { return false }
        return answers.allSatisfy { answer in
            let status = answer["response"]?["status"]?.stringValue ?? ""
            return status.hasPrefix("200") || status.hasPrefix("201")
        }
    }
}
