/// Schemes whose meanings are published (PS3.16 section 8). A site's own may say in words what it
/// likes.
enum CodingSchemes {
    private static let scheme = DicomTag(0x0008_0102)
    /// What a code means, in words.
    static let meaning = DicomTag(0x0008_0104)
    private static let published: Set<String> = [
        "ACR", "BARI", "BI", "C4", "C5", "CD2", "CTV3", "DC", "DCM", "DCMUID", "FMA", "I10", "I10P",
        "I11", "I9", "I9C", "I9P", "IBSI", "ICDO3", "ISO3166_1", "ISO639_1", "LN", "MDC", "MDNS",
        "MSH", "NCIT", "NDC", "NEU", "PATHLEX", "POS", "RADELEMENT", "RADLEX", "RXNORM", "SCT",
        "SNM3", "SRT", "UBERON", "UCUM", "UMLS", "UNS",
    ]

    /// Whether an item holds a code of another scheme than these.
    static func isOwn(_ item: DataSet) -> Bool {
        item.element(meaning) != nil && !published.contains(item.text(scheme).uppercased())
    }
}
