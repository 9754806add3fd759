import Testing
import WorkerCore

@Suite("What is done about a transaction that failed")
struct TransactionFaultTests {
    @Test("each way of failing has its remedy")
    func remedies() {
        let remedies = TransactionFault.allCases.map { $0.remedy(hasOutlivedTimeout: false) }
        #expect(remedies == [.settle, .abort, .end, .settleAndShrink, .end])
    }

    @Test("a producer that the broker itself has fenced is no second worker's")
    func outlived() {
        let remedies = TransactionFault.allCases.map { $0.remedy(hasOutlivedTimeout: true) }
        #expect(remedies == [.settle, .abort, .settle, .settleAndShrink, .end])
    }

    @Test("an abort is settled where nobody knows, and else the worker's end")
    func aborting() {
        let early = TransactionFault.allCases.map {
            $0.remedyOfAborting(hasOutlivedTimeout: false)
        }
        #expect(early == [.settle, .end, .end, .end, .end])
        let late = TransactionFault.allCases.map { $0.remedyOfAborting(hasOutlivedTimeout: true) }
        #expect(late == [.settle, .end, .settle, .end, .end])
    }
}
