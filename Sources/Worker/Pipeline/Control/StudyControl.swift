internal import Control
internal import Imaging
internal import VigilCore

/// What operators allow of the studies of this worker, whose models and site do not change.
package struct StudyControl: Sendable {
    private let control: ControlSwitch
    private let models: [Digest]
    private let site: String?
    private let clock: any VigilClock

    /// - Parameter models: all that may answer: of a cascade both.
    init(_ control: ControlSwitch, models: [Digest], site: String?, clock: any VigilClock) {
        self.control = control
        self.models = models
        self.site = site
        self.clock = clock
    }

    /// As it is now.
    ///
    /// - Parameter scanners: what made a study's images; none while that is not known.
    func standing(of scanners: Set<Scanner>) -> ControlStanding {
        control.standing(
            models: models, site: site, scanners: scanners, at: clock.monotonic())
    }
}
