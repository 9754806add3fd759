package import StructuredReport
package import StudyHeaders
package import VigilCore

/// A finding record of a chosen shape with the headers of its study, and the report on it.
package struct MadeReport {
    /// What a record may be like.
    package enum Shape: String, CaseIterable, Sendable {
        case flagged
        case notFlagged
        case abstained
        case mixed
        /// Boxes in one film.
        case boxes
        /// Boxes in two films, or through slices.
        case severalImages
        /// Boxes in frames of one instance.
        case frames
        case notAssessed
        /// Of no image at all.
        case awaited
        case revised
        case retracted
    }

    package let shape: Shape
    package let finding: Finding
    package let record: Digest
    package let header: StudyHeader

    private static let key = Array("key of the tests".utf8)
    private static let cause = EventIdentity(id: "e", source: "s")

    /// The pseudonym that the record's were made with.
    package static func pseudonym(_ uid: DicomUID) -> Pseudonym { Pseudonym(of: uid, key: key) }

    /// The codes of ``MadeResults``.
    package static let codes = [
        "pneumothorax": CodedConcept("36118008", "SCT", "Pneumothorax"),
        "pleural_effusion": CodedConcept("60046008", "SCT", "Pleural effusion"),
        "lung_opacity": CodedConcept("RID28530", "RADLEX", "Lung opacity"),
        "intracranial_haemorrhage": CodedConcept("1386000", "SCT", "Intracranial haemorrhage"),
        "support_devices": CodedConcept("support_devices", "99VIGIL", "Support devices"),
    ]

    package static let writer = StructuredReportWriter(codes: codes, software: "tests")

    package init(_ shape: Shape, number: Int) throws {
        var random = SplitMix64(seed: UInt64(number))
        let images = MadeImages(shape, number: number)
        guard let study = DicomUID(images.studyUID) else { throw ReportKitFailure() }
        let pseudonym = Self.pseudonym(study)
        let order = Finding.Order(event: .routine)
        let results = MadeResults(shape, images: images.count).all(&random)
        var decision = Finding.Decision()
        decision.decidedAt = Timestamp(microseconds: 1_795_000_000_123_456 + Int64(number))
        if results.isEmpty {
            let why: [Finding.Reason] =
                shape == .retracted
                ? [.init(Finding.NotAssessed.withdrawn)]
                : shape == .awaited
                    ? [.init(Finding.NotAssessed.awaitingImages)]
                    : [.init(Finding.NotAssessed.nothingToAssess), .init(.burnedInAnnotation)]
            finding = Finding.notAssessed(
                why, study: study, pseudonym: pseudonym, cause: Self.cause, order: order,
                decision: decision, instances: images.instances,
                revision: Self.revision(shape, number))
        } else {
            finding = Finding(
                findingID: UUIDv5(namespace: .vigil, fields: ["made", String(number)]),
                study: study, pseudonym: pseudonym, cause: Self.cause,
                priority: Finding.Priorities(order: order, ai: .urgent, effective: .urgent),
                urgency: 0.8, reasons: [.init(code: "raised", text: "A finding")],
                decision: decision,
                assessed: Finding.Assessed(
                    model: Self.model, preprocessing: Self.record(1, 1), prompts: nil,
                    output: Self.record(2, 1), numericMode: "fast", findings: results),
                instances: images.instances, revision: Self.revision(shape, number),
                run: Finding.Run())
        }
        self.shape = shape
        record = Self.record(number, finding.revision?.number ?? 1)
        header = images.header
    }

    package func written() throws -> WrittenReport {
        try Self.writer.report(
            on: finding, record: record, header: header, named: Self.pseudonym)
    }

    private static func record(_ number: Int, _ revision: Int) -> Digest {
        Digest(of: Array("record \(number) \(revision)".utf8))
    }

    private static func revision(_ shape: Shape, _ number: Int) -> Finding.Revision? {
        guard shape == .revised || shape == .retracted else { return nil }
        return Finding.Revision(
            number: 2, previous: record(number, 1),
            closing: shape == .revised ? .late : .withdrawn, isComplete: number % 2 == 0,
            series: 1, expectedSeries: nil, expectedInstances: nil, missing: 0,
            answers: [
                .init(event: cause, position: RecordPosition(topic: "t", partition: 0, offset: 1))
            ], parts: [RecordPosition(topic: "t", partition: 0, offset: 1)])
    }

    private static let model = Finding.Model(
        name: "vigil-mini", digest: Digest(of: Array("model".utf8)), family: "clip",
        precision: "int8", isValidated: false, trainedOn: nil, intendedUse: "tests",
        adapters: [
            Finding.Adapter(name: "head", kind: "linear-probe", digest: Digest(of: [1]))
        ])
}

/// The kit contradicts itself.
struct ReportKitFailure: Error {}
