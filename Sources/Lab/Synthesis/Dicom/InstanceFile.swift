/// Writes one instance of a study as a DICOM file.
struct InstanceFile {
    private let blueprint: Blueprint
    private let number: Int
    private let uid: String

    private static let implementation = Blueprint.uid(["synth", "implementation"])
    private static let syntaxes: [SynthesisOptions.Encoding: String] = [
        .uncompressed: "1.2.840.10008.1.2.1", .jpegLS: "1.2.840.10008.1.2.4.80",
        .jpeg2000: "1.2.840.10008.1.2.4.90",
    ]

    init(_ blueprint: Blueprint, number: Int, uid: String) {
        self.blueprint = blueprint
        self.number = number
        self.uid = uid
    }

    /// A film, as CR from plates and as DX from flat panels.
    func radiograph(
        _ film: Radiograph, _ codec: any PixelCodec
    ) throws(SynthesisError) -> [UInt8] {
        let isPlate = film.look.isPlate
        var out = common()
        let view = film.view
        out.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY")
        out.set(0x0018_0015, "CS", "CHEST")
        out.set(0x0018_0060, decimal: Double(film.look.kilovolts))
        out.set(0x0018_1110, decimal: view.distance)
        out.set(0x0018_5101, "CS", view.projection.rawValue)
        let across = view.projection == .lateral ? "P\\F" : "L\\F"
        out.set(0x0020_0020, "CS", across)
        let magnified = DicomElements.decimal(view.spacing)
        out.set(0x0018_1164, "DS", "\(magnified)\\\(magnified)")
        if isPlate {
            out.set(0x0018_1400, "LO", film.look.name)
            out.set(0x0018_1260, "SH", "PHOSPHOR")
        } else {
            digital(view, &out)
        }
        let inverted = film.look.isInverted
        out.set(0x2050_0020, "CS", inverted ? "INVERSE" : "IDENTITY")
        let half = Double(1 << (film.look.bits - 1))
        out.set(0x0028_1050, decimal: half)
        out.set(0x0028_1051, decimal: half * 2)
        return try file(
            out, pixels: film.pixels, size: view.rows, bits: film.look.bits,
            inverted: inverted, codec)
    }

    /// What DX asks for beyond CR (PS3.3 table A.26-1).
    private func digital(_ view: View, _ out: inout DicomElements) {
        out.set(0x0008_0068, "CS", "FOR PRESENTATION")
        out.set(0x0018_7004, "CS", "SCINTILLATOR")
        out.set(0x0018_1508, "CS", "NONE")
        out.set(0x0018_1405, "IS", "1")
        out.set(0x0020_0062, "CS", "U")
        out.set(0x0028_0301, "CS", "NO")
        out.set(0x0028_1040, "CS", "LOG")
        out.set(0x0028_1041, "SS", bytes: [0xff, 0xff])
        out.set(0x0028_1052, decimal: 0)
        out.set(0x0028_1053, decimal: 1)
        out.set(0x0028_1054, "LO", "US")
        out.set(0x0028_2110, "CS", "00")
        out.set(0x0040_0555, items: [])
        out.set(0x0008_2218, items: [code("51185008", "SCT", "Chest")])
        var item =
            switch view.projection {
            case .pa: code("272479007", "SCT", "postero-anterior")
            case .ap: code("399348003", "SCT", "antero-posterior")
            case .lateral: code("399173006", "SCT", "left lateral")
            }
        item.set(0x0054_0222, items: [])
        out.set(0x0054_0220, items: [item])
    }

    /// A slice of a CT.
    func slice(
        _ slice: Slice, _ view: SliceView, _ codec: any PixelCodec
    ) throws(SynthesisError) -> [UInt8] {
        let isHead = blueprint.kind == .headCT
        var out = common()
        out.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
        out.set(0x0018_0015, "CS", isHead ? "HEAD" : "CHEST")
        out.set(0x0018_0050, decimal: view.step)
        out.set(0x0018_0060, decimal: 120)
        out.set(0x0018_5100, "CS", "HFS")
        out.set(0x0020_0012, "IS", "1")
        let corner = -Double(view.size - 1) / 2 * view.spacing
        out.set(0x0020_0032, decimal: corner, corner, slice.z)
        out.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        out.set(0x0020_0052, "UI", blueprint.uid("frame"))
        out.set(0x0020_1040, "LO", "")
        out.set(0x0020_1041, decimal: slice.z)
        out.set(0x0028_0030, decimal: view.spacing, view.spacing)
        out.set(0x0028_1050, decimal: isHead ? 40 : -500)
        out.set(0x0028_1051, decimal: isHead ? 90 : 1500)
        out.set(0x0028_1052, decimal: -1024)
        out.set(0x0028_1053, decimal: 1)
        out.set(0x0028_1054, "LO", "HU")
        return try file(
            out, pixels: slice.pixels, size: view.size, bits: 12, inverted: false, codec)
    }

    private func code(_ value: String, _ scheme: String, _ meaning: String) -> DicomElements {
        var out = DicomElements()
        out.set(0x0008_0100, "SH", value)
        out.set(0x0008_0102, "SH", scheme)
        out.set(0x0008_0104, "LO", meaning)
        return out
    }

    /// Patient, study, series, equipment.
    private func common() -> DicomElements {
        var out = DicomElements()
        let modality = blueprint.modality
        let patient = blueprint.patient
        let (date, time) = (blueprint.date, blueprint.time)
        out.set(0x0008_0016, "UI", blueprint.storageClass)
        out.set(0x0008_0018, "UI", uid)
        for tag: UInt32 in [0x0008_0020, 0x0008_0021, 0x0008_0022, 0x0008_0023] {
            out.set(tag, "DA", date)
        }
        for tag: UInt32 in [0x0008_0030, 0x0008_0031, 0x0008_0032, 0x0008_0033] {
            out.set(tag, "TM", time)
        }
        out.set(0x0008_0050, "SH", blueprint.accession)
        out.set(0x0008_0060, "CS", modality)
        out.set(0x0008_0070, "LO", blueprint.maker)
        out.set(0x0008_0090, "PN", "")
        out.set(0x0008_1030, "LO", blueprint.description)
        out.set(
            0x0008_1090, "LO", modality == "CT" ? "Analytic CT" : blueprint.technique.look.model)
        out.set(0x0010_0010, "PN", patient.name)
        out.set(0x0010_0020, "LO", patient.id)
        out.set(0x0010_0030, "DA", blueprint.birthDate)
        out.set(0x0010_0040, "CS", patient.sex)
        let age = String(patient.age)
        out.set(0x0010_1010, "AS", String(repeating: "0", count: 3 - age.count) + age + "Y")
        out.set(0x0018_1000, "LO", "0")
        out.set(0x0018_1020, "LO", "vigil synth")
        out.set(0x0020_000d, "UI", blueprint.studyUID)
        let series = modality == "CT" ? 1 : number
        out.set(0x0020_000e, "UI", blueprint.uid("series", String(series)))
        out.set(0x0020_0010, "SH", String(blueprint.number))
        out.set(0x0020_0011, "IS", String(series))
        out.set(0x0020_0013, "IS", modality == "CT" ? String(number) : "1")
        return out
    }

    /// Pixels and their description, then the whole file with preamble and meta header.
    private func file(
        _ elements: DicomElements, pixels: [UInt16], size: Int, bits: Int,
        inverted: Bool, _ codec: any PixelCodec
    ) throws(SynthesisError) -> [UInt8] {
        var out = elements
        out.set(0x0028_0002, short: 1)
        out.set(0x0028_0004, "CS", inverted ? "MONOCHROME1" : "MONOCHROME2")
        out.set(0x0028_0010, short: size)
        out.set(0x0028_0011, short: size)
        out.set(0x0028_0100, short: 16)
        out.set(0x0028_0101, short: bits)
        out.set(0x0028_0102, short: bits - 1)
        out.set(0x0028_0103, short: 0)
        let encoding = blueprint.technique.encoding
        if encoding == .uncompressed {
            out.set(pixels: pixels)
        } else {
            out.set(frames: [
                try codec.encode(pixels, rows: size, columns: size, bits: bits, as: encoding)
            ])
        }
        var meta = DicomElements()
        meta.set(0x0002_0001, "OB", bytes: [0, 1])
        meta.set(0x0002_0002, "UI", blueprint.storageClass)
        meta.set(0x0002_0003, "UI", uid)
        meta.set(0x0002_0010, "UI", Self.syntaxes[encoding] ?? "1.2.840.10008.1.2.1")
        meta.set(0x0002_0012, "UI", Self.implementation)
        meta.set(0x0002_0013, "SH", "VIGIL_SYNTH")
        let body = meta.encoded
        let count = UInt32(body.count)
        var length = DicomElements()
        length.set(
            0x0002_0000, "UL", bytes: (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) })
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length.encoded + body
            + out.encoded
    }
}
