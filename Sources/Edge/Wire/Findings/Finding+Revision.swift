internal import VigilCore

extension Finding.Revision {
    var members: JSONObject {
        var object = JSONObject()
        object.set("number", number)
        object.set("previous_digest", safe: previous)
        object.set("closed_by", safe: closing)
        object.set("complete", isComplete)
        object.set("series", series)
        object.set("expected_series", expectedSeries)
        object.set("expected_instances", expectedInstances)
        if missing > 0 { object.set("missing_required_series", missing) }
        object.set(
            "answers",
            list: answers.map { answer in
                [
                    "id": .string(answer.event.id), "source": .string(answer.event.source),
                    "position": answer.position.json,
                ]
            })
        object.set("parts", list: parts.map(\.json))
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            number: try reader.required("number") {
                Member.count($0).flatMap { (1...Self.numberMax).contains($0) ? $0 : nil }
            },
            previous: try reader.optional("previous_digest", Member.digest),
            closing: try reader.required("closed_by") {
                $0.stringValue.flatMap { Closing(rawValue: $0) }
            },
            isComplete: try reader.required("complete", Member.bool),
            series: try reader.required("series", Member.count),
            expectedSeries: try reader.optional("expected_series", Member.count),
            expectedInstances: try reader.optional("expected_instances", Member.count),
            missing: try reader.optional("missing_required_series", Member.count) ?? 0,
            answers: try reader.elements("answers") { reader throws(WireError) in
                Answer(
                    event: try EventIdentity(reader: reader),
                    position: try RecordPosition(reader: try reader.requiredMember("position")))
            },
            parts: try reader.elements("parts") { reader throws(WireError) in
                try RecordPosition(reader: reader)
            })
        guard !answers.isEmpty else { throw .badRecord("answers is missing or empty") }
    }
}
