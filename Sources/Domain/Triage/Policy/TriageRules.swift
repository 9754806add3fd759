package import VigilCore

/// The findings table as one site has it: the rows of ``FindingTable`` and the site's own, with
/// what its policy says of them.
package struct TriageRules: Sendable, Hashable {
    /// Who said what stands in a row.
    package enum Origin: String, Sendable, Hashable {
        /// ``FindingTable``; of a threshold also its standard for a finding of the site's own.
        case table
        /// `own` of the policy file.
        case own
        /// `default` of the policy file.
        case policy = "default"
        /// The site's part of the policy file.
        case site
    }

    /// One finding.
    package struct Row: Sendable, Hashable {
        package let code: String
        /// The threshold in force, between 0 and 1.
        package let threshold: Float
        package let thresholdFrom: Origin
        /// The priority in force.
        package let priority: Priority
        package let priorityFrom: Origin
        /// The table's row; nil of a finding of the site's own.
        package let concept: FindingConcept?
    }

    /// Names the table, and the file's version and the site.
    package let version: String
    /// The file, for errors; nil without one.
    let file: SafeText?
    /// The rules for single heads.
    let heads: [SitePolicy.Key: TriageRule]
    private let byCode: [String: Row]

    /// - Parameters:
    ///   - policy: the site's file; nil: the table as it is.
    ///   - site: whose part of it counts; nil: what is for all.
    package init(_ policy: SitePolicy? = nil, site: String? = nil) throws(TriageError) {
        let rules = try policy?.rules(of: site) ?? [:]
        let general = policy?.general ?? [:]
        file = policy?.file
        version =
            FindingTable.version + (policy.map { "+\($0.version)" } ?? "")
            + (site.map { "@\($0)" } ?? "")
        heads = rules.filter { $0.key.head != nil }
        var rows: [String: Row] = [:]
        for concept in FindingTable.concepts {
            let key = SitePolicy.Key(code: concept.code, head: nil)
            rows[concept.code] = Row(concept, rule: rules[key], general: general[key])
        }
        for (code, own) in policy?.own ?? [:] {
            let key = SitePolicy.Key(code: code, head: nil)
            rows[code] = Row(code, own: own, rule: rules[key], general: general[key])
        }
        byCode = rows
    }

    /// All rows, most urgent first, then by code.
    package var rows: [Row] {
        byCode.values.sorted {
            ($0.priority, $0.code) < ($1.priority, $1.code)
        }
    }

    /// The rules for single heads under `HEAD/CODE`, in order.
    package var headRules: [(name: String, rule: TriageRule)] {
        heads.map { (OperatingPoint.key(code: $0.key.code, head: $0.key.head), $0.value) }
            .sorted { $0.name < $1.name }
    }

    /// The row of what a model calls by this code; nil: nobody knows it.
    package func row(of code: String) -> Row? {
        byCode[code] ?? FindingTable.concept(of: code).flatMap { byCode[$0.code] }
    }
}

extension TriageRules.Row {
    /// - Parameters:
    ///   - rule: what the policy says of it.
    ///   - general: what of that it says for all sites.
    fileprivate init(_ concept: FindingConcept, rule: TriageRule?, general: TriageRule?) {
        self.init(
            concept.code, (concept.threshold, .table), (concept.priority, .table), concept,
            rule, general)
    }

    fileprivate init(
        _ code: String, own: TriageRule, rule: TriageRule?, general: TriageRule?
    ) {
        self.init(
            code,
            own.threshold.map { ($0, .own) } ?? (FindingTable.standardThreshold, .table),
            (own.priority ?? .routine, .own), nil, rule, general)
    }

    private init(
        _ code: String, _ threshold: (value: Float, from: TriageRules.Origin),
        _ priority: (value: Priority, from: TriageRules.Origin), _ concept: FindingConcept?,
        _ rule: TriageRule?, _ general: TriageRule?
    ) {
        self.code = code
        self.threshold = rule?.threshold ?? threshold.value
        thresholdFrom = Self.origin(\.threshold, rule, general) ?? threshold.from
        self.priority = rule?.priority ?? priority.value
        priorityFrom = Self.origin(\.priority, rule, general) ?? priority.from
        self.concept = concept
    }

    /// Which part of the file says it; nil: none does.
    private static func origin<Value: Equatable>(
        _ part: (TriageRule) -> Value?, _ rule: TriageRule?, _ general: TriageRule?
    ) -> TriageRules.Origin? {
        guard let value = rule.flatMap(part) else { return nil }
        return general.flatMap(part) == value ? .policy : .site
    }
}
