package import VigilCore

/// A study's history as the topic of findings has it.
extension StudyHistory {
    /// Attributes of the records, without `ce_`.
    static let revisionName: StaticString = "revision"
    static let findingName: StaticString = "findingid"

    /// What follows from a record; nil when its event was complete by itself.
    package init?(_ record: Finding) {
        guard let revision = record.revision else { return nil }
        self.init(
            number: revision.number, finding: record.findingID,
            digest: record.deterministicDigest, parts: revision.parts,
            ordered: record.priority.ordered,
            isLive: !record.isWithdrawn && !record.isRecalled,
            contextTime: record.contextTime)
    }

    /// Whether a record of the topic of findings says that it tells something of a study in parts,
    /// whether or not it can be read.
    package static func isClaimed(by record: InboundRecord) -> Bool {
        record.headers.contains { $0.name == "ce_" + revisionName.description }
    }

    /// Reads a record of a topic of findings, of either version. Nil when it says nothing of a
    /// study that came in parts, or nothing that can be read.
    package static func read(_ record: InboundRecord) -> (study: Pseudonym, StudyHistory)? {
        guard let number = record.text("ce_" + revisionName.description).flatMap({ Int($0) }),
            (1...Finding.Revision.numberMax).contains(number)
        else { return nil }
        guard record.value == nil else {
            guard let json = try? RecordReading.json(record.value) else { return nil }
            return try? read(json)
        }
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return nil }
        let finding = record.text("ce_" + findingName.description).flatMap { UUIDv5(text: $0) }
        return (
            study,
            StudyHistory(
                number: number, finding: finding, digest: nil, parts: [], ordered: nil,
                isLive: false, isV1: true)
        )
    }

    /// What stands of a study by a record of the topic of findings, whether or not the study came
    /// in parts; nothing by one that cannot be read. Nil of a record without a study's key.
    package static func standing(
        _ record: InboundRecord
    ) -> (study: Pseudonym, StudyHistory?)? {
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return nil }
        guard let json = try? RecordReading.json(record.value),
            let finding = try? FindingDecoder.read(json), finding.pseudonym == study
        else { return (study, nil) }
        return (
            study,
            StudyHistory(
                number: finding.revision?.number ?? 1, finding: finding.findingID,
                digest: Finding.digest(of: json),
                parts: finding.revision?.parts ?? [finding.run.position].compactMap(\.self),
                ordered: finding.priority.ordered,
                isLive: !finding.isWithdrawn && !finding.isRecalled,
                contextTime: finding.contextTime)
        )
    }

    /// Reads no more than is gone on from, so that what a newer worker wrote besides does not hide
    /// an order.
    private static func read(
        _ json: JSONValue
    ) throws(WireError) -> (study: Pseudonym, StudyHistory)? {
        let reader = try MemberReader(json, "record")
        let study = try reader.requiredMember("study").required("pseudonym", Member.pseudonym)
        let revision = try Finding.Revision(reader: try reader.requiredMember("revision"))
        let codes = try reader.elements("reasons") { (reason) throws(WireError) in
            try reason.required("code", Member.string)
        }
        let isV1 = FindingDecoder.isV1(json)
        let taken = [Finding.NotAssessed.withdrawn, .recalled].map(\.rawValue)
        let isTaken =
            !isV1 && codes.contains { taken.contains($0) }
            && reader.object["findings"]?.arrayValue?.isEmpty == true
        return (
            study,
            StudyHistory(
                number: revision.number,
                finding: try reader.required("finding_id", Member.uuid),
                digest: Finding.digest(of: json),
                parts: revision.parts,
                ordered: try reader.required("ordered_priority", Member.priority),
                isLive: !isTaken, isV1: isV1,
                contextTime: (json["decision"]?[Finding.Context.timeName.description]
                    ?? json["prior"]?[Finding.Prior.timeName.description]).flatMap(Member.time))
        )
    }
}
