package import VigilCore

/// What the gates said of a study's instances.
package struct GateReport: Sendable {
    /// Those that are not shown to the model, in the event's order.
    package let leftOut: [Finding.LeftOut]
    /// What of the objects' identity is not the event's.
    package let mismatches: [IdentityMismatch]
    /// How many of those that are shown do not tell an attribute that the model asks for.
    package let unknown: [HeaderAttribute: Int]

    /// As a finding's decision lists it: all but that everything is taken.
    var gates: [Finding.Gate] {
        let identity = mismatches.map {
            Finding.Gate("identity", .refused, reason: Finding.LeftOut.Reason($0).rawValue)
        }
        let groups = Dictionary(grouping: leftOut) { [$0.reason.rawValue, $0.modality ?? ""] }
        let left = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, others in
            Finding.Gate(
                "header", .leftOut, reason: key[0], instances: others.count,
                facts: key[1].isEmpty ? [:] : ["modality": key[1]])
        }
        let taken = HeaderAttribute.allCases.compactMap { attribute in
            unknown[attribute].map {
                Finding.Gate(
                    "header", .unknown, reason: attribute.reason.rawValue, instances: $0)
            }
        }
        return identity + left + taken
    }

    /// Why a study is not assessed of which nothing is shown; at least one.
    var reasons: [Finding.Reason] {
        guard mismatches.isEmpty else {
            return [Finding.Reason(.identityMismatch)]
                + mismatches.map { Finding.Reason(Finding.LeftOut.Reason($0)) }
        }
        var named: [Finding.LeftOut.Reason] = []
        for other in leftOut where !named.contains(other.reason) { named.append(other.reason) }
        return [Finding.Reason(.nothingToAssess)] + named.map { Finding.Reason($0) }
    }
}
