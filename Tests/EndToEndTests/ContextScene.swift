import BrokerTestKit
import Context
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

/// What is known of one patient beside the image, as tests of workers with context need it.
enum ContextScene {
    private static let image = "SC_rgb.dcm"
    static let patient = String(repeating: "0a", count: 16)

    /// Weights of the model's first finding by its digest, by which a lactate above the middle
    /// raises it beyond doubt.
    static func weights(_ finding: Finding) throws -> String {
        let assessed = try #require(finding.assessed)
        let first = try #require(assessed.findings.first)
        let fit = ContextFit(
            code: first.code, head: first.head, intercept: -0.25, slope: 1,
            terms: [
                ContextTerm(item: .lactate, scale: .linear, center: 1, spread: 1, weight: 12)
            ],
            gain: .init(
                studies: 900, positives: 200, image: 0.8, fused: 0.9, low: 0.05, high: 0.15))
        let weights = ContextWeights(
            site: "north", made: Timestamp(microseconds: 1_790_000_000_000_000),
            model: assessed.model.digest, fits: [fit])
        return try RunFolder.write(weights.text, "site.context")
    }

    /// A study's event, which names the patient or nobody.
    static func message(_ id: String, ofPatient: Bool) -> StudyMessage {
        var message = StudyMessage(id, files: [Images.path(image)])
        guard ofPatient, let value = message.value else { return message }
        let text = String(decoding: value, as: UTF8.self).dropFirst()
        message.value = Array("{\"patient\":\"\(patient)\",\(text)".utf8)
        return message
    }
}

extension Scene {
    var contextTopic: String { topics.input + ".context" }

    func makeContext() throws {
        let admin = try TopicAdmin(configuration: broker.configuration(group: "scene"))
        let specification = TopicSpecification(
            name: contextTopic, partitions: 3, replication: 1,
            config: ["cleanup.policy": "compact"])
        let made = try admin.createTopics([specification], timeout: .seconds(30))
        try #require(made[specification.name] == .created)
    }

    /// The settings of workers that a lactate lets raise.
    ///
    /// - Parameter plain: in which it is seen what the model answers without one.
    func contextSettings(plain: Scene) throws -> [String] {
        let mayRaise = "triage.unvalidated-may-raise=true"
        let answered = try plain.run(
            [ContextScene.message("plain", ofPatient: false)],
            on: plain.startWorker(settings: [mayRaise])
        ).finding("plain")
        try #require(answered.findings.first?.answer != .flagged)
        try makeContext()
        return [
            mayRaise, "context.topic=\(contextTopic)",
            "context.weights=\(try ContextScene.weights(answered))",
        ]
    }

    /// A lactate of the patient in mmol/L, a minute ago; nil takes it back.
    func sendLactate(_ value: Double?, id: String = "lactate-1") throws {
        let time = Timestamp(
            microseconds: Int64(Date().timeIntervalSince1970 * 1e6) - 60_000_000)
        let body = value.map {
            "{\"codes\":[{\"system\":\"http://loinc.org\",\"code\":\"2524-7\"}],"
                + "\"value\":\($0),"
                + "\"unit\":\"mmol/L\",\"status\":\"final\",\"effective\":\"\(time)\"}"
        }
        let producer = try PlainProducer(configuration: broker.configuration(group: "laboratory"))
        try producer.send(
            OutboundRecord(
                topic: contextTopic, key: Array("\(ContextScene.patient)/\(id)".utf8),
                value: body.map { Array($0.utf8) },
                headers: [
                    RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "l"),
                    RecordHeader("ce_source", "urn:test:lab"),
                    RecordHeader("ce_type", WireNames.contextType),
                ]))
        try producer.flush(within: .seconds(30))
    }

    /// What `vigil replay --verify` says of each event.
    func verdicts(_ settings: [String]) throws -> [String] {
        let run = try CommandRun(
            ["replay", "--verify", "--from", "0", "--to", "99", "--json"]
                + replayArguments(settings: settings))
        return try run.output.dropLast().map {
            try JSONParser.parse(Array($0.utf8))["verdict"]?.stringValue ?? "?"
        }
    }
}
