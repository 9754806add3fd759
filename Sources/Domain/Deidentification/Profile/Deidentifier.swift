/// De-identifies DICOM files by the Basic Application Level Confidentiality Profile of PS3.15 annex
/// E. A value without state: the same file, key and options give the same bytes.
package struct Deidentifier: Sendable {
    /// A file that may leave.
    package struct Result: Sendable {
        /// All of it.
        package let bytes: [UInt8]
        /// The name that the key gives to its object, of letters that are safe in a file's name.
        package let name: String
        /// Whether there are pixels that somebody or something should look at.
        package let hasPixels: Bool
        /// How many attributes are not there any more, say something else, and stayed.
        package let removed: Int, replaced: Int, kept: Int
    }

    private let identity: KeyedIdentity
    private let options: Set<ConfidentialityOption>
    private let safePrivate: SafePrivateList?
    private let words: SafeWords
    private let arePixelsSeen: Bool

    /// - Parameters:
    ///   - key: what UIDs, pseudonyms and days are made with; a secret.
    ///   - options: of full and of modified dates at most one.
    ///   - safePrivate: private attributes that may stay; they do so with that option alone.
    ///   - words: that may stay in descriptors.
    ///   - arePixelsSeen: whether a person has looked at the pictures, so that class and kind
    ///     refuse none.
    package init(
        key: [UInt8], options: Set<ConfidentialityOption>, safePrivate: SafePrivateList? = nil,
        words: SafeWords = SafeWords(), arePixelsSeen: Bool = false
    ) {
        identity = KeyedIdentity(key: key)
        self.options = options
        self.safePrivate = safePrivate
        self.words = words
        self.arePixelsSeen = arePixelsSeen
    }

    /// De-identifies a file.
    ///
    /// - Parameter bytes: all of it.
    /// - Throws: why it may not leave.
    package func apply(_ bytes: [UInt8]) throws(DeidentificationRefusal) -> Result {
        var file = try PartTenFile(reading: bytes)
        let sent = file.attributes
        try PictureRules.check(
            sent, of: file.sopClass, options: options, arePixelsSeen: arePixelsSeen)
        guard !file.sopInstance.isEmpty else { throw .malformed }
        let name = String(
            decoding: identity.uid(for: Array(file.sopInstance.utf8)[...]), as: UTF8.self)
        var cleaner = DataSetCleaner(
            identity: identity, options: options, safePrivate: safePrivate, words: words,
            subject: subject(of: sent))
        file.attributes = cleaner.cleaned(sent, depth: 0)
        try PictureBytes.clean(&file.attributes, file.encoding)
        state(in: &file.attributes)
        let own = file.attributes.text(.sopInstance)
        let other = options.contains(.retainUIDs) ? file.sopInstance : name
        return Result(
            bytes: file.written(instance: own.isEmpty ? other : own), name: name,
            hasPixels: sent.element(.pixelData) != nil, removed: cleaner.tally.removed,
            replaced: cleaner.tally.replaced, kept: cleaner.tally.kept)
    }

    /// By the patient's number; where there is none by the name that this key gave, or the study.
    private func subject(of set: DataSet) -> DataSetCleaner.Subject {
        func value(_ tag: DicomTag) -> [UInt8] {
            set.bytes(tag).map { Array(ValueText.trimmed($0)) } ?? []
        }
        let (number, name, study) = (value(.patientID), value(.patientName), value(.study))
        let other =
            identity.isOwnPseudonym(name) ? name : Array("study \0".utf8) + study
        let subject = number.isEmpty ? other : number
        let isMoved = number.isEmpty && identity.isOwn(study[...])
        return DataSetCleaner.Subject(
            pseudonym: identity.pseudonym(for: subject),
            days: isMoved ? 0 : identity.days(for: subject), names: PersonWords.all(in: set))
    }

    /// Writes down what was done (PS3.15 section E.1.1).
    private func state(in set: inout DataSet) {
        let codes =
            [("113100", "Basic Application Confidentiality Profile")]
            + ConfidentialityOption.allCases.filter(options.contains).map {
                ($0.code.value, $0.code.meaning)
            }
        let items = codes.map { value, meaning in
            var item = DataSet()
            item.set(DicomTag(0x0008_0100), .shortString, value)
            item.set(DicomTag(0x0008_0102), .shortString, "DCM")
            item.set(DicomTag(0x0008_0104), .longString, meaning)
            return item
        }
        set.set(.identityRemoved, .code, "YES")
        set.set(.method, .longString, "Vigil by PS3.15 2026c")
        set.set(.methodCodes, .sequence, .items(items))
        set.set(
            .longitudinal, .code,
            options.contains(.retainFullDates)
                ? "UNMODIFIED"
                : options.contains(.retainModifiedDates) ? "MODIFIED" : "REMOVED")
    }
}
