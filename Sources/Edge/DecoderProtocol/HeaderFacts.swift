/// What a file's header says of its object, told before pixels are decoded.
///
/// All of it is text from the file, unchecked, and some of it names the patient: nothing of this is
/// for a log.
package struct HeaderFacts: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength =
        uidField * 7 + codeField * 7 + imageTypeField + orientationField + 3 * 4 + 2
    private static let uidField = 68
    private static let codeField = 20
    private static let imageTypeField = 132
    private static let orientationField = 36

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
    /// What made it.
    package var device = Device()
    /// Modality.
    package var modality: [UInt8] = []
    /// Its values with backslashes between them.
    package var imageType: [UInt8] = []
    /// Presentation Intent Type.
    package var intent: [UInt8] = []
    /// Conversion Type.
    package var conversion: [UInt8] = []
    /// What of the body it shows, and how.
    package var anatomy = Anatomy()
    /// False when the whole data set was read and holds none.
    package var hasPixels = false

    package init() {}

    /// The device that made an image.
    package struct Device: Sendable, Equatable {
        /// Device Serial Number.
        package var serial: [UInt8] = []
        /// Manufacturer's Model Name.
        package var model: [UInt8] = []

        package init() {}
    }

    /// What an image shows of the body, from where, of how old a patient, and how finely.
    package struct Anatomy: Sendable, Equatable {
        /// Body Part Examined.
        package var bodyPart: [UInt8] = []
        /// The code of Anatomic Region Sequence.
        package var region: [UInt8] = []
        /// View Position.
        package var view: [UInt8] = []
        /// The code of View Code Sequence.
        package var viewCode: [UInt8] = []
        /// Patient Orientation: its values with a backslash between them.
        package var orientation: [UInt8] = []
        /// The patient's age in days; negative when it is not stated.
        package var age: Int32 = -1
        /// 0 when not stated.
        package var rows: UInt32 = 0
        package var columns: UInt32 = 0
        /// Text is burned into it, as it says.
        package var isAnnotated = false

        package init() {}
    }

    /// The bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        let names = [
            sopClass, studyUID, seriesUID, instanceUID, patientID, device.serial, device.model,
        ]
        for name in names { writer.put(name, field: Self.uidField) }
        let codes = [
            modality, intent, conversion, anatomy.bodyPart, anatomy.region, anatomy.view,
            anatomy.viewCode,
        ]
        for code in codes { writer.put(code, field: Self.codeField) }
        writer.put(imageType, field: Self.imageTypeField)
        writer.put(anatomy.orientation, field: Self.orientationField)
        writer.put(anatomy.age)
        writer.put(anatomy.rows)
        writer.put(anatomy.columns)
        writer.put(UInt8(anatomy.isAnnotated ? 1 : 0))
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
        device.serial = reader.takeText(field: Self.uidField)
        device.model = reader.takeText(field: Self.uidField)
        modality = reader.takeText(field: Self.codeField)
        intent = reader.takeText(field: Self.codeField)
        conversion = reader.takeText(field: Self.codeField)
        anatomy.bodyPart = reader.takeText(field: Self.codeField)
        anatomy.region = reader.takeText(field: Self.codeField)
        anatomy.view = reader.takeText(field: Self.codeField)
        anatomy.viewCode = reader.takeText(field: Self.codeField)
        imageType = reader.takeText(field: Self.imageTypeField)
        anatomy.orientation = reader.takeText(field: Self.orientationField)
        anatomy.age = reader.take()
        anatomy.rows = reader.take()
        anatomy.columns = reader.take()
        anatomy.isAnnotated = reader.take(UInt8.self) == 1
        hasPixels = reader.take(UInt8.self) == 1
    }
}
