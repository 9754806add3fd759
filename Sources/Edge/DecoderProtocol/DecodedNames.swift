/// What a file calls itself: ASCII, unchecked, which may hold anything that a file holds.
package struct DecodedNames: Sendable {
    private static let uidField = 68
    private static let codeField = 20

    /// Study Instance UID (0020,000D), empty when there is none, as the others.
    package var studyUID: [UInt8] = []
    /// Series Instance UID (0020,000E).
    package var seriesUID: [UInt8] = []
    /// SOP Instance UID (0008,0018).
    package var instanceUID: [UInt8] = []
    /// Transfer Syntax UID (0002,0010).
    package var transferSyntax: [UInt8] = []
    /// Modality (0008,0060).
    package var modality: [UInt8] = []
    /// Photometric Interpretation (0028,0004).
    package var photometric: [UInt8] = []

    /// Names nothing.
    package init() {}

    /// Reads what ``put(to:)`` wrote.
    init(from reader: inout FieldReader) {
        studyUID = reader.takeText(field: Self.uidField)
        seriesUID = reader.takeText(field: Self.uidField)
        instanceUID = reader.takeText(field: Self.uidField)
        transferSyntax = reader.takeText(field: Self.uidField)
        modality = reader.takeText(field: Self.codeField)
        photometric = reader.takeText(field: Self.codeField)
    }

    func put(to writer: inout ByteWriter) {
        for uid in [studyUID, seriesUID, instanceUID, transferSyntax] {
            writer.put(uid, field: Self.uidField)
        }
        writer.put(modality, field: Self.codeField)
        writer.put(photometric, field: Self.codeField)
    }
}
