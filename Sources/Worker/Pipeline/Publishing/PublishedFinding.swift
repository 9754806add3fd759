internal import VigilCore
internal import Wire

/// A finding as it stands on a topic of findings, and how a replay is held against it.
struct PublishedFinding {
    let record: Finding
    /// Whether it is of the last release's schema, and is compared as that says it.
    private let isV1: Bool
    /// The digest of the body, and the one that stands in it.
    private let digests: [Digest]
    /// The digest of the body without evidence.
    private let plain: Digest

    /// Nil for what is no finding.
    init?(_ inbound: InboundRecord) {
        guard let value = inbound.value,
            let json = try? JSONParser.parse(value, limits: FindingDecoder.limits),
            let record = try? FindingDecoder.read(json)
        else { return nil }
        self.record = record
        isV1 = FindingDecoder.isV1(json)
        let written = json["record_digest"]?.stringValue.flatMap { Digest(text: $0) }
        digests = [Finding.digest(of: json)] + [written].compactMap { $0 }
        plain = Finding.digest(ofUnexplained: json)
    }

    /// Whether it tells what parts of images made its scores; nil where it tells of no flagged
    /// finding, so that nobody knows.
    var isExplained: Bool? {
        let flagged = record.findings.filter { $0.answer == .flagged }
        return flagged.isEmpty ? nil : flagged.contains { $0.explained != nil }
    }

    /// What a replay comes to against it.
    func verdict(_ now: Finding) -> ReplayVerifier.Verdict {
        let digest =
            isV1 ? FindingV1.digest(of: now) ?? now.deterministicDigest : now.deterministicDigest
        guard let other = digests.first(where: { $0 != digest }) else { return .same(digest) }
        // Told apart, since only the boxes and the map need looking at then.
        return plain == Finding.digest(ofUnexplained: now.json)
            ? .evidenceDiffers(published: other, now: digest)
            : .differs(published: other, now: digest)
    }

    /// What people had ordered when the event was decided, with what the event itself orders.
    func order(_ event: StudyEvent) -> Finding.Order {
        let order = record.priority.order
        guard record.revision == nil else { return order }
        return Finding.Order(
            highest: order.lowered == nil ? min(order.highest, event.priority) : order.highest,
            ofEvent: event.priority, before: order.before, isKnown: order.isKnown,
            lowered: order.lowered)
    }

    /// Why no result is to be had from the event alone; nil where there is one.
    var reasonBeyondEvent: SafeText? {
        guard record.assessed == nil else { return nil }
        let codes = Set(record.reasons.map(\.code))
        return Self.beyondEvent.first { codes.contains($0.rawValue) }
            .map { SafeText(fixedMessage: $0.rawValue) }
    }

    private static let beyondEvent: [Finding.NotAssessed] = [
        .withdrawn, .quarantined, .awaitingImages, .stopped, .recalled, .orderRaised, .orderLowered,
    ]
}
