package import VigilCore

/// The power at the wall as a smart plug or a power strip tells it over HTTP in JSON, such as
/// `StatusSNS/ENERGY/Power` of a Tasmota plug or `apower` of a Shelly's switch.
package struct HTTPPower: PowerSource {
    package let method = EnergyMethod.http
    package let zone = "wall"
    package let summary: SafeText = "Power readings of a plug over HTTP"
    package let isSlow = true

    private let field: [String]
    private let fetch: @Sendable () -> [UInt8]?

    /// - Parameters:
    ///   - field: the names and array positions on the way to the watts, with `/` between.
    ///   - fetch: gets the answer's bytes; nil when there is none. May block.
    package init(field: String, fetch: @escaping @Sendable () -> [UInt8]?) {
        self.field = field.split(separator: "/").map(String.init)
        self.fetch = fetch
    }

    package func watts() -> Double? {
        guard let bytes = fetch(), let root = try? JSONParser.parse(bytes) else { return nil }
        return Self.number(at: field, in: root)
    }

    /// The number at the end of a path; nil when there is none.
    static func number(at path: [String], in root: JSONValue) -> Double? {
        var value = root
        for name in path {
            let next: JSONValue?
            if let elements = value.arrayValue {
                next = Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            } else {
                next = value[name]
            }
            guard let next else { return nil }
            value = next
        }
        return value.doubleValue
    }
}
