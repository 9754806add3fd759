package import VigilCore

/// A queue that gives the element with the earliest deadline first, and among equal deadlines the
/// one that came first: earliest deadline first, without starvation, since deadlines do not move.
package struct DeadlineQueue<Element: Sendable>: Sendable {
    private struct Entry: Sendable {
        let deadline: MonotonicTime
        let order: UInt64
        let element: Element

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? order < other.order : deadline < other.deadline
        }
    }

    /// A binary heap: each entry precedes its two children.
    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// An empty queue.
    package init() {}

    /// How many elements wait.
    package var count: Int { heap.count }
    /// Whether nothing waits.
    package var isEmpty: Bool { heap.isEmpty }

    /// The earliest deadline and its element.
    package var first: (deadline: MonotonicTime, element: Element)? {
        heap.first.map { ($0.deadline, $0.element) }
    }

    /// All elements, in no order.
    package var elements: [Element] { heap.map(\.element) }

    /// Whether an element for which the condition holds waits here.
    package func contains(where condition: (Element) -> Bool) -> Bool {
        heap.contains { condition($0.element) }
    }

    /// Adds an element.
    package mutating func insert(_ element: Element, deadline: MonotonicTime) {
        heap.append(Entry(deadline: deadline, order: nextOrder, element: element))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the element with the earliest deadline.
    package mutating func popFirst() -> Element? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top.element }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let right = left + 1
            let child = right < heap.count && heap[right].precedes(heap[left]) ? right : left
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return top.element
    }

    /// The element with the earliest deadline among those for which the condition holds.
    package func first(where condition: (Element) -> Bool) -> Element? {
        if let top = heap.first, condition(top.element) { return top.element }
        return heap.filter { condition($0.element) }.min { $0.precedes($1) }?.element
    }

    /// Removes all elements for which the condition holds; the others keep their order.
    package mutating func removeAll(where condition: (Element) -> Bool) {
        let kept = heap.filter { !condition($0.element) }.sorted { $0.precedes($1) }
        heap = kept
    }
}
