internal import VigilCore

/// Reads the orders of an ORM, OMI or OMG: which study is to be read how soon.
struct HL7OrderReader {
    /// One order: what stands from its ORC, or its OBR, to the next.
    private struct Order {
        var control = ""
        var codes: [String] = []
        var studies: [DicomUID] = []
        var isUIDWrong = false
        var hasRequest = false
    }

    private let message: HL7Message
    private let rules: HL7Rules
    private(set) var raises: [DicomUID: Priority] = [:]
    private(set) var left: [HL7Part: Int] = [:]

    /// Control codes (table 0119) by which an order is placed, changed or told of anew.
    private static let ordering: Set<String> = [
        "", "NW", "XO", "XX", "SC", "SN", "RP", "RO", "PA", "CH",
    ]

    init(_ message: HL7Message, _ rules: HL7Rules) {
        self.message = message
        self.rules = rules
    }

    mutating func read() {
        let orders = orders
        // IHE's ZDS stands once, at the end, for all orders of a study.
        let all = Set(orders.flatMap(\.studies))
        for order in orders {
            let studies = order.studies.isEmpty && all.count == 1 ? Array(all) : order.studies
            if let part = take(order, studies) { left[part, default: 0] += 1 }
        }
    }

    /// - Returns: why nothing comes of it; nil: something does.
    private mutating func take(_ order: Order, _ studies: [DicomUID]) -> HL7Part? {
        guard Self.ordering.contains(order.control) else { return .notOrdered }
        guard !order.codes.isEmpty else { return .notRaised }
        let known = order.codes.compactMap(rules.priority)
        guard let priority = known.min() else { return .unknownPriority }
        guard priority < .routine else { return .notRaised }
        guard !studies.isEmpty, !order.isUIDWrong else { return .noStudy }
        for study in studies { raises[study] = min(raises[study] ?? priority, priority) }
        return nil
    }

    private var orders: [Order] {
        var orders: [Order] = []
        for segment in message.segments {
            let isNext = segment.name == "OBR" && orders.last?.hasRequest != false
            if segment.name == "ORC" || isNext { orders.append(Order()) }
            guard let last = orders.indices.last else { continue }
            read(segment, into: &orders[last])
        }
        return orders
    }

    private func read(_ segment: HL7Message.Segment, into order: inout Order) {
        func field(_ number: Int) -> HL7Field { message.field(segment, number) }
        func codes(_ number: Int, _ component: Int) -> [String] {
            field(number).repetitions.map { $0.component(component).text }.filter { !$0.isEmpty }
        }
        switch segment.name {
        case "ORC":
            order.control = field(1).text
            order.codes += codes(7, 6)
        case "OBR":
            order.hasRequest = true
            order.codes += codes(5, 1) + codes(27, 6)
        case "TQ1": order.codes += codes(9, 1)
        case "ZDS": name(field(1), &order)
        case "IPC": name(field(3), &order)
        default: return
        }
    }

    private func name(_ field: HL7Field, _ order: inout Order) {
        let text = field.first.component(1).text
        guard !text.isEmpty else { return }
        guard let study = DicomUID(text) else {
            order.isUIDWrong = true
            return
        }
        order.studies.append(study)
    }
}
