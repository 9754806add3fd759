import Commands
import Control
import VigilCore

/// The state of the topic as text and as JSON.
struct ControlListing {
    private let table: ControlTable
    private let refused: [(position: RecordPosition, reason: ControlRefusal)]

    init(
        _ table: ControlTable, _ refused: [(position: RecordPosition, reason: ControlRefusal)]
    ) {
        self.table = table
        self.refused = refused
    }

    func show(isJSON: Bool) {
        guard !isJSON else { return Terminal.line(JSONWriter.text(json)) }
        Terminal.out(text)
        if table.entries[.all] == nil {
            Terminal.line("No order lets all run, so all is stopped: vigil control run all")
        }
        for (position, reason) in refused {
            Terminal.line("offset \(position.offset) is not believed: \(reason.rawValue)")
        }
    }

    private var scopes: [(scope: ControlScope, entry: ControlTable.Entry)] {
        table.entries.sorted { $0.key.key < $1.key.key }.map { ($0.key, $0.value) }
    }

    private var text: String {
        var out = TextTable([.init("scope"), .init("order"), .init("since"), .init("reason")])
        for (scope, entry) in scopes {
            out.add([
                scope.key, entry.action.rawValue, entry.order?.issued.description ?? "?",
                entry.order?.reason ?? "its newest record is not believed",
            ])
        }
        return out.text
    }

    private var json: JSONValue {
        [
            "digest": .string(table.digest.hex),
            "stopped": .array(table.stopped.map(\.key).sorted().map { .string($0) }),
            "scopes": .array(
                scopes.map { scope, entry in
                    var object = JSONObject()
                    object["scope"] = .string(scope.key)
                    object["order"] = .string(entry.action.rawValue)
                    object["sequence"] = entry.order.map { .integer($0.sequence) }
                    object["issued_at"] = entry.order.map { .string($0.issued.description) }
                    object["reason"] = entry.order.map { .string($0.reason) }
                    return .object(object)
                }),
            "refused": .array(
                refused.map {
                    [
                        "offset": .integer($0.position.offset),
                        "reason": .string($0.reason.rawValue),
                    ]
                }),
        ]
    }
}
