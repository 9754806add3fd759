internal import CKernels
internal import Processes
internal import Synchronization
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Persistent threads that share out numbered tasks. The caller works too, so a pool of one has no
/// thread of its own. Nothing is allocated by a run.
///
/// A run is published in one atomic word; a worker that comes in time joins it, and the caller
/// waits only for those that joined. A worker without work spins for a bounded time and then
/// sleeps.
package final class ThreadPool: @unchecked Sendable {
    /// A task: the context of the run, the task's number, and the worker's number (0: the caller).
    package typealias Body = @convention(c) (UnsafeRawPointer, Int, Int) -> Void

    /// Workers, the caller among them.
    package let threadCount: Int

    /// Threads beyond this are refused as a mistake.
    package static let threadCountMax = 256

    private let shared: Shared
    private var threads: [pthread_t] = []

    /// Starts `threadCount - 1` threads.
    ///
    /// - Parameters:
    ///   - threadCount: workers with the caller; nil: what ``CpuBudget`` grants.
    ///   - niceness: how far the started threads' priority is below the caller's.
    /// - Throws: ``TensorError/badShape(_:)`` or ``TensorError/threadRefused(errno:)``.
    package init(threadCount: Int? = nil, niceness: Int32 = 0) throws(TensorError) {
        let count = threadCount ?? min(CpuBudget.current().threads, Self.threadCountMax)
        guard (1...Self.threadCountMax).contains(count) else { throw .badShape("thread count") }
        self.threadCount = count
        shared = Shared()
        for worker in 1..<max(count, 1) {
            let start = Unmanaged.passRetained(
                Start(shared: shared, worker: worker, niceness: niceness))
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, workerMain, start.toOpaque())
            guard code == 0 else {
                start.release()
                stop()
                throw .threadRefused(errno: code)
            }
            threads.append(thread)
        }
    }

    deinit { stop() }

    /// Processor time that the pool's own threads have taken so far, in seconds; not the callers'.
    package func processorSeconds() -> Double {
        threads.reduce(0) { sum, thread in
            var clock = clockid_t()
            var time = timespec()
            guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0
            else { return sum }
            return sum + Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
    }

    private func stop() {
        shared.stop()
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// Runs `body(context, task, worker)` for every task in `0..<count`, each once, and returns
    /// when all are done. Callers take turns. A body must not call `run` of the same pool.
    package func run(count: Int, context: UnsafeRawPointer, body: Body) {
        pthread_mutex_lock(shared.turn)
        defer { pthread_mutex_unlock(shared.turn) }
        if threadCount == 1 || count <= 1 {
            for task in 0..<max(count, 0) { body(context, task, 0) }
            return
        }
        shared.publish(count: count, context: context, body: body)
        shared.work(count: count, context: context, body: body, worker: 0)
        shared.finish()
    }
}

private final class Start {
    let shared: Shared
    let worker: Int
    let niceness: Int32

    init(shared: Shared, worker: Int, niceness: Int32) {
        self.shared = shared
        self.worker = worker
        self.niceness = niceness
    }
}

private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    ThreadPriority.lower(by: start.niceness)
    var seen: UInt64 = 0
    while let generation = start.shared.join(after: seen) {
        seen = generation
        start.shared.workJoined(worker: start.worker)
    }
    return nil
}

/// What the caller and the workers share.
private final class Shared: @unchecked Sendable {
    /// One at a time.
    let turn = makeMutex()
    private let sleep = makeMutex()
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// generation << 16 | workers inside << 1 | open.
    private let word = Atomic<UInt64>(0)
    private let next = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let callerSleeps = Atomic<Bool>(false)
    private let stopping = Atomic<Bool>(false)
    // Written before `word` opens, read after a join.
    private var count = 0
    private var context: UnsafeRawPointer?
    private var body: ThreadPool.Body?

    /// About 20 to 40 microseconds, longer than the caller's code between two operations of a
    /// layer.
    private static let spins = 1000

    init() {
        pthread_cond_init(wake, nil)
        pthread_cond_init(done, nil)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_cond_destroy(done)
        wake.deallocate()
        done.deallocate()
        for mutex in [turn, sleep] {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }
    }

    func publish(count: Int, context: UnsafeRawPointer, body: @escaping ThreadPool.Body) {
        self.count = count
        self.context = context
        self.body = body
        next.store(0, ordering: .relaxed)
        let generation = (word.load(ordering: .relaxed) >> 16) &+ 1
        word.store(generation << 16 | 1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            pthread_mutex_lock(sleep)
            pthread_cond_broadcast(wake)
            pthread_mutex_unlock(sleep)
        }
    }

    func work(count: Int, context: UnsafeRawPointer, body: ThreadPool.Body, worker: Int) {
        while true {
            let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard task < count else { return }
            body(context, task, worker)
        }
    }

    /// Closes the run and waits for the workers inside.
    func finish() {
        var value = word.bitwiseAnd(~1, ordering: .sequentiallyConsistent).newValue
        var spins = 0
        while value & 0xFFFF != 0 && spins < Self.spins {
            vigil_spin_hint()
            spins += 1
            value = word.load(ordering: .acquiring)
        }
        guard value & 0xFFFF != 0 else { return }
        pthread_mutex_lock(sleep)
        callerSleeps.store(true, ordering: .sequentiallyConsistent)
        while word.load(ordering: .sequentiallyConsistent) & 0xFFFF != 0 {
            pthread_cond_wait(done, sleep)
        }
        callerSleeps.store(false, ordering: .relaxed)
        pthread_mutex_unlock(sleep)
    }

    /// Waits for a run newer than `seen` and joins it; nil when the pool stops.
    func join(after seen: UInt64) -> UInt64? {
        for _ in 0..<Self.spins {
            if let generation = tryJoin(after: seen) { return generation }
            if stopping.load(ordering: .acquiring) { return nil }
            vigil_spin_hint()
        }
        pthread_mutex_lock(sleep)
        defer { pthread_mutex_unlock(sleep) }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
        while !stopping.load(ordering: .sequentiallyConsistent) {
            if let generation = tryJoin(after: seen) { return generation }
            pthread_cond_wait(wake, sleep)
        }
        return nil
    }

    private func tryJoin(after seen: UInt64) -> UInt64? {
        var value = word.load(ordering: .sequentiallyConsistent)
        while value & 1 == 1, value >> 16 != seen {
            let result = word.compareExchange(
                expected: value, desired: value &+ 2, ordering: .sequentiallyConsistent)
            if result.exchanged { return value >> 16 }
            value = result.original
        }
        return nil
    }

    /// Takes tasks of the joined run and leaves it.
    func workJoined(worker: Int) {
        if let context, let body {
            work(count: count, context: context, body: body, worker: worker)
        }
        let left = word.subtract(2, ordering: .sequentiallyConsistent).newValue
        if left & 0xFFFF == 0, callerSleeps.load(ordering: .sequentiallyConsistent) {
            pthread_mutex_lock(sleep)
            pthread_cond_signal(done)
            pthread_mutex_unlock(sleep)
        }
    }

    func stop() {
        pthread_mutex_lock(sleep)
        stopping.store(true, ordering: .sequentiallyConsistent)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(sleep)
    }
}

private func makeMutex() -> UnsafeMutablePointer<pthread_mutex_t> {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    return mutex
}
