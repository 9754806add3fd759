package import VigilCore

/// A worker's place among others, as OpenTelemetry's conventions for messaging want it told.
package struct MessagingPlace: Sendable {
    /// The consumer group.
    package let group: SafeText
    /// The worker's slot.
    package let instance: SafeText
    /// The topic that findings go to.
    package let findings: SafeText

    /// All of it from configuration.
    package init(group: SafeText, instance: SafeText, findings: SafeText) {
        (self.group, self.instance, self.findings) = (group, instance, findings)
    }
}
