/// A DICOM file of a few elements, written byte by byte.
struct MadeDataSet {
    enum Encoding: CaseIterable {
        case explicit
        case implicit
        case big
        /// Explicit, though the meta header says implicit.
        case mislabelled
        /// Without preamble and meta header.
        case bare
    }

    private let encoding: Encoding
    private(set) var body: [UInt8] = []

    init(_ encoding: Encoding = .explicit) {
        self.encoding = encoding
    }

    private var isBig: Bool { encoding == .big }
    private var isExplicit: Bool { encoding != .implicit }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBig ? little.reversed() : little
    }

    private func head(_ tag: Int, _ kind: String, _ length: Int) -> [UInt8] {
        let start = number(tag >> 16, 2) + number(tag & 0xFFFF, 2)
        guard isExplicit, tag >> 16 != 0xFFFE else { return start + number(length, 4) }
        guard ["SQ", "OB", "UN"].contains(kind) else {
            return start + Array(kind.utf8) + number(length, 2)
        }
        return start + Array(kind.utf8) + [0, 0] + number(length, 4)
    }

    mutating func add(_ tag: Int, _ kind: String, _ value: [UInt8]) {
        let even = value.count % 2 == 0 ? value : value + [kind == "UI" ? 0 : 0x20]
        body += head(tag, kind, even.count) + even
    }

    mutating func add(_ tag: Int, _ kind: String, _ value: String) {
        add(tag, kind, Array(value.utf8))
    }

    /// Sequences of undefined length within each other, which no delimiter closes if `isOpen`.
    mutating func addNested(_ depth: Int, isOpen: Bool = false) {
        let open = head(0x0008_1115, "SQ", 0xFFFF_FFFF) + head(0xFFFE_E000, "", 0xFFFF_FFFF)
        let close = head(0xFFFE_E00D, "", 0) + head(0xFFFE_E0DD, "", 0)
        for _ in 0..<depth { body += open }
        if !isOpen { for _ in 0..<depth { body += close } }
    }

    /// A header with all that is read, of one patient and study.
    static func whole(
        _ encoding: Encoding = .explicit, study: String = "1.2.3", instance: String = "1.2.3.4.5",
        patient: String = "P-1"
    ) -> MadeDataSet {
        var set = MadeDataSet(encoding)
        set.add(0x0008_0005, "CS", "ISO_IR 100")
        set.add(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.1")
        set.add(0x0008_0018, "UI", instance)
        set.add(0x0008_0020, "DA", "20261129")
        set.add(0x0008_0030, "TM", "183000.5")
        set.add(0x0008_0050, "SH", "A-77")
        set.add(0x0008_0060, "CS", "CR")
        set.add(0x0008_0090, "PN", "Weiss^Ada")
        set.addNested(3)
        set.add(0x0010_0010, "PN", Array("M".utf8) + [0xFC] + Array("ller^Eva ".utf8))
        set.add(0x0010_0020, "LO", patient)
        set.add(0x0010_0021, "LO", "North")
        set.add(0x0010_0030, "DA", "19700102")
        set.add(0x0010_0040, "CS", "F")
        set.add(0x0020_000D, "UI", study)
        set.add(0x0020_000E, "UI", "1.2.3.4")
        set.add(0x0020_0010, "SH", "S 9")
        return set
    }

    /// The bytes of the file; the header is all there is of it.
    var file: [UInt8] {
        guard encoding != .bare else { return body }
        let syntax =
            switch encoding {
            case .explicit, .bare: "1.2.840.10008.1.2.1"
            case .implicit, .mislabelled: "1.2.840.10008.1.2"
            case .big: "1.2.840.10008.1.2.2"
            }
        var meta = MadeDataSet()
        meta.add(0x0002_0010, "UI", syntax)
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.body + body
    }
}
