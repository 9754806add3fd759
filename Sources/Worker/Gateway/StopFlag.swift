internal import Processes
internal import Synchronization

/// Asks one thread to end, and wakes it.
final class StopFlag: Sendable {
    let wakeUp: WakeUp
    private let flag = Atomic(false)

    init() throws(GatewayError) {
        do throws(ProcessError) { wakeUp = try WakeUp() } catch { throw .refused(error) }
    }

    var isOpen: Bool { flag.load(ordering: .acquiring) }

    func open() {
        flag.store(true, ordering: .releasing)
        wakeUp.signal()
    }
}
