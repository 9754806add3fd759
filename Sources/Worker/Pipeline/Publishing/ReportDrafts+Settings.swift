internal import Files
internal import Glibc
package import Reporting
package import Settings
internal import VigilCore

extension ReportDrafts {
    /// As the settings want them; nil: they want none.
    package init?(_ settings: Settings) throws(ReportError) {
        guard let topic = settings.topicsReport, let path = settings.reportTemplates else {
            return nil
        }
        let file = SafeText(operatorProvided: path)
        let bytes: [UInt8]
        do throws(FileFailure) {
            // A byte more, so that a longer file is refused and not cut.
            bytes = try FileHead.read(path, bytesMax: ReportTemplates.bytesMax + 1)
        } catch {
            throw .templatesUnreadable(
                file: file, reason: SafeText(fixedMessage: String(cString: strerror(error.errno))))
        }
        self.init(topic: topic, writer: ReportWriter(try ReportTemplates(bytes, file: file)))
    }
}
