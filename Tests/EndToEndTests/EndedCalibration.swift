import Foundation
import Signing
import Triage
import VigilCore

/// A calibration as if it had been made earlier, and was over since then.
enum EndedCalibration {
    /// The text of one, signed anew.
    ///
    /// - Parameters:
    ///   - path: of the one that it is made of.
    ///   - key: the public half of the key that vouches for that.
    ///   - keys: sign the new one.
    static func text(of path: String, trusting key: String, signing keys: MadeKeys) throws -> String
    {
        let file = try SignedCalibration(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: path))),
            keys: [KeyFile.verifying(key)], rules: TriageRules(), file: "it"
        ).file
        let old = CalibrationFile(
            site: file.site, population: file.population,
            validity: .init(
                made: Timestamp(microseconds: 1_700_000_000_000_000),
                expires: Timestamp(microseconds: 1_700_000_001_000_000)),
            scorer: file.scorer, rules: file.rules, promise: file.promise, counts: file.counts,
            columns: file.columns, strata: file.strata, findings: file.findings)
        return try SignedCalibration.text(of: old, key: KeyFile.signing(keys.secret))
    }
}
