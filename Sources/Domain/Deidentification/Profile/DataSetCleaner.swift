/// Carries the table out on the attributes of one file, at every depth.
struct DataSetCleaner {
    /// How many attributes have met with what.
    struct Tally: Sendable {
        var removed = 0
        var replaced = 0
        var kept = 0
    }

    let identity: KeyedIdentity
    let options: Set<ConfidentialityOption>
    let safePrivate: SafePrivateList?
    let words: SafeWords
    /// The patient's own pseudonym and days.
    let subject: Subject
    private(set) var tally = Tally()

    /// Whom a file is about, as far as the key tells.
    struct Subject: Sendable {
        let pseudonym: String
        let days: Int
        /// Words of names and numbers of persons anywhere in the file, in capitals.
        let names: Set<String>
    }

    /// Pixels, which are looked at only at the top.
    private static let pictures: Set<DicomTag> = [
        .pixelData, .floatPixelData, .doublePixelData,
    ]
    /// Written by this program itself.
    private static let statements: Set<DicomTag> = [.identityRemoved, .method, .methodCodes]

    init(
        identity: KeyedIdentity, options: Set<ConfidentialityOption>,
        safePrivate: SafePrivateList?, words: SafeWords, subject: Subject
    ) {
        self.identity = identity
        self.options = options
        self.safePrivate = safePrivate
        self.words = words
        self.subject = subject
    }

    /// A set without what names somebody.
    mutating func cleaned(_ set: DataSet, depth: Int) -> DataSet {
        let creators = creators(in: set)
        let hasOwnCode = CodingSchemes.isOwn(set)
        var used: [DicomTag: DataSet.Element] = [:]
        var out = DataSet()
        for element in set.elements where !element.tag.isPrivateCreator {
            // Reserved by the element of the block's number (PS3.5 section 7.8.1).
            let block = DicomTag(group: element.tag.group, element: element.tag.element >> 8)
            let creator = element.tag.isPrivate ? creators[block] : nil
            let found: DataSet.Element? =
                if element.tag.isPrivate {
                    safe(element, creator: creator, depth: depth)
                } else if element.tag == CodingSchemes.meaning, hasOwnCode {
                    meaning(element, depth: depth)
                } else {
                    known(element, depth: depth)
                }
            guard let found else {
                tally.removed += 1
                continue
            }
            out.elements.append(found)
            used[block] = creator
        }
        out.elements += used.values
        out.elements.sort { $0.tag < $1.tag }
        return out
    }

    /// What a site's own code means, as a descriptor.
    private mutating func meaning(_ element: DataSet.Element, depth: Int) -> DataSet.Element? {
        replaced(
            element, kind: .longString,
            by: options.contains(.cleanDescriptors) ? .cleanText : .dummy, otherwise: .dummy,
            depth: depth)
    }

    /// The elements that reserve blocks of private attributes, where any of these may stay.
    private func creators(in set: DataSet) -> [DicomTag: DataSet.Element] {
        guard options.contains(.retainSafePrivate) else { return [:] }
        let found = set.elements.filter(\.tag.isPrivateCreator)
        return Dictionary(found.map { ($0.tag, $0) }) { first, _ in first }
    }

    /// A private attribute that the site's list lets stay; its own kind is held to all the same.
    private mutating func safe(
        _ element: DataSet.Element, creator: DataSet.Element?, depth: Int
    ) -> DataSet.Element? {
        guard let safePrivate, case .bytes(let name)? = creator?.value, element.tag.element > 0xFF,
            safePrivate.contains(
                element.tag, creator: String(decoding: ValueText.trimmed(name), as: UTF8.self))
        else { return nil }
        switch element.value {
        case .items: return replaced(element, kind: .sequence, by: .cleanItems, depth: depth)
        case .fragments: return nil
        case .bytes(let bytes):
            // A sequence whose kind nobody has told is not looked into, and so does not stay.
            if bytes.starts(with: [0xFE, 0xFF, 0x00, 0xE0]) { return nil }
            switch element.kind {
            case .personName: return nil
            case .identifier:
                return replaced(element, kind: element.kind, by: .mapUID, depth: depth)
            case .date, .time, .dateTime:
                let row = ConfidentialityRow(kind: element.kind, basic: .remove, options: "Fm")
                return replaced(
                    element, kind: element.kind, by: row.action(options, isNested: depth > 0),
                    depth: depth)
            default:
                tally.kept += 1
                return element
            }
        }
    }

    private mutating func known(_ element: DataSet.Element, depth: Int) -> DataSet.Element? {
        let tag = element.tag
        guard tag.group >= 8, let told = AttributeDictionary.kind(of: tag),
            depth == 0 || !Self.pictures.contains(tag), !Self.statements.contains(tag)
        else { return nil }
        let kind = told == .unknown ? element.kind : told
        var value: ArraySlice<UInt8>?
        switch element.value {
        // Attributes where there should be a value, or bytes in place of attributes, are not what
        // the table speaks of.
        case .items: guard kind == .sequence else { return nil }
        case .bytes(let bytes):
            guard kind != .sequence else { return nil }
            value = ValueText.trimmed(bytes)
        case .fragments: break
        }
        if depth == 0, tag == .patientID || tag == .patientName {
            tally.replaced += 1
            return DataSet.Element(
                tag: tag, kind: kind, value: .bytes(Array(subject.pseudonym.utf8)[...]))
        }
        let row = ConfidentialityTable.row(of: tag, kind: kind, value: value)
        return replaced(
            element, kind: kind, by: row?.action(options, isNested: depth > 0) ?? .keep,
            otherwise: row?.basicAction(isNested: depth > 0) ?? .remove, depth: depth)
    }

    /// What an action leaves of an attribute; nil for nothing.
    ///
    /// - Parameter otherwise: what is done where a value is not of the form that the action needs.
    private mutating func replaced(
        _ element: DataSet.Element, kind: ValueKind, by action: ElementAction,
        otherwise: ElementAction = .remove, depth: Int
    ) -> DataSet.Element? {
        if action == .remove { return nil }
        var changed = element
        switch element.value {
        case .items(let items):
            if action == .empty {
                changed.value = .items([])
            } else {
                changed.value = .items(
                    items.map { item in
                        action == .dummy
                            ? dummies(item) : cleaned(item, depth: depth + 1)
                    })
            }
        case .fragments: guard action == .keep else { return nil }
        case .bytes(let bytes):
            if action == .keep {
                tally.kept += 1
                return element
            }
            guard let value = self.value(bytes, kind: kind, action) else {
                // The basic action needs no form, so that this ends.
                return replaced(element, kind: kind, by: otherwise, depth: depth)
            }
            changed.value = .bytes(value)
            changed.kind = kind
        }
        tally.replaced += 1
        return changed
    }

    /// The new value of an attribute; nil where the old one has not the form that is needed.
    private func value(
        _ bytes: ArraySlice<UInt8>, kind: ValueKind, _ action: ElementAction
    ) -> ArraySlice<UInt8>? {
        if bytes.isEmpty { return bytes }
        switch action {
        case .keepTime: return TimeShift.moved(bytes, kind: kind, days: 0)
        case .shiftTime: return TimeShift.moved(bytes, kind: kind, days: subject.days)
        case .cleanText:
            let text = words.cleaned(bytes, without: subject.names)
            return text.isEmpty ? nil : text[...]
        case .mapUID: return mapped(bytes)
        case .dummy: return kind == .identifier ? mapped(bytes) : DummyValue.of(kind)
        case .empty, .remove, .keep, .cleanItems: return []
        }
    }

    private func mapped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        ValueText.joined(
            ValueText.values(bytes).map { uid in
                uid.isEmpty || StandardUID.isFrame(uid)
                    ? Array(uid) : identity.uid(for: uid)
            })
    }

    /// An item of a sequence that has to stay, in which nothing says anything.
    private mutating func dummies(_ item: DataSet) -> DataSet {
        var out = DataSet()
        for element in item.elements where !element.tag.isPrivate {
            guard let told = AttributeDictionary.kind(of: element.tag),
                !Self.pictures.contains(element.tag)
            else { continue }
            let kind = told == .unknown ? element.kind : told
            var value: ArraySlice<UInt8>?
            if case .bytes(let bytes) = element.value { value = ValueText.trimmed(bytes) }
            let row = ConfidentialityTable.row(of: element.tag, kind: kind, value: value)
            if row?.basicAction(isNested: true) == .remove || (kind == .sequence) != (value == nil)
            {
                continue
            }
            // What names a class says nothing of anybody, and an item means nothing without it.
            let action: ElementAction = kind == .identifier && row == nil ? .keep : .dummy
            if let made = replaced(element, kind: kind, by: action, depth: 0) {
                out.elements.append(made)
            }
        }
        return out
    }
}
