import Commands
import Processes
import Triage
import VigilCore

/// An envelope of changes for who asks for it.
enum EnvelopeListing {
    /// Prints it with who signed it.
    static func tell(_ signed: SignedChangeEnvelope, isJSON: Bool) {
        let isExpired = SystemClock().wall() >= signed.envelope.validity.expires
        guard !isJSON else {
            Terminal.line(
                JSONWriter.text([
                    "digest": .string(signed.digest.hex), "key_id": .string(signed.signer.hex),
                    "expired": .bool(isExpired), "envelope": signed.envelope.json,
                ]))
            return
        }
        let envelope = signed.envelope
        Terminal.line("site      \(envelope.site ?? "any")")
        Terminal.line("valid     \(envelope.validity.made) until \(envelope.validity.expires)")
        Terminal.line("policies  \(envelope.policies.map { "\($0.count)" } ?? "any")")
        Terminal.out(models(envelope))
        Terminal.out(bounds(envelope))
        Terminal.line("signed by \(signed.signer.hex)")
        Terminal.line("digest    \(signed.digest.hex)")
        if isExpired { Terminal.line("It has EXPIRED: under it nothing is said any more.") }
    }

    private static func models(_ envelope: ChangeEnvelope) -> String {
        var table = TextTable([
            .init("model"), .init("digest"), .init("precisions"),
            .init("adapters", isNumber: true), .init("calibrations"),
            .init("figures", isNumber: true),
        ])
        for model in envelope.models {
            table.add([
                model.name, String(model.scorer.model.hex.prefix(12)),
                model.precisions.joined(separator: ", "), "\(model.scorer.adapters.count)",
                model.calibrations.map { "\($0.count)" } ?? "any",
                "\(model.evaluation.measures.count)",
            ])
        }
        return table.text
    }

    private static func bounds(_ envelope: ChangeEnvelope) -> String {
        var table = TextTable([
            .init("bound of"), .init("finding"), .init("least", isNumber: true),
            .init("most", isNumber: true),
        ])
        for bound in envelope.thresholds {
            table.add(["threshold", bound.code, "\(bound.least)", "\(bound.most)"])
        }
        for bound in envelope.measures { table.add([bound.name, bound.code, "\(bound.least)"]) }
        return table.text
    }
}
