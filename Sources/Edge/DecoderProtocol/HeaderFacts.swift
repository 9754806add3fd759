/// What a file's header says of its object, told before pixels are decoded.
///
/// All of it is text from the file, unchecked, and some of it names the patient: nothing of this is
/// for a log.
package struct HeaderFacts: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = uidField * 5 + codeField * 3 + imageTypeField + 1
    private static let uidField = 68
    private static let codeField = 20
    private static let imageTypeField = 132

    /// SOP Class UID, or the meta header's.
    package var sopClass: [UInt8] = []
    /// Study Instance UID.
    package var studyUID: [UInt8] = []
    /// Series Instance UID.
    package var seriesUID: [UInt8] = []
    /// SOP Instance UID.
    package var instanceUID: [UInt8] = []
    /// Patient ID; for comparison alone.
    package var patientID: [UInt8] = []
    /// Modality.
    package var modality: [UInt8] = []
    /// Its values with backslashes between them.
    package var imageType: [UInt8] = []
    /// Presentation Intent Type.
    package var intent: [UInt8] = []
    /// Conversion Type.
    package var conversion: [UInt8] = []
    /// False when the whole data set was read and holds none.
    package var hasPixels = false

    package init() {}

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        for uid in [sopClass, studyUID, seriesUID, instanceUID, patientID] {
            writer.put(uid, field: Self.uidField)
        }
        for code in [modality, intent, conversion] { writer.put(code, field: Self.codeField) }
        writer.put(imageType, field: Self.imageTypeField)
        writer.put(UInt8(hasPixels ? 1 : 0))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it has another length.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = FieldReader(bytes)
        sopClass = reader.takeText(field: Self.uidField)
        studyUID = reader.takeText(field: Self.uidField)
        seriesUID = reader.takeText(field: Self.uidField)
        instanceUID = reader.takeText(field: Self.uidField)
        patientID = reader.takeText(field: Self.uidField)
        modality = reader.takeText(field: Self.codeField)
        intent = reader.takeText(field: Self.codeField)
        conversion = reader.takeText(field: Self.codeField)
        imageType = reader.takeText(field: Self.imageTypeField)
        hasPixels = reader.take(UInt8.self) == 1
    }
}
