/// A strict reader of Prometheus text format 0.0.4, for tests: what promtool refuses, it refuses.
struct ExpositionParser {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    private(set) var types: [String: String] = [:]
    private(set) var helps: [String: String] = [:]
    private(set) var samples: [Sample: Double] = [:]
    private var family = ""

    init(_ text: String) throws(Problem) {
        guard text.hasSuffix("\n") else { throw Problem(description: "no line end at the end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# HELP ") {
                let (name, help) = try Self.split(line.dropFirst(7))
                guard helps[name] == nil, !help.isEmpty else {
                    throw Problem(description: "HELP \(name)")
                }
                helps[name] = help
                family = name
            } else if line.hasPrefix("# TYPE ") {
                let (name, type) = try Self.split(line.dropFirst(7))
                guard name == family, types[name] == nil,
                    ["counter", "gauge", "histogram"].contains(type)
                else { throw Problem(description: "TYPE \(name)") }
                types[name] = type
            } else {
                try take(line)
            }
        }
        try checkHistograms()
    }

    /// The value of a sample.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples[Sample(name: name, labels: labels)]
    }

    private static func split(_ text: Substring) throws(Problem) -> (String, String) {
        guard let space = text.firstIndex(of: " ") else {
            throw Problem(description: "no space in '\(text)'")
        }
        return (String(text[..<space]), String(text[text.index(after: space)...]))
    }

    private mutating func take(_ line: Substring) throws(Problem) {
        var rest = line
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        rest = rest.dropFirst(name.count)
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { name == family + $0 }) else {
            throw Problem(description: "sample \(name) in family \(family)")
        }
        var labels: [String: String] = [:]
        if rest.hasPrefix("{") {
            rest = rest.dropFirst()
            while !rest.hasPrefix("}") {
                let label = String(rest.prefix { $0 != "=" })
                rest = rest.dropFirst(label.count + 1)
                guard rest.popFirst() == "\"", labels[label] == nil else {
                    throw Problem(description: "label in '\(line)'")
                }
                labels[label] = try Self.quoted(&rest)
                if rest.hasPrefix(",") { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard rest.popFirst() == " ", let value = Self.number(String(rest)) else {
            throw Problem(description: "value in '\(line)'")
        }
        let sample = Sample(name: name, labels: labels)
        guard samples[sample] == nil else { throw Problem(description: "twice: '\(line)'") }
        samples[sample] = value
    }

    private static func quoted(_ rest: inout Substring) throws(Problem) -> String {
        var out = ""
        while let character = rest.popFirst() {
            if character == "\"" { return out }
            guard character == "\\" else {
                out.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": out.append("\n")
            case "\\": out.append("\\")
            case "\"": out.append("\"")
            default: throw Problem(description: "escape")
            }
        }
        throw Problem(description: "unended quote")
    }

    private static func number(_ text: String) -> Double? {
        ["+Inf": .infinity, "-Inf": -.infinity, "NaN": .nan][text] ?? Double(text)
    }

    /// Buckets never fall, and the last is the count.
    private func checkHistograms() throws(Problem) {
        for (sample, count) in samples where sample.name.hasSuffix("_count") {
            let name = String(sample.name.dropLast("_count".count))
            guard types[name] == "histogram" else { continue }
            let buckets = samples.compactMap { other, value -> (bound: Double, value: Double)? in
                guard other.name == name + "_bucket", let bound = other.labels["le"] else {
                    return nil
                }
                let labels = other.labels.filter { $0.key != "le" }
                return labels == sample.labels ? (Self.number(bound) ?? .nan, value) : nil
            }
            let values = buckets.sorted { $0.bound < $1.bound }
            guard values.last?.bound == .infinity, values.last?.value == count,
                zip(values, values.dropFirst()).allSatisfy({ $0.value <= $1.value }),
                self.value(name + "_sum", sample.labels) != nil
            else { throw Problem(description: "buckets of \(name)") }
        }
    }
}
