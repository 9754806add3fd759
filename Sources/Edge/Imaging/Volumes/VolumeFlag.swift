/// What a finding on a volume must say of how its slices were put together.
package enum VolumeFlag: String, Sendable, Hashable, CaseIterable {
    /// Each slice lay beside the one before, as those of a tilted gantry do, and was moved back.
    case gantryTiltUndone = "gantry_tilt_undone"
    /// The series holds several acquisitions; one of them was read.
    case oneOfSeveralAcquisitions = "one_of_several_acquisitions"
}
