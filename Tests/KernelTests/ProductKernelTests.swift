import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("Matrix product kernels") struct ProductKernelTests {
    /// One product with guard bands around everything that a kernel reads or writes.
    struct Case {
        let rows: Int
        let columns: Int
        let depth: Int
        let shift: Int
        let activation: vigil_activation
        let seed: UInt64

        /// Prepares the rows and multiplies them; in 32 bits in passes over so many inputs each.
        private func multiply(
            _ table: vigil_kernels, _ prepare: inout vigil_prepare, _ product: inout vigil_gemm,
            eightBit: Bool, pass: Int
        ) {
            guard !eightBit else {
                table.prepare_u8(&prepare)
                table.gemm_u8s8(&product)
                return
            }
            table.prepare_f32(&prepare)
            for first in stride(from: 0, to: depth, by: pass) {
                product.k_first = first
                product.k_count = min(pass, depth - first)
                table.gemm_f32(&product)
            }
        }

        /// Runs LayerNorm, packing and the product; nil if a guard band changed.
        /// - Parameters:
        ///   - wide: with `eightBit`, calls all panels wide.
        ///   - pass: inputs of a pass; nil: one pass.
        func run(
            _ table: vigil_kernels, eightBit: Bool, wide: Bool = false, pass: Int? = nil
        ) -> [UInt32]? {
            var random = SplitMix64(seed: seed)
            let panels = (columns + 15) / 16
            let x = Guarded(random.floats(rows * depth, in: -2...2), shift: shift)
            let weights = random.floats(columns * depth)
            let gamma = Guarded(random.floats(depth), shift: shift)
            let beta = Guarded(random.floats(depth))
            let padded = (columns + 31) / 32 * 32
            let bias = Guarded(random.floats(padded))
            let residual = Guarded(random.floats(rows * columns), shift: shift)
            let lines = eightBit ? (depth + 63) / 64 : (depth + 15) / 16
            let block = Guarded(count: rows * lines * 16)
            let packed = Guarded(
                count: eightBit ? panels * ((depth + 3) / 4) * 16 : panels * depth * 16)
            let (scale, sum) = (Guarded(count: padded), Guarded(count: padded))
            let flags = Guarded(count: panels)
            let (rowScale, rowZero) = (Guarded(count: rows), Guarded(count: rows))
            let scratch = Guarded(count: (depth + 15) / 16 * 16)
            let between = Guarded(count: rows * panels * 16)
            let out = Guarded(count: rows * columns, shift: shift)
            let (zero, sums) = (rowZero.memory(of: Int32.self), sum.memory(of: Int16.self))
            let isWide = flags.memory(of: UInt8.self)
            var prepare = vigil_prepare(
                x: x.start, x_stride: depth, rows: rows, k: depth, gamma: gamma.start,
                beta: beta.start, epsilon: 1e-5,
                tile_rows: eightBit ? table.tile_rows_u8s8 : table.tile_rows_f32,
                out: block.start, out_stride: 0, row_scale: rowScale.start, row_zero: zero,
                scratch: scratch.start)
            var product = vigil_gemm(
                a: block.start, rows: rows, k: depth, k_first: 0, k_count: 0,
                sums: !eightBit && pass != nil ? between.start : nil, b: packed.start,
                panel_first: 0, panel_count: panels, columns: columns, c: out.start,
                c_stride: columns, c_packed: 0, bias: bias.start, residual: residual.start,
                residual_stride: columns, activation: activation, a_scale: rowScale.start,
                a_zero: zero, b_scale: scale.start, b_sum: sums, b_wide: isWide)
            if eightBit {
                vigil_pack_s8(
                    weights, VIGIL_F32, columns, depth, 0, panels, packed.memory(of: Int8.self),
                    scale.start, sums, isWide)
                if wide { isWide.update(repeating: 1, count: panels) }
            } else {
                vigil_pack_f32(weights, VIGIL_F32, columns, depth, 0, panels, packed.start)
            }
            multiply(table, &prepare, &product, eightBit: eightBit, pass: pass ?? depth)
            let inputs = [x, gamma, beta, bias, residual, block, packed, scale, sum, flags]
            let all = inputs + [rowScale, rowZero, scratch, between, out]
            return all.allSatisfy(\.isIntact) ? out.bits : nil
        }
    }

    /// Around the tiles of every instruction set (4, 6, 12, 14, 33 rows; 16, 32 columns; lines of
    /// 16, 64).
    static let cases: [Case] = {
        var cases: [Case] = []
        for (index, rows) in [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 28, 29, 34].enumerated() {
            for (other, columns) in [1, 15, 16, 17, 31, 32, 33, 61].enumerated() {
                let depths = [1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 127]
                cases.append(
                    Case(
                        rows: rows, columns: columns,
                        depth: depths[(index * 5 + other) % depths.count],
                        shift: (index + other) % 4,
                        activation: vigil_activation(rawValue: UInt32((index + other) % 5)),
                        seed: UInt64(index * 100 + other)))
            }
        }
        return cases
    }()

    @Test("give the bits of the scalar twin", arguments: InstructionSet.supported)
    func twins(isa: InstructionSet) throws {
        let (scalar, table) = (try kernels(.scalar), try kernels(isa))
        for item in Self.cases {
            for eightBit in [false, true] {
                let expected = item.run(scalar, eightBit: eightBit)
                for wide in [false, eightBit] {
                    let seen = item.run(table, eightBit: eightBit, wide: wide)
                    #expect(
                        expected != nil && seen == expected,
                        "8-bit \(eightBit), wide \(wide), \(item)")
                }
            }
        }
    }

    @Test("give the same bits in passes over k", arguments: InstructionSet.supported)
    func passes(isa: InstructionSet) throws {
        let table = try kernels(isa)
        for item in Self.cases {
            let whole = item.run(table, eightBit: false)
            for pass in [16, 48] {
                let seen = item.run(table, eightBit: false, pass: pass)
                #expect(whole != nil && seen == whole, "passes of \(pass), \(item)")
            }
        }
    }

    @Test(
        "sum the extremes of 8 bits exactly",
        arguments: InstructionSet.supported, [(weight: Int8(32), wide: UInt8(0)), (127, 1)])
    func extremes(isa: InstructionSet, kind: (weight: Int8, wide: UInt8)) throws {
        // All products at 127 * weight and its negative: in a panel that is not wide, eight of them
        // are what 16 bits hold; in a wide one, two.
        let table = try kernels(isa)
        let depth = 4096
        let x = Guarded([Float](repeating: 3, count: depth))
        let (packed, sum, flags) = (
            Guarded(count: 2 * depth / 4 * 16), Guarded(count: 32), Guarded(count: 1)
        )
        let weights = packed.memory(of: Int8.self)
        for index in 0..<(2 * depth * 16) {
            weights[index] = index / 4 % 2 == 0 ? kind.weight : -kind.weight
        }
        let sums = sum.memory(of: Int16.self)
        for column in 0..<32 {
            let total = depth * Int(kind.weight) * (column % 2 == 0 ? 1 : -1)
            sums[2 * column] = Int16(total & 127)
            sums[2 * column + 1] = Int16(total >> 7)
        }
        let wide = flags.memory(of: UInt8.self)
        wide.update(repeating: kind.wide, count: 2)
        let scale = Guarded([Float](repeating: 1 / Float(kind.weight), count: 32))
        let (block, rowScale, rowZero, out) = (
            Guarded(count: depth / 4), Guarded(count: 1), Guarded(count: 1), Guarded(count: 32)
        )
        let zero = rowZero.memory(of: Int32.self)
        var prepare = vigil_prepare(
            x: x.start, x_stride: depth, rows: 1, k: depth, gamma: nil, beta: nil, epsilon: 0,
            tile_rows: table.tile_rows_u8s8, out: block.start, out_stride: 0,
            row_scale: rowScale.start, row_zero: zero, scratch: nil)
        table.prepare_u8(&prepare)
        var product = vigil_gemm(
            a: block.start, rows: 1, k: depth, k_first: 0, k_count: 0,
            sums: nil, b: packed.start, panel_first: 0,
            panel_count: 2, columns: 32, c: out.start, c_stride: 32, c_packed: 0, bias: nil,
            residual: nil, residual_stride: 0, activation: VIGIL_ACT_NONE,
            a_scale: rowScale.start, a_zero: zero, b_scale: scale.start, b_sum: sums, b_wide: wide)
        table.gemm_u8s8(&product)
        for (column, value) in out.values.enumerated() {
            let expected = Float(column % 2 == 0 ? depth * 127 : -depth * 127) * rowScale.values[0]
            #expect(abs(value - expected) <= 12288 * 4 * Float.ulpOfOne, "column \(column)")
        }
    }
}
