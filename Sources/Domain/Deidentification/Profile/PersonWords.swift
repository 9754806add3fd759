/// Words that name a person in a file.
enum PersonWords {
    /// Patient's and others' numbers, which stand in descriptors too.
    private static let numbers: Set<UInt32> = [
        0x0010_0020, 0x0010_1000, 0x0010_1001, 0x0010_1005, 0x0010_1060, 0x0008_0050,
    ]
    /// Shorter ones, such as initials, would take too much with them.
    private static let lengthMin = 2

    /// Of all names of persons and numbers at any depth, in capitals.
    static func all(in set: DataSet) -> Set<String> {
        var found: Set<String> = []
        for element in set.elements {
            switch element.value {
            case .items(let items): for item in items { found.formUnion(all(in: item)) }
            case .fragments: break
            case .bytes(let bytes):
                let kind = AttributeDictionary.kind(of: element.tag) ?? element.kind
                guard kind == .personName || numbers.contains(element.tag.number) else { continue }
                found.formUnion(
                    SafeWords.split(bytes).filter { $0.utf8.count >= lengthMin }
                        .map { $0.uppercased() })
            }
        }
        return found
    }
}
