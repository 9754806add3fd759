package import VigilCore

/// A worker that was given no `--instance` has taken a name.
package struct InstanceChosen: TelemetryEvent {
    /// The name; of host, state folder and slot, or of host and process.
    package let instance: SafeText
    /// Whether a restart finds the same name, and so its place in the group.
    package let isStable: Bool

    /// All that the event says.
    package init(instance: SafeText, isStable: Bool) {
        self.instance = instance
        self.isStable = isStable
    }

    /// `instance_chosen`
    package var name: StaticString { "instance_chosen" }
    /// A name that a restart loses costs it the session timeout.
    package var level: LogLevel { isStable ? .info : .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("instance", instance), LogField("stable", isStable)]
    }
}
