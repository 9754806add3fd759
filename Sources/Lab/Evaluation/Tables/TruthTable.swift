package import VigilCore

/// What is known of studies: one row a study, with cells under named columns.
package struct TruthTable: Sendable {
    /// Names that a column of each use may have, the first found counts.
    package enum Role: Sendable, Hashable, CaseIterable {
        case study, file, number, patient, vendor, site, arrival

        /// What such a column may be called.
        package var names: [String] {
            switch self {
            case .study: ["study", "study_id", "study_uid"]
            case .file: ["file", "path", "image"]
            case .number: ["number"]
            case .patient: ["patient", "patient_id"]
            case .vendor: ["vendor", "manufacturer"]
            case .site: ["site", "hospital"]
            case .arrival: ["arrival", "arrived_at", "available"]
            }
        }
    }

    /// The heading, in its order.
    package let columns: [String]
    /// How the table is named in errors.
    package let file: SafeText
    let lines: [Int]
    private let cells: [[String]]
    private let places: [String: Int]

    /// How many studies there are.
    package var count: Int { cells.count }

    /// Reads CSV with a heading, or JSON lines when the first byte that counts is a brace.
    package init(_ bytes: [UInt8], file: SafeText) throws(EvaluationError) {
        let isJSON = bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
        var reader = TableReader(file: file)
        if isJSON {
            try JSONLines.forEach(bytes, file: file) { object, line throws(EvaluationError) in
                try reader.add(object, line: line)
            }
        } else {
            try reader.add(try CSVTable(bytes, file: file))
        }
        self.file = file
        columns = reader.columns
        lines = reader.lines
        places = reader.places
        let width = columns.count
        cells = reader.cells.map { $0 + Array(repeating: "", count: width - $0.count) }
        guard let column = column(.study) ?? column(.file) else {
            let names = (Role.study.names + Role.file.names).joined(separator: " or ")
            throw .missingColumn(file: file, names: SafeText(fixedMessage: names))
        }
        try checkNames(column)
    }

    private func checkNames(_ column: String) throws(EvaluationError) {
        var seen: Set<String> = []
        for row in 0..<count {
            let study = name(row)
            guard !study.isEmpty, seen.insert(study).inserted else {
                throw .badCell(
                    file: file, line: lines[row], column: SafeText(operatorProvided: column),
                    expected: "one row a study, each with a name of its own")
            }
        }
    }

    /// The column of a use, if the heading has it.
    package func column(_ role: Role) -> String? { role.names.first { places[$0] != nil } }

    /// Whether the heading has a column.
    package func has(_ column: String) -> Bool { places[column] != nil }

    /// A cell; empty when there is no such column.
    package func cell(_ row: Int, _ column: String) -> String {
        places[column].map { cells[row][$0] } ?? ""
    }

    /// A cell of a use; empty when there is no such column.
    package func cell(_ row: Int, _ role: Role) -> String {
        column(role).map { cell(row, $0) } ?? ""
    }

    /// A label's column: present, absent, or nil where nobody knows.
    package func labels(_ column: String) throws(EvaluationError) -> [Bool?] {
        guard has(column) else {
            throw .missingColumn(file: file, names: SafeText(operatorProvided: column))
        }
        var out: [Bool?] = []
        for row in 0..<count {
            switch cell(row, column) {
            case "1", "1.0", "true", "True": out.append(true)
            case "0", "0.0", "false", "False": out.append(false)
            case "": out.append(nil)
            default:
                throw .badCell(
                    file: file, line: lines[row], column: SafeText(operatorProvided: column),
                    expected: "0, 1 or nothing")
            }
        }
        return out
    }

    /// When each study came, where that is known; RFC 3339.
    func arrivals() throws(EvaluationError) -> [Timestamp?] {
        guard let column = column(.arrival) else { return Array(repeating: nil, count: count) }
        var out: [Timestamp?] = []
        for row in 0..<count {
            let text = cell(row, column)
            let time = Timestamp(rfc3339: text)
            guard time != nil || text.isEmpty else {
                throw .badCell(
                    file: file, line: lines[row], column: SafeText(operatorProvided: column),
                    expected: "a time as in RFC 3339, or nothing")
            }
            out.append(time)
        }
        return out
    }

    /// What tells a row from all others: its study, or where that is not told its file.
    package func name(_ row: Int) -> String {
        let study = cell(row, .study)
        return study.isEmpty ? cell(row, .file) : study
    }

    /// Tells a row's patient from others; without a column of patients, or where its cell is empty,
    /// each study stands for itself.
    package func patient(_ row: Int) -> String {
        let patient = cell(row, .patient)
        return patient.isEmpty ? "study " + name(row) : "patient " + patient
    }

    /// For each row the number of its patient, from 0.
    package func patients() -> [Int] {
        var numbers: [String: Int] = [:]
        return (0..<count).map { row in
            let name = patient(row)
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            return number
        }
    }
}

/// Collects rows under one heading.
private struct TableReader {
    let file: SafeText
    var columns: [String] = []
    var places: [String: Int] = [:]
    var lines: [Int] = []
    var cells: [[String]] = []

    init(file: SafeText) { self.file = file }

    private mutating func place(_ name: String) -> Int {
        if let place = places[name] { return place }
        places[name] = columns.count
        columns.append(name)
        return columns.count - 1
    }

    mutating func add(_ table: CSVTable) throws(EvaluationError) {
        guard let heading = table.rows.first else { return }
        for name in heading.fields { _ = place(name.trimmed) }
        guard columns.count == heading.fields.count else {
            throw .badLine(file: file, line: heading.line, reason: "two columns have one name")
        }
        for row in table.rows.dropFirst() {
            guard row.fields.count == columns.count else {
                throw .badLine(
                    file: file, line: row.line,
                    reason: "it has \(row.fields.count) fields, the heading \(columns.count)")
            }
            lines.append(row.line)
            cells.append(row.fields.map(\.trimmed))
        }
    }

    /// Objects that stand for columns of their own, such as `{"labels": {"effusion": 1}}`.
    private static let transparent: Set = ["labels", "subgroups", "patient"]

    /// Members of other objects are named with the object, such as `prior.days_before`; its `id`
    /// stands for a patient. Lists are no columns.
    mutating func add(_ object: JSONObject, line: Int) throws(EvaluationError) {
        var row: [String] = []
        var filled: Set<Int> = []
        func set(_ name: String, _ value: JSONValue) throws(EvaluationError) {
            guard let text = Self.text(value) else { return }
            let place = place(name)
            guard filled.insert(place).inserted else {
                throw .badLine(file: file, line: line, reason: "a column's name is there twice")
            }
            while row.count <= place { row.append("") }
            row[place] = text
        }
        for member in object.members {
            guard case .object(let inner) = member.value else {
                try set(member.name, member.value)
                continue
            }
            let isTransparent = Self.transparent.contains(member.name)
            for part in inner.members {
                let isPatient = member.name == "patient" && part.name == "id"
                let name = isTransparent ? part.name : "\(member.name).\(part.name)"
                try set(isPatient ? "patient" : name, part.value)
            }
        }
        lines.append(line)
        cells.append(row)
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "1" : "0"
        case .integer(let number): number.description
        case .number(let number): number.description
        case .string(let text): text.trimmed
        case .array, .object: nil
        }
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        guard let start = firstIndex(where: { !isSpace($0) }),
            let end = lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[start...end])
    }
}
