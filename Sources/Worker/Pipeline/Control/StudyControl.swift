internal import Control
internal import Imaging
internal import Triage
internal import VigilCore

/// What operators and alarms allow of the studies of this worker, whose models and site do not
/// change.
package struct StudyControl: Sendable {
    /// Nil: operators may stop nothing.
    private let control: ControlSwitch?
    /// Nil: no alarm acts.
    private let alarms: AlarmSwitch?
    private let models: [Digest]
    private let site: String?
    private let clock: any VigilClock

    /// Nil without anything that may forbid something.
    ///
    /// - Parameter models: all that may answer: of a cascade both.
    init?(
        _ control: ControlSwitch?, _ alarms: AlarmSwitch?, models: [Digest], site: String?,
        clock: any VigilClock
    ) {
        guard control != nil || alarms != nil else { return nil }
        self.control = control
        self.alarms = alarms
        self.models = models
        self.site = site
        self.clock = clock
    }

    /// As it is now; nil where operators may stop nothing.
    ///
    /// - Parameter scanners: what made a study's images; none while that is not known.
    func standing(of scanners: Set<Scanner>) -> ControlStanding? {
        control?.standing(
            models: models, site: site, scanners: scanners, at: clock.monotonic())
    }

    /// Which of the calibrations do not answer now.
    ///
    /// - Parameter traits: what the study is; what is not known is left out.
    func alarms(against rules: StudyRules, of traits: [String: String]) -> [Finding.Alarm] {
        guard let alarms, let calibrations = rules.calibrations else { return [] }
        return alarms.alarms(
            against: calibrations.digests, traits: rules.ofSite(traits), at: clock.monotonic())
    }

    /// Whether all that was asked of the topic of alarms is known.
    var knowsAlarms: Bool { alarms?.isKnown(at: clock.monotonic()) ?? true }
}
