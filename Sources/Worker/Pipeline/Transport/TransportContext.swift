package import Telemetry
package import VigilCore

/// What all parts of the transport work with.
package struct TransportContext: Sendable {
    /// What they need to know.
    package let options: TransportOptions
    /// The decisions, and what wakes the threads.
    package let work: LockedCore
    package let stop: StopRequest
    package let clock: any VigilClock
    /// When the worker began.
    package let born: MonotonicTime
    package let telemetry: Telemetry
    package let health: HealthState
    /// Makes their clients.
    package let clients: any KafkaClients
    package let threads: any TransportThreads
    /// What operators have stopped; nil where nothing may be.
    package let control: ControlSwitch?
    /// Which alarms stand; nil where none act.
    package let alarms: AlarmSwitch?
    /// How the audit log is kept; nil: there is none.
    package let audit: AuditRules?

    package init(
        options: TransportOptions, work: LockedCore, stop: StopRequest, clock: any VigilClock,
        telemetry: Telemetry, health: HealthState, clients: any KafkaClients,
        threads: any TransportThreads, control: ControlSwitch? = nil,
        alarms: AlarmSwitch? = nil, audit: AuditRules? = nil, born: MonotonicTime? = nil
    ) {
        self.born = born ?? clock.monotonic()
        self.alarms = alarms
        self.control = control
        self.audit = audit
        self.options = options
        self.work = work
        self.stop = stop
        self.clock = clock
        self.telemetry = telemetry
        self.health = health
        self.clients = clients
        self.threads = threads
    }
}
