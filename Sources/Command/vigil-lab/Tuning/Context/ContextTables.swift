import Commands
import Context
import VigilCore

/// What `vigil tune --context` found, for a person and for a program.
struct ContextTables {
    let outcomes: [ContextTuner.Outcome]
    let known: ContextStudies

    var text: String {
        var table = TextTable([
            .init("label"), .init("studies", isNumber: true), .init("with it", isNumber: true),
            .init("AUROC of image", isNumber: true), .init("with context", isNumber: true),
            .init("gain", isNumber: true), .init("interval", isNumber: true), .init("context"),
        ])
        for outcome in outcomes {
            let gain = outcome.gain
            func cell(_ value: Double?) -> String { value?.text(decimals: 3) ?? "–" }
            table.add([
                outcome.code, "\(outcome.studies)", "\(outcome.positives)", cell(gain?.image),
                cell(gain?.fused), cell(gain.map { $0.fused - $0.image }),
                "\(cell(gain?.low)) to \(cell(gain?.high))", outcome.fit == nil ? "off" : "on",
            ])
        }
        return table.text + counts
    }

    /// What was used of the context, and what not.
    private var counts: String {
        let refused = known.refused.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
        return "\(known.taken) statements used" + (refused.isEmpty ? "" : "; not used: \(refused)")
            + "\n"
    }

    var json: JSONValue {
        .array(
            outcomes.map { outcome in
                var object = JSONObject()
                object["code"] = .string(outcome.code)
                object["studies"] = .integer(Int64(outcome.studies))
                object["positives"] = .integer(Int64(outcome.positives))
                object["on"] = .bool(outcome.fit != nil)
                if let gain = outcome.gain {
                    object["auroc_image"] = .number(gain.image)
                    object["auroc_context"] = .number(gain.fused)
                    object["gain_interval"] = [.number(gain.low), .number(gain.high)]
                }
                if let loss = outcome.loss {
                    object["log_loss_image"] = .number(loss.image)
                    object["log_loss_context"] = .number(loss.fused)
                }
                return .object(object)
            })
    }
}
