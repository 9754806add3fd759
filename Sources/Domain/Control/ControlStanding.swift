package import VigilCore

/// What operators allow of one study when it is decided.
package struct ControlStanding: Sendable, Hashable {
    /// Why a study is not assessed.
    package enum Stop: String, Sendable, Hashable, CaseIterable {
        /// An order, or a record that was not believed.
        case all
        case model
        case site
        case scanner
        /// The topic was not read to its end, or has not answered for too long.
        case unread
        /// The file of `control.stop-file` is there.
        case stopFile = "stop_file"
    }

    /// Nil: it may be assessed.
    package let stop: Stop?
    /// The codes of findings of which nothing is said.
    package let findings: Set<String>
    /// The state of the topic; nil where there is none.
    package let input: Finding.Input?

    /// What is told by something else than a table.
    package init(stop: Stop?, findings: Set<String> = [], input: Finding.Input? = nil) {
        self.stop = stop
        self.findings = findings
        self.input = input
    }

    /// The same where something else stops all.
    package func stopped(by stop: Stop) -> ControlStanding {
        ControlStanding(stop: stop, findings: findings, input: input)
    }
}

extension ControlTable {
    /// - Parameters:
    ///   - models: all that may answer: none may where one of them is stopped.
    ///   - site: whose studies they are; of studies of no known site a site's stop holds too.
    ///   - scanners: the names of each device that made images of the study: what has none may be
    ///     any. None while that is not known yet.
    package func standing(
        models: [Digest], site: String?, scanners: [Set<String>] = []
    ) -> ControlStanding {
        let stopped = stopped
        return ControlStanding(
            stop: stop(stopped, models, site, scanners),
            findings: Set(
                stopped.compactMap { if case .finding(let code) = $0 { code } else { nil } }),
            input: Finding.Input(
                digest: digest, validFrom: entries.values.compactMap(\.order?.issued).max()))
    }

    private func stop(
        _ stopped: Set<ControlScope>, _ models: [Digest], _ site: String?,
        _ scanners: [Set<String>]
    ) -> ControlStanding.Stop? {
        if stopped.contains(.all) { return .all }
        if models.contains(where: { stopped.contains(.model($0)) }) { return .model }
        let isOfSite = stopped.contains {
            guard case .site(let name) = $0 else { return false }
            return site == nil || site == name
        }
        if isOfSite { return .site }
        let isOfScanner = stopped.contains { scope in
            guard case .scanner(let name) = scope else { return false }
            return scanners.contains { $0.isEmpty || $0.contains(name) }
        }
        return isOfScanner ? .scanner : nil
    }
}
