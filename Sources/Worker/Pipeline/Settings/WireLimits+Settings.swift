internal import Settings
internal import Wire

extension WireLimits {
    /// The limits of an event as set.
    init(_ settings: Settings) {
        self.init()
        instances = settings.studyInstancesMax
    }
}
