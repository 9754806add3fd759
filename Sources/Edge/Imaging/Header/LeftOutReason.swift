package import VigilCore

/// Why an instance of a study is not shown to a model.
package typealias LeftOutReason = Finding.LeftOut.Reason
