import BrokerTestKit
import Foundation
import LoopbackKit
import Testing

/// A fault that a test plants, and all that a doctor is to say of it.
struct PlantedFault: Sendable, CustomTestStringConvertible {
    let what: String
    /// `warn` or `fail`, by the names of the checks that find it.
    let verdicts: [String: String]
    let plant: @Sendable (inout Ward) throws -> Void

    var testDescription: String { what }

    init(
        _ what: String, _ verdicts: [String: String],
        _ plant: @escaping @Sendable (inout Ward) throws -> Void
    ) {
        (self.what, self.verdicts, self.plant) = (what, verdicts, plant)
    }

    /// Some settings.
    private init(_ what: String, _ verdicts: [String: String], _ settings: [String: String]) {
        self.init(what, verdicts) { ward in ward.settings.merge(settings) { $1 } }
    }

    /// Those that are found without a broker.
    static let local = ofSettings + ofModel + ofKeys + ofMachine

    private static let ofSettings: [PlantedFault] = [
        .init(
            "a file that is not there", ["setting-paths": "fail"],
            ["triage.policy": "/nowhere"]),
        .init("no model", ["setting-paths": "fail"]) { $0.options["model"] = "/nowhere" },
        .init(
            "a password over plain HTTP", ["plain-addresses": "fail"],
            ["energy.http-url": "http://user:word@example.org"]),
        .init(
            "a study has one attempt", ["settings-doubts": "warn"],
            ["retry.attempts-max": "1", "topics.retry-count": "0"]),
        .init(
            "a property that is none", ["client-properties": "fail"], ["kafka.nonsense": "1"]),
        .init(
            "a property that loses studies",
            ["client-library": "warn", "settings-doubts": "warn"],
            ["kafka.consumer.auto.offset.reset": "latest"]),
    ]

    private static let ofModel: [PlantedFault] = [
        .init("weights that were cut off", ["model-loads": "fail"]) { ward in
            let model = try Ward.modelCopy()
            let file = URL(fileURLWithPath: model + "/model.safetensors")
            let bytes = try Data(contentsOf: file)
            try bytes.prefix(bytes.count / 2).write(to: file)
            ward.options["model"] = model
        },
        .init("another known answer", ["model-answer": "fail"]) { ward in
            let model = try Ward.modelCopy()
            let file = URL(fileURLWithPath: model + "/vigil.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            let found = try #require(text.firstRange(of: /"image":"[0-9a-f]{8}/))
            try text.replacingCharacters(in: found, with: "\"image\":\"01234567")
                .write(to: file, atomically: true, encoding: .utf8)
            ward.options["model"] = model
        },
        .init("a policy that is none", ["triage-policy": "fail"]) { ward in
            ward.settings["triage.policy"] = try Ward.write("{", "policy.json")
        },
        .init("a calibration of another's", ["calibrations": "fail"]) { ward in
            ward.settings["triage.calibration-keys"] = try MadeKeys().open
        },
        .init("no calibration", ["calibrations": "warn"]) { ward in
            ward.settings["triage.calibrations"] = nil
            ward.settings["triage.calibration-keys"] = nil
        },
        .init("a calibration that is over", ["calibration-expiry": "fail"]) { ward in
            try ward.expireCalibration()
        },
        .init("an envelope of nobody's", ["models-envelope": "fail"]) { ward in
            ward.settings["models.envelope"] = try Ward.write("{}", "site.envelope")
            ward.settings["models.envelope-keys"] = try MadeKeys().open
        },
        .init("weights of context that are none", ["context-weights": "fail"]) { ward in
            ward.settings["context.topic"] = "context"
            ward.settings["context.weights"] = try Ward.write("{", "weights.json")
        },
        .init("templates that are none", ["report-templates": "fail"]) { ward in
            ward.settings["topics.report"] = "report"
            ward.settings["report.templates"] = try Ward.write("{", "templates.json")
        },
    ]

    private static let ofKeys: [PlantedFault] = [
        .init("a key that others may read", ["pseudonym-key": "fail"]) { ward in
            let path = try #require(ward.settings["privacy.pseudonym-key-file"])
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: path)
        },
        .init("no key of pseudonyms", ["pseudonym-key": "warn"]) { ward in
            ward.settings["privacy.pseudonym-key-file"] = nil
        },
        .init("a secret that others may read", ["secret-modes": "warn"]) { ward in
            ward.settings["otlp.endpoint"] = "http://127.0.0.1:1"
            ward.settings["otlp.headers-file"] = try Ward.write("a: b", "headers", mode: 0o644)
        },
        .init("an operator's key that is none", ["control-keys": "fail"]) { ward in
            ward.settings["control.topic"] = "control"
            ward.settings["control.keys"] = try Ward.write("no key", "operator.pub")
        },
        .init("a key of alarms that is none", ["quality-alarm-keys": "fail"]) { ward in
            ward.settings["quality.alarm-topic"] = "alarms"
            ward.settings["quality.alarm-keys"] = try Ward.write("no key", "quality.pub")
        },
        .init("a file that stops", ["stop-file": "warn"]) { ward in
            ward.settings["control.stop-file"] = try Ward.write("", "stop")
        },
        .init("a key of audits that others may read", ["audit-key": "fail"]) { ward in
            let key = try MadeKeys().secret
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640], ofItemAtPath: key)
            ward.settings["topics.audit"] = "audit"
            ward.settings["audit.key-file"] = key
        },
        .init("a certificate that is over", ["certificates": "fail"]) { ward in
            let made = try TestCertificates.selfSigned(
                address: "127.0.0.1", days: -1, in: RunFolder.make())
            ward.settings["kafka.ssl.ca.location"] = made.certificate
        },
        .init("a certificate that ends tomorrow", ["certificates": "warn"]) { ward in
            let made = try TestCertificates.selfSigned(
                address: "127.0.0.1", days: 2, in: RunFolder.make())
            ward.settings["kafka.ssl.ca.location"] = made.certificate
        },
    ]

    private static let ofMachine: [PlantedFault] = [
        .init("a root that is not there", ["input-roots": "fail"]) { ward in
            ward.options["input-root"] = "/nowhere"
        },
        .init("an archive at two addresses", ["input-origins": "fail"]) { ward in
            ward.settings["input.origins-file"] = try Ward.write(
                "- origin: https://pacs\n- origin: https://pacs:443", "origins.yaml")
        },
        .init(
            "decoders that are not locked in", ["decoder-sandbox": "warn"],
            ["decode.sandbox": "off"]),
        .init("a generator that is no program", ["generator": "fail"]) { ward in
            ward.settings["topics.report"] = "report"
            ward.settings["report.templates"] = Checkout.root + "/Deploy/reports/en.json"
            ward.settings["report.generator"] = try Ward.write("", "generator")
        },
        .init(
            "a meter that is not there", ["energy-meter": "fail"],
            ["energy.method": "rapl", "energy.powercap-root": "/nowhere"]),
        .init("an intensity that is none", ["carbon-intensity": "fail"]) { ward in
            ward.settings["carbon.intensity-file"] = try Ward.write("{", "intensity.json")
        },
        .init(
            "clocks that are not there", ["clock-cap": "warn"],
            ["energy.clock-max-percent": "80", "energy.cpufreq-root": "/nowhere"]),
        .init(
            "more threads than processors", ["processor-quota": "warn"], ["engine.threads": "255"]),
        .init(
            "an instruction set of other machines", ["instruction-set": "fail"],
            ["engine.isa": foreignSet]),
        .init(
            "studies that take all memory", ["memory": "warn"],
            ["memory.studies-max-mb": "1000000"]),
        .init(
            "embeddings that fill the disk", ["disk-space": "warn"],
            ["cache.embeddings-max-mb": "1000000", "cache.directory": "/dev/shm/vigil-doctor"]),
        .init("a port that is taken", ["metrics-port": "fail"]) { ward in
            let listener = try LoopbackListener()
            ward.settings["http.port"] = "\(listener.port)"
            ward.held.append(listener)
        },
        .init(
            "core dumps that are allowed", ["core-dumps": "warn"], ["worker.core-dumps": "true"]),
    ]

    private static var foreignSet: String {
        #if arch(x86_64)
            "neon"
        #else
            "avx2"
        #endif
    }
}
