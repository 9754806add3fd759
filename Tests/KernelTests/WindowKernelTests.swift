import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

/// Windows over images, against plain loops.
@Suite("Window kernels") struct WindowKernelTests {
    struct Case {
        let channels: Int
        let stride: Int
        let images: Int
        let size: [Int]
        let kernel: [Int]
        let step: [Int]
        let padding: [Int]
        let seed: UInt64

        /// Windows of two and three dimensions, with and without padding, of any channels.
        static let all: [Case] = [1, 3, 15, 16, 17, 32, 40].enumerated().flatMap {
            index, channels in
            [
                Case(
                    channels: channels, stride: channels + index % 3, images: 2, size: [3, 4, 5],
                    kernel: [3, 3, 3], step: [1, 1, 1], padding: [1, 1, 1], seed: UInt64(index)),
                Case(
                    channels: channels, stride: channels, images: 1, size: [1, 9, 8],
                    kernel: [1, 7, 7], step: [1, 2, 2], padding: [0, 3, 3], seed: UInt64(index)),
                Case(
                    channels: channels, stride: channels + 5, images: 3, size: [4, 2, 6],
                    kernel: [2, 2, 2], step: [2, 2, 2], padding: [0, 0, 0], seed: UInt64(index)),
                Case(
                    channels: channels, stride: channels, images: 1, size: [2, 3, 3],
                    kernel: [1, 1, 1], step: [2, 1, 1], padding: [0, 0, 0], seed: UInt64(index)),
            ]
        }

        var output: [Int] {
            (0..<3).map { (size[$0] + 2 * padding[$0] - kernel[$0]) / step[$0] + 1 }
        }
        var rows: Int { output.reduce(images, *) }
        var taps: Int { kernel.reduce(1, *) }

        func window(_ x: UnsafePointer<Float>) -> vigil_window {
            func three(_ list: [Int]) -> (Int, Int, Int) { (list[0], list[1], list[2]) }
            return vigil_window(
                x: x, x_stride: stride, channels: channels, size: three(size),
                out_size: three(output), kernel: three(kernel), stride: three(step),
                padding: three(padding))
        }

        /// The input positions of each tap of an output position; nil in the padding.
        func taps(of row: Int) -> [Int?] {
            var rest = row
            let place = output.reversed().map { side in
                defer { rest /= side }
                return rest % side
            }.reversed().map { $0 }
            return (0..<taps).map { tap in
                let offsets = [
                    tap / (kernel[1] * kernel[2]), tap / kernel[2] % kernel[1], tap % kernel[2],
                ]
                var position = rest
                for axis in 0..<3 {
                    let at = place[axis] * step[axis] + offsets[axis] - padding[axis]
                    guard (0..<size[axis]).contains(at) else { return nil }
                    position = position * size[axis] + at
                }
                return position
            }
        }

        func input() -> Guarded {
            var random = SplitMix64(seed: seed)
            let count = (size.reduce(images, *) - 1) * stride + channels
            return Guarded(random.floats(count, in: -3...3), shift: Int(seed) % 4)
        }
    }

    @Test("gather rows as plain loops do, in tiles and plain", arguments: InstructionSet.supported)
    func gather(isa: InstructionSet) throws {
        let table = try kernels(isa)
        for one in Case.all {
            let x = one.input()
            var random = SplitMix64(seed: one.seed + 99)
            let scale = Guarded(random.floats(one.channels))
            let shift = Guarded(random.floats(one.channels))
            for isScaled in [false, true] {
                let expected = (0..<one.rows).map { row in
                    one.taps(of: row).flatMap { position in
                        (0..<one.channels).map { channel -> Float in
                            guard let position else { return 0 }
                            let value = x.start[position * one.stride + channel]
                            return isScaled
                                ? max(
                                    0,
                                    shift.start[channel].addingProduct(
                                        value, scale.start[channel])) : value
                        }
                    }
                }
                var args = vigil_gather(
                    window: one.window(x.start), first: 0, rows: one.rows,
                    scale: isScaled ? scale.start : nil, shift: isScaled ? shift.start : nil,
                    tile_rows: 0, out: nil, out_stride: 0, scratch: nil)
                #expect(plain(table, &args, one, expected), "\(isa), \(one)")
                #expect(tiles(table, &args, one, expected), "\(isa), \(one)")
            }
            #expect(x.isIntact && scale.isIntact && shift.isIntact)
        }
    }

    private func plain(
        _ table: vigil_kernels, _ args: inout vigil_gather, _ one: Case, _ expected: [[Float]]
    ) -> Bool {
        let k = one.taps * one.channels
        // From the second row on: positions need not begin at 0.
        let out = Guarded(count: (one.rows - 2) * (k + 3) + k)
        args.first = 1
        args.rows = one.rows - 1
        args.tile_rows = 0
        args.out = out.start
        args.out_stride = k + 3
        table.gather(&args)
        guard out.isIntact else { return false }
        return (1..<one.rows).allSatisfy { row in
            let found = UnsafeBufferPointer(start: out.start + (row - 1) * (k + 3), count: k)
            return Array(found) == expected[row]
        }
    }

    private func tiles(
        _ table: vigil_kernels, _ args: inout vigil_gather, _ one: Case, _ expected: [[Float]]
    ) -> Bool {
        let k = one.taps * one.channels
        let lines = (k + 15) / 16
        let out = Guarded(count: one.rows * lines * 16)
        let scratch = Guarded(count: lines * 16)
        args.first = 0
        args.rows = one.rows
        args.tile_rows = table.tile_rows_f32
        args.out = out.start
        args.scratch = scratch.start
        table.gather(&args)
        guard out.isIntact, scratch.isIntact else { return false }
        let split = vigil_split_rows(one.rows, table.tile_rows_f32)
        for tile in 0..<split.tiles {
            let (start, height) = (vigil_split_start(split, tile), vigil_split_height(split, tile))
            for row in 0..<height {
                for index in 0..<k {
                    let place = start * lines * 16 + (index / 16 * height + row) * 16 + index % 16
                    guard out.start[place] == expected[start + row][index] else { return false }
                }
            }
        }
        return true
    }

    @Test("pool as plain loops do", arguments: InstructionSet.supported)
    func pool(isa: InstructionSet) throws {
        let table = try kernels(isa)
        for one in Case.all {
            let x = one.input()
            for isMax in [true, false] where isMax || one.padding == [0, 0, 0] {
                let out = Guarded(count: one.rows * one.channels, shift: 2)
                var args = vigil_pool(
                    window: one.window(x.start), first: 0, rows: one.rows, is_max: isMax ? 1 : 0,
                    out: out.start, out_stride: one.channels)
                table.pool(&args)
                #expect(out.isIntact)
                for row in 0..<one.rows {
                    for channel in 0..<one.channels {
                        let values = one.taps(of: row).compactMap { $0 }.map {
                            x.start[$0 * one.stride + channel]
                        }
                        let expected =
                            isMax
                            ? values.max() ?? -.infinity
                            : values.reduce(0, +) * (1 / Float(one.taps))
                        #expect(out.start[row * one.channels + channel] == expected, "\(one)")
                    }
                }
            }
        }
    }
}
