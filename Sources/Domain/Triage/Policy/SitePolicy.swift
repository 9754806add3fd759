package import VigilCore

/// The file of `triage.policy`: what sites say of findings, in JSON.
///
///     {"schema": "vigil.triage/1", "version": "2026-11",
///      "own": {"gastric_band": {"priority": "asap", "threshold": 0.4}},
///      "default": {"pneumothorax": {"threshold": 0.31},
///                  "site-probe/pneumothorax": {"threshold": 0.02}},
///      "sites": {"north": {"rib_fracture": {"priority": "asap"}}}}
package struct SitePolicy: Sendable, Hashable {
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.triage/1"
    /// The longest file, in bytes.
    package static let bytesMax = 1 << 20

    /// Which score a rule is about: that of the prompts or the classifier, or that of a head.
    struct Key: Sendable, Hashable {
        /// The code of the table's row, or one of ``SitePolicy/own``.
        let code: String
        let head: String?
    }

    /// The file, for errors.
    package let file: SafeText
    /// The operator's name of this version of the rules.
    package let version: String
    /// Findings that the table does not have, by their codes; each has a priority.
    let own: [String: TriageRule]
    /// Rules for all sites.
    let general: [Key: TriageRule]
    /// Further rules by site, which go before those for all.
    let sites: [String: [Key: TriageRule]]

    /// The rules of a site: its own, and those for all where it says nothing.
    /// - Parameter name: nil: only those for all.
    func rules(of name: String?) throws(TriageError) -> [Key: TriageRule] {
        guard let name else { return general }
        guard let site = sites[name] else {
            let known = SafeText.list(sites.keys.sorted().map { .given($0) })
            throw .unknownSite(site: .given(name), file: file, known: known)
        }
        var merged = general
        for (key, rule) in site { merged[key] = rule.over(general[key]) }
        return merged
    }
}
