internal import DecoderProtocol

/// Which device made an image, as its header has it. It comes from the file, and is compared with
/// what operators name.
package struct Scanner: Sendable, Hashable {
    /// The names that it goes by: Device Serial Number and Manufacturer's Model Name, in capitals
    /// and visible ASCII, with a hyphen wherever words are parted; empty when the header tells
    /// neither.
    package let names: Set<String>

    /// - Parameter texts: as headers have them.
    package init(_ texts: [String]) {
        names = Set(texts.map(Self.name).filter { !$0.isEmpty })
    }

    init(_ facts: HeaderFacts) {
        self.init(
            [facts.device.serial, facts.device.model].map { String(decoding: $0, as: UTF8.self) })
    }

    /// A name as it is compared.
    package static func name(_ text: String) -> String {
        let visible = text.uppercased().unicodeScalars.map { scalar in
            (0x21...0x7e).contains(scalar.value) && scalar != "_" ? Character(scalar) : " "
        }
        return String(visible).split { " -".contains($0) }.joined(separator: "-")
    }
}
