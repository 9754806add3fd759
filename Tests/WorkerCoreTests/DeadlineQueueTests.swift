import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("The deadline queue")
struct DeadlineQueueTests {
    private func time(_ value: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(value))
    }

    @Test("elements leave in the order of their deadlines, equal ones in the order they came")
    func sorted() {
        var generator = SimulationGenerator(seed: 11)
        for size in [0, 1, 2, 3, 10, 101] {
            var queue = DeadlineQueue<Int>()
            var expected: [(deadline: Int, number: Int)] = []
            for number in 0..<size {
                let deadline = generator.below(7)
                queue.insert(number, deadline: time(deadline))
                expected.append((deadline, number))
            }
            expected.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
            var taken: [Int] = []
            while let number = queue.popFirst() { taken.append(number) }
            #expect(taken == expected.map(\.number))
        }
    }

    @Test("removal keeps the order of what stays")
    func removal() {
        var queue = DeadlineQueue<Int>()
        for number in 0..<20 { queue.insert(number, deadline: time(20 - number)) }
        queue.removeAll { $0.isMultiple(of: 3) }
        var taken: [Int] = []
        while let number = queue.popFirst() { taken.append(number) }
        #expect(taken == (0..<20).reversed().filter { !$0.isMultiple(of: 3) })
    }

    @Test("the first of some kind is found, and all keep their order")
    func chosen() {
        var queue = DeadlineQueue<Int>()
        for number in 0..<10 { queue.insert(number, deadline: time(10 - number)) }
        let chosen = queue.first { $0.isMultiple(of: 4) }
        #expect(chosen == 8)
        var taken: [Int] = []
        while let number = queue.popFirst() { taken.append(number) }
        #expect(taken == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    }
}
