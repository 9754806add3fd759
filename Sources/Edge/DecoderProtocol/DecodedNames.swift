/// What a file calls itself: ASCII, unchecked, which may hold anything that a file holds.
package struct DecodedNames: Sendable {
    private static let uidField = 68
    private static let codeField = 20

    package var studyUID: [UInt8] = []
    package var seriesUID: [UInt8] = []
    package var instanceUID: [UInt8] = []
    package var transferSyntax: [UInt8] = []
    package var modality: [UInt8] = []
    package var photometric: [UInt8] = []

    package init() {}

    /// Reads what ``put(to:)`` wrote.
    init(from reader: inout ByteReader) {
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
