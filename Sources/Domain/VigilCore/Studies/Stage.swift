/// A step of a study's way through the worker; dead letters and metrics name it.
package enum Stage: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case parse
    case fetch
    case decode
    case preprocess
    case infer
    case triage
    case publish
}
