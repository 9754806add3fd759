#if canImport(Glibc)
    internal import Glibc
#endif

/// The natural logarithm.
enum Logarithm {
    static func of(_ x: Double) -> Double { log(x) }
}
