internal import VigilCore

/// What passed between two marks. Nothing is negative.
struct MeteredSpan {
    let duration: Duration
    /// Processor time of this process and its decoders.
    let own: Duration
    /// The decoders' part of `own`.
    let decoders: Duration
    /// The clock over its highest, as a mean of both ends; nil where it is not told.
    let frequency: Double?
    /// Resident memory at the end, GiB.
    let resident: Double
    /// Processor time of the machine; nil where it is not told.
    let machine: MachineTimes?

    init(from start: EnergyMark, to end: EnergyMark) {
        duration = max(.zero, end.time - start.time)
        own = max(.zero, end.own - start.own)
        decoders = min(own, max(.zero, end.decoders - start.decoders))
        resident = end.resident
        if let from = start.frequency, let to = end.frequency {
            frequency = (from + to) / 2
        } else {
            frequency = nil
        }
        if let from = start.machine, let to = end.machine {
            machine = MachineTimes(
                busy: max(.zero, to.busy - from.busy), total: max(.zero, to.total - from.total))
        } else {
            machine = nil
        }
    }

    /// This process's part of the machine's busy time, 0…1. The machine's times are kept in ticks
    /// of about 10 ms, so over a short span the part may come out above 1; it then counts as 1.
    var share: Double? {
        guard let machine else { return nil }
        guard machine.busy > .zero else { return own > .zero ? 1 : 0 }
        return min(1, own / machine.busy)
    }

    /// This process's part of all processor time, idle included, 0…1.
    var capacityShare: Double? {
        guard let machine, machine.total > .zero else { return nil }
        return min(1, own / machine.total)
    }

    /// The part of what all processors draw that is this process's to bear: of the busy time, or,
    /// as long as the span is not whole, of all time, which is the least that this can become.
    func part(isWhole: Bool) -> Double {
        isWhole || machine == nil ? share ?? 1 : capacityShare ?? 0
    }
}
