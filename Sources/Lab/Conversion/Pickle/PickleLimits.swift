/// What a pickle may ask for; every bound is far above a real checkpoint's.
enum PickleLimits {
    /// Operations: a state dictionary takes about 60 a tensor.
    static let operations = 20_000_000
    /// Values on the stack at one time.
    static let stack = 1_000_000
    /// Open marks at one time.
    static let marks = 1_000
    /// Remembered values.
    static let memo = 2_000_000
    /// Containers, tensors and storages.
    static let objects = 2_000_000
    /// Places in containers, with repetitions.
    static let places = 8_000_000
    /// Bytes of a text: names of globals and of tensors.
    static let text = 1 << 20
    /// Bytes of all texts.
    static let texts = 64 << 20
    /// Dictionaries within dictionaries.
    static let depth = 32
    /// Values that are looked at for tensors, with repetitions.
    static let visits = 2_000_000
    /// Bytes of a tensor's name.
    static let name = 4_096
}
