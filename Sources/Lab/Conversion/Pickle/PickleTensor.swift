internal import Weights

/// A storage as a pickle names it: its bytes stand elsewhere in the file.
struct PickleStorage: Sendable {
    /// The name that leads to the bytes.
    let key: String
    let type: TensorType
    /// Elements.
    let count: Int
    /// Where a view of a storage begins, in elements; 0 but in old files.
    let start: Int
    /// The bytes, where the pickle itself holds them.
    let bytes: StorageBytes?
}

/// A tensor as a pickle describes it; nothing of it has been checked.
struct PickleTensor: Sendable {
    let storage: PickleStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]?
}

/// A numpy dtype: little-endian until its state says otherwise.
struct ArrayElement: Sendable {
    let type: TensorType
    let name: String
}
