/// Table E.1-1 of PS3.15: the attributes of the Basic Application Level Confidentiality Profile.
///
/// Attributes and actions are those of the edition 2026c, as `dicom-anonymizer` 2.1.0 lists them;
/// the columns of options those of 2024b, as Innolitics' `dicom-standard` lists them: a row that is
/// newer has none and keeps nothing. Types are the strictest of all IODs, as `highdicom` 0.28.2
/// lists them. The rows of groups that no data set has (0000, 0002) are done by
/// ``PartTenFile``; those of curves, overlays and private groups, which have no one number, by
/// ``row(of:kind:)`` and ``DataSetCleaner``.
enum ConfidentialityTable {
    private static let rows: [DicomTag: ConfidentialityRow] = {
        var rows: [DicomTag: ConfidentialityRow] = [:]
        for line in [firstRows, middleRows, lastRows].joined(separator: "\n").split(
            separator: "\n")
        {
            let words = line.split(separator: " ")
            guard let number = words.first.flatMap({ UInt32($0, radix: 16) }),
                let row = ConfidentialityRow(words)
            else { continue }
            rows[DicomTag(number)] = row
        }
        return rows
    }()

    /// What goes though the table leaves it out: numbers of orders, birth and death in other
    /// calendars; and what it would replace where it may not stand.
    private static let added: Set<UInt32> = [
        // Allowed only beside an approval number (0012,0082), which goes.
        0x0012_0081, 0x0010_0033, 0x0010_0034, 0x0040_1006, 0x0040_1007, 0x0040_2006, 0x0040_2007,
    ]
    /// Texts and UIDs that say what a code means, and no more.
    private static let codes: Set<UInt32> = [
        0x0008_0108, 0x0008_010C, 0x0008_010D, 0x0008_010E, 0x0008_0114, 0x0008_0115,
        0x0008_0116, 0x0008_0117, 0x0008_0118, 0x0008_0119, 0x0008_0120,
    ]

    /// What is done with a known attribute; nil for one that stays.
    ///
    /// Beyond the table, which leaves attributes out that may name somebody all the same: names of
    /// persons, dates and texts in words are done by their kind, UIDs but those of the standard
    /// are replaced, and all of a repeating group 50xx or 60xx goes, since what the table leaves of
    /// a curve or an overlay means nothing without its data.
    ///
    /// - Parameter value: its bytes, for a UID.
    static func row(
        of tag: DicomTag, kind: ValueKind, value: ArraySlice<UInt8>?
    ) -> ConfidentialityRow? {
        if let row = rows[tag], !added.contains(tag.number) { return row }
        if tag.group & 0xFF00 == 0x5000 || tag.group & 0xFF00 == 0x6000
            || added.contains(tag.number)
        {
            return ConfidentialityRow(kind: kind, basic: .remove, options: "")
        }
        if codes.contains(tag.number) { return nil }
        switch kind {
        case .personName: return ConfidentialityRow(kind: kind, basic: .empty, options: "")
        case .date, .time, .dateTime:
            return ConfidentialityRow(kind: kind, basic: .empty, options: "Fm")
        case .identifier:
            guard let value, !StandardUID.areAll(value) else { return nil }
            return ConfidentialityRow(kind: kind, basic: .replaceUID, options: "U")
        case .resource: return ConfidentialityRow(kind: kind, basic: .dummy, options: "")
        case .shortText, .longText, .unlimitedText, .unlimitedCharacters:
            return ConfidentialityRow(kind: kind, basic: .dummy, options: "t")
        default: return nil
        }
    }
}
