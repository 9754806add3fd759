import Foundation

/// The seeds of which a simulation is run.
package enum SimulationSeeds {
    /// Those of `VIGIL_SIMULATION_SEEDS`, such as `200` or `101-200` (`Deploy/bench/simulation`),
    /// or from 1 on as many as are run where it is not set.
    package static func range(of count: UInt64) -> ClosedRange<UInt64> {
        guard let given = ProcessInfo.processInfo.environment["VIGIL_SIMULATION_SEEDS"] else {
            return 1...count
        }
        let ends = given.split(separator: "-").map { UInt64($0) }
        guard let last = ends.last ?? nil, let first = ends.count == 2 ? ends[0] : 1,
            ends.count <= 2, 1 <= first, first <= last
        else { fatalError("VIGIL_SIMULATION_SEEDS is '\(given)', and no seeds") }
        return first...last
    }
}
