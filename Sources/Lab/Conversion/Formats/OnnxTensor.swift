internal import ByteReading
internal import VigilCore
internal import Weights

/// One TensorProto of onnx.proto: dims = 1, data_type = 2, float_data = 4, int32_data = 5,
/// string_data = 6, int64_data = 7, name = 8, raw_data = 9, double_data = 10, external_data = 13,
/// data_location = 14.
struct OnnxTensor {
    private var name = ""
    private var shape: [Int] = []
    private var typeNumber: UInt64 = 0
    private var isExternal = false
    private var raw: Range<Int>?
    /// Fixed-width elements; several fields follow one another.
    private var pieces: [Range<Int>] = []
    private var numbers: [UInt64] = []
    private let reader: FormatReader

    /// - Parameter budget: numbers that may still be decoded; what this tensor takes is subtracted.
    init(_ reader: FormatReader, budget: inout Int) throws(ConversionError) {
        self.reader = reader
        var fields = OnnxFields(reader)
        while let field = try fields.next() {
            switch field.number {
            case 1:
                for size in try values(field, &budget) {
                    guard let size = Int(exactly: size), shape.count < SafetensorsHeader.rankLimit
                    else { throw reader.malformed("a tensor's sizes are no shape") }
                    shape.append(size)
                }
            case 2: typeNumber = try field.integer()
            case 4, 10:
                let range = try field.range()
                // One piece is used where it stands; several are copied together.
                if !pieces.isEmpty {
                    let count = range.count + (pieces.count == 1 ? pieces[0].count : 0)
                    try Self.spend(count / 4 + 1, of: &budget)
                }
                pieces.append(range)
            case 5, 7: numbers += try values(field, &budget)
            case 8:
                let range = try field.range()
                guard range.count <= PickleLimits.name else {
                    throw .overLimit(what: "bytes in a tensor's name", limit: PickleLimits.name)
                }
                name = String(decoding: reader.copy(range), as: UTF8.self)
            case 9: raw = try field.range()
            case 13: isExternal = true
            case 14: isExternal = try field.integer() == 1 || isExternal
            default: continue
            }
        }
    }

    private func values(
        _ field: OnnxFields.Field, _ budget: inout Int
    ) throws(ConversionError) -> [UInt64] {
        if case .number(let value) = field.content {
            try Self.spend(1, of: &budget)
            return [value]
        }
        let range = try field.range()
        try Self.spend(range.count, of: &budget)
        var packed = FormatReader(reader.bytes, range: range, format: reader.format)
        return try packed.varints()
    }

    private static func spend(_ count: Int, of budget: inout Int) throws(ConversionError) {
        guard count <= budget else {
            throw .overLimit(
                what: "elements outside raw_data", limit: OnnxModel.numberLimit)
        }
        budget -= count
    }

    /// The tensor, checked.
    func tensor() throws(ConversionError) -> SourceTensor {
        let shown = SafeText(named: name)
        guard !isExternal else { throw .unsupported(what: "\(shown), stored outside the file,") }
        let types: [UInt64: TensorType] = [
            1: .f32, 2: .u8, 3: .i8, 5: .i16, 6: .i32, 7: .i64, 9: .bool, 10: .f16, 11: .f64,
            16: .bf16,
        ]
        guard let type = types[typeNumber] else {
            throw .unsupported(what: "\(shown) of ONNX's element type \(typeNumber)")
        }
        let storage = storage(type)
        let expected = TensorEntry.count(of: shape).map {
            $0.multipliedReportingOverflow(by: type.size)
        }
        guard let expected, !expected.overflow, expected.partialValue == storage.count else {
            throw .badTensor(
                name: shown,
                reason: "\(storage.count) bytes do not fill \(TensorEntry.text(of: shape))")
        }
        return try SourceTensor(name: name, type: type, shape: shape, storage: storage)
    }

    private func storage(_ type: TensorType) -> StorageBytes {
        if let raw { return .file(raw) }
        if numbers.isEmpty {
            if pieces.count == 1 { return .file(pieces[0]) }
            return .owned(pieces.flatMap { reader.copy($0) })
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * type.size)
        for number in numbers {
            for index in 0..<type.size {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8)))
            }
        }
        return .owned(bytes)
    }
}
