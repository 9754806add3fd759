#if canImport(Glibc)
    internal import Glibc
#endif

/// The natural logarithm and its inverse.
enum Logarithm {
    static func of(_ x: Double) -> Double { log(x) }

    static func power(_ x: Double) -> Double { exp(x) }
}
