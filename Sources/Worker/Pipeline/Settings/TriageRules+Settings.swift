internal import Files
internal import Glibc
package import Settings
package import Triage
internal import VigilCore

extension TriageRules {
    /// The findings table with what the file of `triage.policy` says for the site of `triage.site`.
    package init(_ settings: Settings) throws(TriageError) {
        guard let path = settings.triagePolicy else {
            try self.init()
            return
        }
        let file = SafeText(operatorProvided: path)
        let bytes: [UInt8]
        do throws(FileFailure) {
            // A byte more, so that a longer file is refused and not cut.
            bytes = try FileHead.read(path, bytesMax: SitePolicy.bytesMax + 1)
        } catch {
            throw .policyUnreadable(
                file: file, reason: SafeText(fixedMessage: String(cString: strerror(error.errno))))
        }
        try self.init(SitePolicy(bytes, file: file), site: settings.triageSite)
    }
}
