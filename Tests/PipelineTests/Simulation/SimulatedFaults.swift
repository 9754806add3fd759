import SimulationKit
import Synchronization

/// How often the calls of clients fail, in all of librdkafka's ways, by a generator of its own. Any
/// thread.
final class SimulatedFaults: Sendable {
    private let generator: Mutex<SimulationGenerator>

    init(seed: UInt64) {
        generator = Mutex(SimulationGenerator(seed: seed))
    }

    /// How a call fails; nil: it does not.
    func fault(_ call: ClientCall) -> ClientFault? {
        generator.withLock { generator -> ClientFault? in
            let chance = generator.below(1000)
            func failing(_ way: FailureWay, isDone: Bool = false) -> ClientFault {
                ClientFault(error: way.error(of: call), isDone: isDone)
            }
            switch call {
            case .commit:
                switch chance {
                case ..<80: return failing(.abortable)
                case ..<120: return failing(.retriable)
                case ..<160: return failing(.retriable, isDone: true)
                case ..<162: return failing(.fatal)
                default: return nil
                }
            case .begin, .produce, .sendOffsets:
                switch chance {
                case ..<5: return failing(.retriable)
                case ..<10: return failing(.abortable)
                case ..<11: return failing(.fatal)
                default: return nil
                }
            case .initTransactions where (50..<80).contains(chance): return .fencedRegistration
            case .abort, .initTransactions, .committed, .bounds, .open, .read, .ends:
                return chance < 50 ? failing(.retriable) : nil
            case .pause, .resume, .seek, .completeAssign, .completeRevoke, .groupMetadata,
                .pollProducer:
                switch chance {
                case ..<1: return failing(generator.chance(percent: 50) ? .retriable : .fatal)
                default: return nil
                }
            case .subscribe, .learn: return chance < 50 ? failing(.retriable) : nil
            }
        }
    }
}
