import Glibc

/// A thread of the operating system that a test waits for.
final class TestThread {
    private var handle = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Box(body))
        pthread_create(
            &handle, nil,
            { pointer in
                pointer.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
                return nil
            }, context.toOpaque())
    }

    func join() {
        pthread_join(handle, nil)
    }
}

private final class Box {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
