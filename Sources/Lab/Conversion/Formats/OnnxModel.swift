internal import VigilCore
internal import Weights

/// The initialisers of an ONNX model (onnx.proto: ModelProto.graph = 7, GraphProto.initializer = 5,
/// sparse_initializer = 15).
struct OnnxModel {
    static let format: SafeText = "ONNX model"
    /// The most initialisers.
    static let tensorLimit = 200_000
    /// The most numbers that stand apart from `raw_data` and have to be decoded.
    static let numberLimit = 1 << 25

    let tensors: [SourceTensor]

    /// Whether a file begins as a model does: with its version as field 1, below 64.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 2 && bytes[0] == 0x08 && bytes[1] > 0 && bytes[1] < 64
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(ConversionError) {
        var tensors: [SourceTensor] = []
        var budget = Self.numberLimit
        var model = OnnxFields(FormatReader(bytes, format: Self.format))
        while let field = try model.next() {
            guard field.number == 7 else { continue }
            var graph = OnnxFields(
                FormatReader(bytes, range: try field.range(), format: Self.format))
            while let field = try graph.next() {
                switch field.number {
                case 5:
                    guard tensors.count < Self.tensorLimit else {
                        throw .overLimit(what: "initialisers", limit: Self.tensorLimit)
                    }
                    let reader = FormatReader(bytes, range: try field.range(), format: Self.format)
                    tensors.append(try OnnxTensor(reader, budget: &budget).tensor())
                case 15: throw .unsupported(what: "a sparse initialiser")
                default: continue
                }
            }
        }
        self.tensors = tensors
    }
}
