import Synthesis
import Testing

@Suite("Synthetic radiographs")
struct RadiographTests {
    private static let size = 256

    private func film(_ blueprint: Blueprint, _ findings: [Finding]) throws -> Radiograph {
        let maker = StudyMaker(SynthesisOptions(seed: 11, size: Self.size))
        return try #require(maker.films(blueprint.planting(findings)).first)
    }

    /// The first studies that are taken in a way.
    private func blueprints(supine: Bool, _ count: Int, seed: UInt64 = 11) -> [Blueprint] {
        let options = SynthesisOptions(seed: seed, size: Self.size)
        return Array(
            (0..<200).lazy.map { Blueprint(options, number: $0) }
                .filter { $0.isSupine == supine }.prefix(count))
    }

    /// Mean absolute differences of two films inside and outside a mask, as shares of the range.
    private func difference(
        _ one: Radiograph, _ other: Radiograph, _ mask: Mask
    ) -> (inside: Double, outside: Double) {
        let top = Double((1 << one.look.bits) - 1)
        var (inside, outside, count) = (0.0, 0.0, 0)
        for (index, isInside) in mask.bits.enumerated() {
            let change = abs(Double(one.pixels[index]) - Double(other.pixels[index])) / top
            if isInside {
                inside += change
                count += 1
            } else {
                outside += change
            }
        }
        return (
            inside / Double(max(count, 1)), outside / Double(max(mask.bits.count - count, 1))
        )
    }

    private static let planted: [Finding] = [
        Finding(.pneumothorax, .right, severity: 0.4),
        Finding(.pneumothorax, .left, severity: 0.6, variety: "tension"),
        Finding(.effusion, .left, severity: 0.4),
        Finding(.consolidation, .right, severity: 0.5, variety: "lower"),
        Finding(.oedema, .both, severity: 0.5),
        Finding(.cardiomegaly, .none, severity: 0.5),
        Finding(.nodule, .left, severity: 0.5), Finding(.mass, .right, severity: 0.5),
        Finding(.atelectasis, .right, severity: 0.5, variety: "plate"),
        Finding(.atelectasis, .left, severity: 0.5, variety: "lobar"),
        Finding(.ribFracture, .right, severity: 0.6), Finding(.freeAir, .right, severity: 0.5),
        Finding(.misplacedTube, .right, severity: 0.5, variety: "tracheal"),
        Finding(.misplacedTube, .right, severity: 0.5, variety: "nasogastric"),
    ]

    /// The mean size of what a film's noise can be at most inside a mask, as a share of the range:
    /// how much a pixel differs from the middle of its neighbours.
    private func noise(_ film: Radiograph, _ mask: Mask) -> Double {
        let top = Double((1 << film.look.bits) - 1)
        var (sum, count) = (0.0, 0)
        for (index, isInside) in mask.bits.enumerated() where isInside && index % Self.size > 0 {
            guard index + 1 < film.pixels.count else { continue }
            let sides = Double(film.pixels[index - 1]) + Double(film.pixels[index + 1])
            sum += abs(Double(film.pixels[index]) - sides / 2) / top
            count += 1
        }
        return sum / Double(max(count, 1))
    }

    @Test(
        "every finding shows inside its mask above the noise, and less outside", arguments: planted)
    func visibility(finding: Finding) throws {
        for blueprint in blueprints(supine: finding.kind == .misplacedTube, 3) {
            let with = try film(blueprint, [finding])
            let without = try film(blueprint, [])
            let mask = try #require(with.masks.first)
            #expect(mask.area > 20)
            #expect(mask.area < Self.size * Self.size / 2)
            let (inside, outside) = difference(with, without, mask)
            let noise = noise(without, mask)
            #expect(inside > noise, "\(finding): \(inside) inside, noise \(noise)")
            // What moves mediastinum, dome or vessels changes more than the mask holds, and the
            // grey levels follow the whole picture.
            let movesOthers =
                finding.isTension || finding.variety == "lobar"
                || [.oedema, .cardiomegaly].contains(finding.kind)
            let factor = movesOthers ? 0.5 : 2
            #expect(
                inside > outside * factor, "\(finding): \(inside) inside, \(outside) outside")
        }
    }

    @Test("a finding shows on the side that the truth names")
    func sides() throws {
        let kinds: [FindingKind] = [.pneumothorax, .effusion, .consolidation, .mass, .ribFracture]
        let upright = try #require(blueprints(supine: false, 1).first)
        for kind in kinds {
            for side in [Side.left, .right] {
                let finding = Finding(kind, side, severity: 0.5, variety: "lower")
                let box = try #require(film(upright, [finding]).masks[0].box)
                let middle = box.left + box.width / 2
                // The patient's left is on the right of the picture.
                #expect((middle > Self.size / 2) == (side == .left), "\(kind) \(side)")
            }
        }
    }

    @Test("a greater severity is a larger mask")
    func severity() throws {
        let upright = try #require(blueprints(supine: false, 1).first)
        for kind in [FindingKind.pneumothorax, .effusion, .consolidation, .nodule, .freeAir] {
            let areas = try [0.1, 0.5, 0.95].map { severity in
                try film(upright, [Finding(kind, .right, severity: severity, variety: "lower")])
                    .masks[0].area
            }
            #expect(areas[0] < areas[1] && areas[1] < areas[2], "\(kind): \(areas)")
        }
    }

    @Test("a tension pneumothorax pushes the heart to the other side")
    func tension() throws {
        let upright = try #require(blueprints(supine: false, 1).first)
        func middle(_ findings: [Finding]) throws -> Int {
            let heart = Finding(.cardiomegaly, .none, severity: 0.1)
            let box = try #require(film(upright, [heart] + findings).masks[0].box)
            return box.left + box.width / 2
        }
        let plain = try middle([])
        let pushed = try middle([
            Finding(.pneumothorax, .left, severity: 0.6, variety: "tension")
        ])
        #expect(pushed < plain - 8)
    }

    @Test("a film has the brightness of a film: dark lungs, bright below the diaphragm")
    func tone() throws {
        for blueprint in blueprints(supine: false, 6) {
            let film = try film(blueprint, [])
            let top = Double((1 << film.look.bits) - 1)
            func mean(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Double {
                let size = Double(Self.size)
                var (sum, count) = (0.0, 0)
                for row in Int(y.lowerBound * size)..<Int(y.upperBound * size) {
                    for column in Int(x.lowerBound * size)..<Int(x.upperBound * size) {
                        let grey = Double(film.pixels[row * Self.size + column]) / top
                        sum += film.look.isInverted ? 1 - grey : grey
                        count += 1
                    }
                }
                return sum / Double(count)
            }
            let lung = mean(0.24...0.32, 0.4...0.5)
            let belly = mean(0.3...0.4, 0.92...0.98)
            let spine = mean(0.48...0.52, 0.4...0.6)
            #expect(lung > 0.05 && lung < 0.5)
            #expect(belly > lung + 0.25)
            #expect(spine > lung + 0.25)
        }
    }

    @Test("masks give back their bits, area and box")
    func masks() throws {
        let upright = try #require(blueprints(supine: false, 1).first)
        let mask = try film(upright, [Finding(.mass, .left, severity: 0.4)]).masks[0]
        #expect(mask.runs.reduce(0, +) == mask.rows * mask.columns)
        #expect(mask.bits.filter { $0 }.count == mask.area)
        let box = try #require(mask.box)
        for (index, inside) in mask.bits.enumerated() where inside {
            let (row, column) = (index / mask.columns, index % mask.columns)
            #expect(column >= box.left && column < box.left + box.width)
            #expect(row >= box.top && row < box.top + box.height)
        }
    }
}
