import Context
import Processes
import VigilCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Measures for `Deploy/bench/context` how fast records of context are read and joined; that takes
/// the memory of the process from outside.
///
///     VigilContextBench OBSERVATIONS PATIENTS SEED
///     VigilContextBench priors PATIENTS
@main
enum ContextBench {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        if CommandLine.arguments.dropFirst().first == "priors", numbers.count == 1 {
            return print(JSONWriter.text(PriorBench.run(patients: max(1, numbers[0]))))
        }
        guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
            print("VigilContextBench OBSERVATIONS PATIENTS SEED | priors PATIENTS")
            exit(64)
        }
        var join = Join(patients: numbers[1], seed: UInt64(numbers[2]))
        let start = SystemClock().monotonic()
        var making = Duration.zero
        for number in 0..<numbers[0] {
            let begun = SystemClock().monotonic()
            let record = join.record(number)
            making += SystemClock().monotonic() - begun
            join.take(record)
        }
        let joined = SystemClock().monotonic() - start - making
        let asked = SystemClock().monotonic()
        let found = join.lookUp()
        let asking = SystemClock().monotonic() - asked
        let object: JSONValue = [
            "observations": .integer(Int64(numbers[0])),
            "patients": .integer(Int64(join.table.patientCount)),
            "values": .integer(Int64(join.table.valueCount)),
            "taken": .integer(Int64(join.taken)), "seconds": .number(joined.seconds),
            "observations_per_second": .number(Double(numbers[0]) / joined.seconds),
            "found": .integer(Int64(found)),
            "look_up_microseconds": .number(asking.seconds * 1e6 / Double(numbers[1])),
        ]
        print(JSONWriter.text(object))
    }
}

/// Made records of a topic, and the table that they are joined into.
struct Join {
    private static let start = Timestamp(milliseconds: 1_795_500_000_000)
    private static let kinds = [
        ("2524-7", "mmol/L", 2.1), ("8867-4", "/min", 88), ("718-7", "g/dL", 13.2),
        ("1988-5", "mg/L", 12), ("59408-5", "%", 95), ("67151-1", "ng/L", 14),
        ("6690-2", "10*3/uL", 9.3), ("8310-5", "Cel", 37.4),
    ]
    private static let headers = [
        ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "urn:bench"),
        ("ce_type", WireNames.contextType),
    ].map { RecordHeader($0.0, $0.1) }

    private let patients: Int
    private let decoder = ContextRecordDecoder()
    private var random: SplitMix64
    private(set) var table = ContextTable()
    private(set) var taken = 0

    init(patients: Int, seed: UInt64) {
        self.patients = patients
        random = SplitMix64(seed: seed)
    }

    private static func pseudonym(_ number: Int) -> String {
        Hex.encode(
            [0, 8, 16, 24, 32, 40, 48, 56].map {
                UInt8(truncatingIfNeeded: SplitMix64.mix(UInt64(number)) >> $0)
            }) + "0000000000000000"
    }

    /// The bytes of an observation as they would come from Kafka.
    mutating func record(_ number: Int) -> InboundRecord {
        let kind = Self.kinds[random.below(Self.kinds.count)]
        let time = Self.start.later(by: .seconds(random.below(3600)))
        let body =
            #"{"codes":[{"system":"http://loinc.org","code":"\#(kind.0)"}],"value":\#(kind.2),"#
            + #""unit":"\#(kind.1)","status":"final","effective":"\#(time)"}"#
        return InboundRecord(
            position: RecordPosition(
                topic: WireNames.contextTopic, partition: 0, offset: Int64(number)),
            key: Array("\(Self.pseudonym(random.below(patients)))/o\(number)".utf8),
            value: Array(body.utf8), headers: Self.headers,
            timestamp: time.later(by: .seconds(60)))
    }

    /// Reads and joins one.
    mutating func take(_ inbound: InboundRecord) {
        guard case .record(let record) = decoder.decode(inbound) else { return }
        taken += table.take(record).taken
    }

    /// Asks once for each patient; how many values there were.
    func lookUp() -> Int {
        let time = Self.start.later(by: .seconds(3600))
        return (0..<patients).reduce(0) { sum, number in
            guard let patient = Pseudonym(hex: Self.pseudonym(number)) else { return sum }
            return sum + table.values(of: patient, at: time).count
        }
    }
}
