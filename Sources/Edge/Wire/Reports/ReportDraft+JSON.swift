package import VigilCore

extension ReportDraft where Text: CustomStringConvertible {
    /// The whole record as it goes to Kafka.
    package var json: JSONValue {
        var object = members
        object.set("draft_digest", safe: digest)
        return .object(object)
    }

    /// The bytes of that: the other members are written once, and their digest behind them.
    package var bytes: [UInt8] {
        var bytes = JSONWriter.bytes(.object(members))
        let digest = Digest(of: bytes)
        bytes.removeLast()
        bytes += ",\"draft_digest\":\"\(digest.hex)\"}".utf8
        return bytes
    }

    /// SHA-256 of the record's other members: what a replay must reproduce.
    package var digest: Digest { Digest(of: JSONWriter.bytes(.object(members))) }

    private var members: JSONObject {
        var object = JSONObject()
        object.set("finding_id", safe: subject.findingID)
        object.set("record_digest", safe: subject.record)
        var study = JSONObject()
        study.set("pseudonym", safe: subject.study)
        study.set("key_id", text: subject.keyID)
        object.set("study", members: study)
        object.set("status", text: body == nil ? "not_drafted" : "draft")
        object.set("language", text: language.tag)
        object.set(
            "templates", ["version": .string(language.version), "digest": language.digest.json])
        if let body {
            object.set("technique", list: body.technique.map(\.json))
            object.set("comparison", list: body.comparison.map(\.json))
            object.set("findings", list: body.findings.map(\.json))
            object.set("impression", list: body.impression.map(\.json))
        }
        object.set("notice", notice?.json)
        object.set("generator", generator.map { ["digest": $0.json] })
        var counts = JSONObject()
        for (reason, count) in dropped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            _ = counts.appendIfNew(reason.rawValue, .integer(Int64(count)))
        }
        object.set("dropped", members: counts)
        return object
    }
}

extension ReportDraft.Region where Text: CustomStringConvertible {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("region", safe: region)
        object.set("title", text: title.description)
        object.set("sentences", list: sentences.map(\.json))
        return .object(object)
    }
}

extension ReportSentence where Text: CustomStringConvertible {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("text", text: text.description)
        object.set("codes", list: codes.map { .string($0) })
        object.set("polarity", safe: polarity)
        object.set("probability_word", safe: word)
        object.set("side", safe: side)
        object.set("box", box?.json)
        calibration?.write(into: &object)
        object.set("sources", list: sources.map { .string($0.description) })
        if isOffered { object.set("offered", true) }
        return .object(object)
    }
}

extension EvidenceBox {
    /// Columns before rows, as DICOM has them.
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("instance", image.instance)
        object.set("frame", image.frame)
        if image.isSeries { object.set("series", true) }
        object.set("matrix", members: matrix.members)
        object.set("column", corner.columns)
        object.set("row", corner.rows)
        object.set("columns", size.columns)
        object.set("rows", size.rows)
        object.set("share", share)
        return .object(object)
    }
}

extension EvidenceBox.Size {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("columns", columns)
        object.set("rows", rows)
        return object
    }
}
