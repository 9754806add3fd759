package import Imaging
internal import Processes
package import Settings
package import VigilCore

/// The archives that events may name instances of by `https:` URIs, all of which the operator has
/// listed. Any thread.
///
/// Nothing of an event's URI decides where a request goes: it must begin with a listed origin's own
/// text (``WebURI``), redirections are not followed, no proxy is asked, and the address that the
/// origin's name has at that moment must be public or of a listed network.
package struct InstanceOrigins: Sendable {
    private let origins: [InstanceOrigin]

    /// As `input.origins-file` says; none where nothing is set.
    ///
    /// - Parameter onChange: told when an origin is left alone, and with nil when it answers again;
    ///   on any thread.
    package init(
        _ settings: Settings,
        onChange: @escaping @Sendable (SafeText, OriginError?) -> Void
    ) throws(SectionError) {
        var origins: [InstanceOrigin] = []
        for row in try OriginsFile.rows(settings.inputOriginsFile) {
            let name = SafeText(operatorProvided: row.origin)
            origins.append(
                InstanceOrigin(
                    row, bytesMax: settings.decodeInputMaxBytes,
                    connecting: settings.inputTimeout, whole: settings.decodeTimeout,
                    clock: SystemClock()
                ) { onChange(name, $0) })
        }
        self.origins = origins
    }

    /// As the operator named them.
    package var names: [SafeText] { origins.map(\.name) }

    /// Fetches the instance that a URI names. Blocks within the settings' bounds.
    package func open(_ text: String) throws(OriginError) -> OpenedInput {
        guard let uri = try? WebURI(text) else { throw .badURI }
        guard let origin = origins.first(where: { $0.holds(uri) }) else { throw .notListed }
        let bytes = try origin.fetch(uri.target)
        do throws(ImagingError) {
            return try OpenedInput(bytes: bytes)
        } catch {
            guard case .inputFailed(let number) = error else { throw .memory(errno: 0) }
            throw .memory(errno: number)
        }
    }
}
