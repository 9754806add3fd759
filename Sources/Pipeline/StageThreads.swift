/// The threads of the stages, joined together.
struct StageThreads: ~Copyable {
    private struct Link: ~Copyable {
        let thread: OwnedThread
        let next: Box?
    }

    private final class Box {
        var link: Link?

        init(_ link: consuming Link) {
            self.link = consume link
        }
    }

    private var first: Box?

    /// Takes over a running thread.
    mutating func add(_ thread: consuming OwnedThread) {
        first = Box(Link(thread: thread, next: first))
    }

    /// Waits until every thread has ended.
    consuming func join() {
        var box = first
        while let link = box?.link.take() {
            box = link.next
            link.thread.join()
        }
    }
}
