package import VigilCore

/// One tensor as the header of a safetensors file describes it.
package struct TensorEntry: Sendable, Hashable {
    /// The name in the file, such as `vision_model.post_layernorm.weight`.
    package let name: String
    package let type: TensorType
    /// Sizes, outermost first; row-major; empty for a scalar.
    package let shape: [Int]
    /// Bytes of the file that hold the elements, from the start of the file.
    package let bytes: Range<Int>

    /// Elements of a shape, nil when the product leaves 64 bits or a size is negative.
    package static func count(of shape: [Int]) -> Int? {
        var count = 1
        for size in shape {
            guard size >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    /// A shape as text: `[49408, 512]`.
    package static func text(of shape: [Int]) -> SafeText {
        let sizes = shape.map { String($0) }.joined(separator: ", ")
        return SafeText(fixedMessage: "[\(sizes)]")
    }
}
