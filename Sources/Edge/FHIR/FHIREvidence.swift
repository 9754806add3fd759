internal import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// The boxes of a result as extensions, since R4 has no element for a place in an image.
struct FHIREvidence {
    let report: FindingReport

    func extensions(of result: Finding.Result) -> [JSONValue] {
        guard case .told(let attribution)? = result.explained else { return [] }
        return attribution.boxes.map { box in
            ["url": .string(FHIRNames.box), "extension": .array(parts(of: box))]
        }
    }

    private func parts(of box: EvidenceBox) -> [JSONValue] {
        var parts: [JSONValue] = []
        func add(_ name: String, _ type: String, _ value: JSONValue) {
            var object = JSONObject()
            object["url"] = .string(name)
            object[type] = value
            parts.append(.object(object))
        }
        func count(_ name: String, _ value: Int) {
            add(name, "valueUnsignedInt", .integer(Int64(value)))
        }
        let index = box.image.instance
        let instances = report.finding.instances
        if instances.indices.contains(index), let sop = instances[index].sop,
            let uid = report.instanceUIDs[sop]
        {
            add("instance", "valueOid", .string("urn:oid:\(uid.disclosed)"))
        }
        count("instance-index", index)
        count("frame", box.image.frame)
        count("column", box.corner.columns)
        count("row", box.corner.rows)
        count("columns", box.size.columns)
        count("rows", box.size.rows)
        count("matrix-columns", box.matrix.columns)
        count("matrix-rows", box.matrix.rows)
        add("share", "valueDecimal", .number(box.share))
        return parts
    }
}

extension Finding.Guarantee {
    /// What is promised, in a sentence.
    var sentence: String {
        let whose =
            risk == .falseNegatives
            ? "of studies with the finding that are not flagged"
            : "of studies without the finding that are flagged"
        return """
            at most \(alpha) \(whose), but for a probability of \(delta)\
            \(isJoint ? " for all findings together" : ""); fitted on \(count) studies
            """
    }
}
