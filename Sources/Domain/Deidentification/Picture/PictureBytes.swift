/// What lies among the bytes of pixels and is none: behind the last pixel, or in comments of
/// compressed ones. The pixels themselves stay as they are, bit for bit.
enum PictureBytes {
    /// Takes that away from a file's pixels.
    static func clean(
        _ set: inout DataSet, _ encoding: TransferEncoding
    ) throws(DeidentificationRefusal) {
        guard let place = set.elements.firstIndex(where: { $0.tag == .pixelData }) else { return }
        switch set.elements[place].value {
        case .items: throw .malformed
        case .bytes(let bytes):
            guard let known = length(set, encoding), bytes.count > known + (known & 1) else {
                return
            }
            set.elements[place].value = .bytes(bytes.prefix(known))
        case .fragments(let fragments):
            guard let compression = encoding.compression else { throw .malformed }
            set.elements[place].value = .fragments(
                try cleaned(fragments, compression))
        }
    }

    /// The bytes of uncompressed pixels by what the attributes say; nil where they do not.
    private static func length(_ set: DataSet, _ encoding: TransferEncoding) -> Int? {
        guard let rows = number(set, .rows, encoding),
            let columns = number(set, .columns, encoding),
            let bits = number(set, .bitsAllocated, encoding),
            let samples = number(set, .samplesPerPixel, encoding)
        else { return nil }
        let text = set.text(.frames)
        guard let frames = text.isEmpty ? 1 : Int(text), (1...1_000_000).contains(frames) else {
            return nil
        }
        let share = set.text(.photometric) == "YBR_FULL_422" ? 2 : samples
        let (all, isOver) = (rows * columns * share * bits).multipliedReportingOverflow(by: frames)
        return isOver || all == 0 ? nil : (all - 1) / 8 + 1
    }

    /// A number of 16 bits.
    private static func number(
        _ set: DataSet, _ tag: DicomTag, _ encoding: TransferEncoding
    ) -> Int? {
        guard let bytes = set.bytes(tag), bytes.count == 2, let first = bytes.first,
            let last = bytes.last
        else { return nil }
        return encoding.isBigEndian
            ? Int(first) << 8 | Int(last) : Int(last) << 8 | Int(first)
    }

    /// Fragments of the same lengths. A picture may go over several of them, so they are walked
    /// through as one stream.
    private static func cleaned(
        _ fragments: [ArraySlice<UInt8>], _ compression: TransferEncoding.Compression
    ) throws(DeidentificationRefusal) -> [ArraySlice<UInt8>] {
        guard compression != .runLength else { return fragments }
        var stream = Array(fragments.dropFirst().joined())
        if compression == .jpeg {
            try JPEGComments.blank(in: &stream)
        } else {
            try JPEG2000Comments.blank(in: &stream)
        }
        var rest = stream[...]
        var cleaned = Array(fragments.prefix(1))
        for fragment in fragments.dropFirst() {
            cleaned.append(rest.prefix(fragment.count))
            rest = rest.dropFirst(fragment.count)
        }
        return cleaned
    }
}
