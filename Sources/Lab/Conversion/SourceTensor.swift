internal import VigilCore
package import Weights

/// A tensor of a checkpoint: a view of a storage, checked to lie within it.
package struct SourceTensor: Sendable {
    /// The name in the checkpoint.
    package var name: String
    package let type: TensorType
    /// Sizes, outermost first.
    package let shape: [Int]
    /// Steps between neighbours of each dimension, in elements, 0 or more; 0 where there is one.
    let strides: [Int]
    /// The first element, in elements of the storage.
    let offset: Int
    let storage: StorageBytes
    /// Elements.
    package let count: Int

    /// Bytes of the elements, one after another.
    package var size: Int { count * type.size }

    /// Checks a view. Refuses one that leaves its storage or has more dimensions than safetensors
    /// may have here.
    init(
        name: String, type: TensorType, shape: [Int], strides: [Int]? = nil, offset: Int = 0,
        storage: StorageBytes
    ) throws(ConversionError) {
        func bad(_ reason: SafeText) -> ConversionError {
            .badTensor(name: SafeText(named: name), reason: reason)
        }
        guard shape.count <= SafetensorsHeader.rankLimit else {
            throw bad("it has \(shape.count) dimensions")
        }
        guard let count = TensorEntry.count(of: shape), count <= 1 << 40 else {
            throw bad("its shape \(TensorEntry.text(of: shape)) is negative or too large")
        }
        let strides = strides ?? Self.rowMajor(shape)
        guard strides.count == shape.count, offset >= 0, !strides.contains(where: { $0 < 0 }) else {
            throw bad("its strides do not fit its shape")
        }
        if count > 0 {
            guard let last = Self.last(shape, strides, offset),
                last < storage.count / type.size
            else { throw bad("its elements leave its storage of \(storage.count) bytes") }
        }
        self.name = name
        self.type = type
        self.shape = shape
        // A step that is never taken may be any number, which nothing may be multiplied with.
        self.strides = zip(shape, strides).map { size, stride in size > 1 ? stride : 0 }
        self.offset = offset
        self.storage = storage
        self.count = count
    }

    /// Whether the elements stand in the storage one after another.
    var isContiguous: Bool {
        zip(zip(shape, strides), Self.rowMajor(shape)).allSatisfy { view, expected in
            view.0 == 1 || view.1 == expected
        }
    }

    private static func rowMajor(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for index in shape.indices.dropLast().reversed() {
            // A size of 0 leaves no element that a stride could reach.
            strides[index] =
                strides[index + 1].multipliedReportingOverflow(
                    by: max(shape[index + 1], 1)
                ).partialValue
        }
        return strides
    }

    /// The place of the last element, nil when it leaves 64 bits.
    private static func last(_ shape: [Int], _ strides: [Int], _ offset: Int) -> Int? {
        var place = offset
        for (size, stride) in zip(shape, strides) {
            let (step, stepOverflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow) = place.addingReportingOverflow(step)
            guard !stepOverflow, !overflow else { return nil }
            place = sum
        }
        return place
    }
}
