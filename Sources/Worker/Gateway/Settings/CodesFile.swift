internal import ClinicalReport
internal import Settings
internal import VigilCore

/// The site's table of codes: a list of rows, each of which says where its code is from.
enum CodesFile {
    private static let names = ["finding", "system", "code", "display", "source"]

    static func read(_ path: String) throws(SectionError) -> FindingCodes {
        let file = SafeText(operatorProvided: path)
        let root = try SectionReader.yaml(path)
        guard case .sequence(let rows)? = root?.content else {
            throw .refused("codes", at: file, expected: "a list of rows")
        }
        var codes: [String: [Coding]] = [:]
        for row in rows {
            let reader = try SectionReader(row, names: names, at: row.place.text)
            let coding = Coding(
                system: try reader.required("system"), code: try reader.required("code"),
                display: try reader.required("display"))
            _ = try reader.required("source")
            guard coding.system.contains(":"), !coding.system.contains(" ") else {
                throw reader.refused("system", "a URI, such as http://snomed.info/sct")
            }
            guard coding.code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw reader.refused("code", "a code without spaces")
            }
            let finding = try reader.required("finding")
            let others = codes[finding] ?? []
            guard !others.contains(where: { $0.system == coding.system }) else {
                throw .repeated(SafeText(operatorProvided: finding), at: reader.place)
            }
            codes[finding] = others + [coding]
        }
        return FindingCodes(codes)
    }
}
