import Tensor
import Testing

@Suite("The kernel benchmark") struct KernelBenchmarkTests {
    @Test("gives a row for each kernel of an instruction set", arguments: InstructionSet.supported)
    func rows(isa: InstructionSet) throws {
        let rows = try KernelBenchmark(rounds: EncoderBenchmarkTests.wanted ? 8 : 1).run(isa)
        for row in rows {
            if EncoderBenchmarkTests.wanted { print(row) }
            #expect(row.name.hasSuffix("__\(isa.rawValue)"))
            #expect(!row.gauges.isEmpty && row.quietRounds <= row.gauges.count)
            #expect(row.seconds > 0 && (row.rate > 0 || row.bandwidth > 0), "\(row)")
        }
        #expect(Set(rows.map(\.name)).count == rows.count)
        // All but two peaks, the gauge and two that prepare a product's left side.
        #expect(isa != .scalar || rows.count == 17)
    }

    @Test("the measured peak is above zero and auto picks a precision that the kernels have")
    func peak() throws {
        let engine = try engine()
        let peak = CorePeak.measure(engine.kernels, seconds: 0.01)
        #expect(peak.fp32 > 0 && peak.int8 > 0)
        let fastest = try engine.fastestPrecision()
        #expect(fastest != .auto && engine.supports(fastest))
    }
}
