import Testing
import VigilCore

@testable import Evaluation

/// The order in which studies are read.
struct ReadingRoomTests {
    private func room(_ readers: Int = 1) -> ReadingRoom {
        var room = ReadingRoom()
        room.readers = readers
        room.readSeconds = 10
        return room
    }

    private func visit(_ arrival: Double, _ notified: Double? = nil, rank: Int = 0)
        -> ReadingRoom.Visit
    {
        ReadingRoom.Visit(arrival: arrival, notified: notified, rank: rank)
    }

    @Test("the first to come is read first, and nobody is interrupted")
    func firstCome() {
        let visits = [visit(0), visit(1), visit(2, 2)]
        #expect(room().waits(visits, isTriaged: false) == [0, 9, 18])
        #expect(room(2).waits(visits, isTriaged: false) == [0, 0, 8])
    }

    @Test("a raised study goes before those that came earlier, once it is notified")
    func triaged() {
        let early = [visit(0), visit(1), visit(2), visit(3, 3)]
        #expect(room().waits(early, isTriaged: true) == [0, 19, 28, 7])
        // Notified after the reader has taken the second.
        let late = [visit(0), visit(1), visit(2), visit(3, 12)]
        #expect(room().waits(late, isTriaged: true) == [0, 9, 28, 17])
    }

    @Test("of raised studies the lower rank goes first")
    func ranks() {
        let visits = [visit(0), visit(1, 1, rank: 2), visit(2, 2, rank: 1), visit(3)]
        #expect(room().waits(visits, isTriaged: true) == [0, 19, 8, 27])
    }

    @Test("an idle reader takes what comes, and equal total work is only shared out otherwise")
    func conserved() {
        var generator = SplitMix64(seed: 6)
        let visits = (0..<500).map { index in
            let time = generator.unit() * 4500
            return visit(time, index % 9 == 0 ? time + 3 * generator.unit() : nil)
        }
        let plain = room().waits(visits, isTriaged: false)
        let triaged = room().waits(visits, isTriaged: true)
        #expect(plain.allSatisfy { $0 >= 0 } && triaged.allSatisfy { $0 >= 0 })
        let (work, sameWork) = (plain.reduce(0, +), triaged.reduce(0, +))
        #expect(abs(work - sameWork) < 1e-6 * work)
        func mean(_ waits: [Double]) -> Double {
            let raised = waits.indices.filter { $0 % 9 == 0 }
            return raised.reduce(0) { $0 + waits[$1] } / Double(raised.count)
        }
        let half: Double = mean(plain) / 2
        #expect(mean(triaged) < half)
    }

    @Test("waits are those of the queue's theory")
    func theory() {
        // One reader, fixed time S, random arrivals: the mean wait is S load / (2 (1 - load)).
        var room = room()
        room.load = 0.6
        let arrivals = room.randomArrivals(60_000, seed: 3)
        let waits = room.waits(arrivals.map { visit($0) }, isTriaged: false)
        let mean = waits.reduce(0, +) / 60_000
        #expect(abs(mean - 7.5) < 0.5)
    }
}
