extension Devices {
    /// The tubes of devices in their proper places.
    func tubes(_ devices: [Device], _ random: inout StudyRandom) -> [Tube] {
        devices.flatMap { device -> [Tube] in
            switch device {
            case .trachealTube: trachealTube(end: .proper)
            case .gastricTube: gastricTube(end: .proper)
            case .centralLine: centralLine()
            case .pacemaker: pacemaker()
            case .electrodes: electrodes(&random)
            case .sternalWires: sternalWires()
            }
        }
    }
}
