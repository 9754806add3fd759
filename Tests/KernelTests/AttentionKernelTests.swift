import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Attention kernels") struct AttentionKernelTests {
    struct Case {
        let keys: Int
        let queries: Int
        let width: Int
        let causal: Bool

        func inputs() -> (q: [Float], k: [Float], v: [Float]) {
            var random = SplitMix64(seed: UInt64(keys * 100 + width))
            return (
                random.floats(queries * width, in: -3...3),
                random.floats(keys * width, in: -3...3),
                random.floats(keys * width)
            )
        }

        func run(_ table: vigil_kernels, integers: Bool) -> [Float]? {
            let (q, k, v) = inputs()
            let (queryRows, keyRows, valueRows) = (Guarded(q, shift: 1), Guarded(k), Guarded(v))
            let out = Guarded(count: queries * width, shift: 2)
            let scratch = Guarded(count: vigil_attention_scratch_bytes(keys, width) / 4)
            var arguments = vigil_attention(
                q: queryRows.start, k: keyRows.start, v: valueRows.start, q_stride: width,
                kv_stride: width, queries: queries, keys: keys, head_dim: width,
                scale: 1 / Float(width).squareRoot(), causal: causal ? 1 : 0, out: out.start,
                out_stride: width, scratch: scratch.start, next: (nil, nil, nil), next_rows: 0)
            if integers { table.attention_s16(&arguments) } else { table.attention_f32(&arguments) }
            let all = [queryRows, keyRows, valueRows, out, scratch]
            return all.allSatisfy(\.isIntact) ? out.values : nil
        }

        func exact() -> [Double] {
            let (q, k, v) = inputs()
            var out: [Double] = []
            for query in 0..<queries {
                let seen = causal ? keys - queries + query + 1 : keys
                var weights = (0..<seen).map { key in
                    (0..<width).reduce(0.0) {
                        $0 + Double(q[query * width + $1]) * Double(k[key * width + $1])
                    } / Double(width).squareRoot()
                }
                let highest = weights.max() ?? 0
                weights = weights.map { exp($0 - highest) }
                let sum = weights.reduce(0, +)
                for column in 0..<width {
                    out.append(
                        (0..<seen).reduce(0.0) {
                            $0 + weights[$1] / sum * Double(v[$1 * width + column])
                        })
                }
            }
            return out
        }
    }

    static let cases = [
        Case(keys: 1, queries: 1, width: 1, causal: false),
        Case(keys: 2, queries: 2, width: 7, causal: true),
        Case(keys: 15, queries: 1, width: 16, causal: false),
        Case(keys: 17, queries: 17, width: 33, causal: true),
        Case(keys: 31, queries: 5, width: 64, causal: true),
        Case(keys: 77, queries: 77, width: 64, causal: true),
        Case(keys: 197, queries: 29, width: 64, causal: false),
        Case(keys: 50, queries: 50, width: 72, causal: false),
        Case(keys: 33, queries: 14, width: 80, causal: false),
    ]

    @Test("give the bits of the scalar twin", arguments: InstructionSet.supported)
    func twins(isa: InstructionSet) throws {
        let (scalar, table) = (try kernels(.scalar), try kernels(isa))
        for item in Self.cases {
            for integers in [false, true] {
                let expected = item.run(scalar, integers: integers)
                let seen = item.run(table, integers: integers)
                #expect(
                    expected != nil
                        && seen?.map(\.bitPattern) == expected?.map(\.bitPattern),
                    "integers \(integers), \(item)")
            }
        }
    }

    @Test("float32 is within 2e-6, 16-bit integers within 4e-3 of float64")
    func accuracy() throws {
        let table = try kernels(.best)
        for item in Self.cases {
            let exact = item.exact()
            for (integers, bound) in [(false, 2e-6), (true, 4e-3)] {
                let seen = try #require(item.run(table, integers: integers))
                let worst = zip(seen, exact).map { abs(Double($0) - $1) }.max() ?? 0
                #expect(worst <= bound, "integers \(integers), \(item): \(worst)")
            }
        }
    }
}
