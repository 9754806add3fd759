import BrokerTestKit
import Foundation
import KafkaTransport
import LoopbackKit
import Signing
import Testing
import Triage
import VigilCore

/// A worker's settings on which a doctor finds nothing, and what a test makes amiss in them.
struct Ward {
    /// The model of the demonstration, which has a calibration.
    static let model = Checkout.root + "/Deploy/models/vigil-mini"
    private static let demo = Checkout.root + "/Deploy/demo/"

    /// Options of the command, by name.
    var options: [String: String]
    /// Settings, by name.
    var settings: [String: String]
    /// What is to be held for as long as the doctor looks.
    var held: [any Sendable] = []
    /// A line of the shell that sets limits and ends with `exec "$@"`.
    var shell: String?

    /// Of a worker that no broker is asked about.
    init() throws {
        options = [
            "bootstrap": "127.0.0.1:1", "group": "ward", "instance": "a", "model": Self.model,
            "input-root": Images.folder,
        ]
        settings = [
            "privacy.pseudonym-key-file": try Self.write(Self.random(), "pseudonyms"),
            "triage.calibrations": Self.demo + "synthetic.calibration",
            "triage.calibration-keys": Self.demo + "synthetic.pub", "http.port": "0",
        ]
    }

    /// Of a worker on the topics of a scene.
    init(_ scene: Scene) throws {
        try self.init()
        options["bootstrap"] = scene.broker.bootstrap
        options["group"] = scene.group
        settings.merge([
            "topics.input": scene.topics.input, "topics.finding": scene.topics.finding,
            "topics.energy": scene.topics.energy, "topics.dead-letter": scene.topics.deadLetter,
            "topics.worklist": scene.topics.input + ".orders", "topics.partitions": "3",
        ]) { $1 }
    }

    private static func random() -> String {
        (0..<32).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined()
    }

    /// Writes a file that its owner alone may open.
    static func write(_ text: String, _ name: String, mode: Int = 0o600) throws -> String {
        let path = try RunFolder.write(text, name)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// A copy of the model that a test may spoil.
    static func modelCopy() throws -> String {
        let copy = try RunFolder.make() + "/vigil-mini"
        try FileManager.default.copyItem(atPath: model, toPath: copy)
        return copy
    }

    /// The demonstration's calibration as if it had been over long ago, signed by keys of the
    /// test's own.
    mutating func expireCalibration() throws {
        let keys = try MadeKeys()
        let text = try EndedCalibration.text(
            of: Self.demo + "synthetic.calibration", trusting: Self.demo + "synthetic.pub",
            signing: keys)
        settings["triage.calibrations"] = try Self.write(text, "old.calibration")
        settings["triage.calibration-keys"] = keys.open
    }

    /// What a doctor says.
    struct Visit {
        let code: Int32
        /// The verdicts that are neither `ok` nor `skipped`, by the checks' names.
        let faults: [String: String]
        /// How many checks were made.
        let count: Int
        let text: String
    }

    /// Has a doctor look, at the subjects named or at all.
    func visit(_ groups: [String] = [], table: Bool = false) throws -> Visit {
        let names = groups.flatMap { Self.checks[$0] ?? [$0] }
        var arguments = table ? ["doctor"] : ["doctor", "--json"]
        for name in names { arguments += ["--check", name] }
        for (name, value) in options { arguments += ["--" + name, value] }
        for (name, value) in settings { arguments += ["--set", "\(name)=\(value)"] }
        if options["timeout"] == nil { arguments += ["--timeout", "90"] }
        let run =
            if let shell {
                try CommandRun("/bin/sh", ["-c", shell, "sh", Programs.vigil] + arguments)
            } else {
                try CommandRun(arguments, within: .seconds(120))
            }
        let text = run.output.joined(separator: "\n") + run.error
        guard !table, let line = run.output.first else {
            return Visit(code: run.code, faults: [:], count: 0, text: text)
        }
        let told = try JSONParser.parse(Array(line.utf8))["checks"]?.arrayValue ?? []
        let faults = told.reduce(into: [String: String]()) { faults, check in
            guard let verdict = check["verdict"]?.stringValue,
                verdict == "warn" || verdict == "fail"
            else { return }
            faults[check["name"]?.stringValue ?? "?"] = verdict
            let hasRemedy = check["remedy"]?.stringValue?.isEmpty == false
            #expect(hasRemedy, "no remedy: \(check)")
        }
        return Visit(code: run.code, faults: faults, count: told.count, text: text)
    }

    /// The checks that need no broker, by subject.
    private static let checks: [String: [String]] = [
        "local": [
            "setting-paths", "plain-addresses", "settings-doubts", "client-properties",
            "client-library", "model-loads", "model-answer", "triage-policy", "calibrations",
            "calibration-expiry", "models-envelope", "context-weights", "report-templates",
            "pseudonym-key", "secret-modes", "control-keys", "quality-alarm-keys", "stop-file",
            "audit-key", "certificates", "input-roots", "input-origins", "decoder-sandbox",
            "generator", "energy-meter", "carbon-intensity", "clock-cap", "processor-quota",
            "instruction-set", "memory", "disk-space",
            "metrics-port", "core-dumps",
        ],
        "kafka": [
            "brokers-reachable", "brokers-enough", "transaction-timeout", "group-state",
            "group-lag", "topics-present", "topics-told", "topics-partitions", "topics-equal",
            "topics-single", "topics-copies", "topics-insync", "topics-cleanup",
            "topics-retention", "topics-record-size", "revision-window", "quality-alarms",
        ],
    ]
}
