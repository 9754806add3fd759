import FoundationModel
import Imaging
import Testing
import VigilCore

/// Regions and quantised maps of evidence.
@Suite("Evidence regions")
struct EvidenceRegionTests {
    /// Evidence of 6 x 6 patches of 8 pixels, most of which add nothing.
    private func evidence(_ shares: [Int: Double]) -> Evidence {
        Evidence(
            code: "made", grid: EvidenceGrid(rows: 6, columns: 6),
            shares: (0..<36).map { shares[$0] ?? 0 }, terms: [], layers: 1,
            score: EvidenceScore(logit: 0, probability: 0.5))
    }

    private func placement(width: Int, height: Int) throws -> InputPlacement {
        let manifest = try #require(
            PreprocessingManifest(
                resize: .exact(width: 48, height: 48), width: 48, height: 48, mean: [0],
                deviation: [1],
                channels: .single))
        let film = GreyImage(
            width: width, height: height, pixels: .init(repeating: 9, count: width * height))
        return Preprocessor(manifest).placement(of: try #require(film))
    }

    @Test("patches that touch are one region, and the strongest comes first")
    func regions() throws {
        // Two that touch by an edge, one by a corner alone, and one that is too weak.
        let evidence = evidence([7: 1, 8: 0.75, 15: 0.6, 28: 0.9, 29: 0.95, 35: 0.8, 3: 0.4])
        let regions = evidence.regions(
            patchSize: 8, placement: try placement(width: 96, height: 480))
        #expect(regions.map(\.patches) == [[28, 29, 35], [7, 8], [15]])
        #expect(regions[0].box == PixelBox(left: 64, top: 320, width: 32, height: 160))
        #expect(regions[1].box == PixelBox(left: 16, top: 80, width: 32, height: 80))
        #expect(abs(regions[0].share - 2.65) < 1e-12)
        #expect(evidence.strongest(0.1) == [7, 29, 28, 35])
    }

    @Test("where nothing speaks for a finding there is no region")
    func none() throws {
        let placement = try placement(width: 48, height: 48)
        #expect(evidence([:]).regions(patchSize: 8, placement: placement).isEmpty)
        #expect(evidence([3: -1]).regions(patchSize: 8, placement: placement).isEmpty)
    }

    @Test("a map of 16 bits keeps the sum to half a step, and its digest tells maps apart")
    func quantised() {
        var random = SystemRandomNumberGenerator()
        var digests: Set<String> = []
        for round in 0..<200 {
            let scale = [1e-9, 0.1, 3, 4000][round % 4]
            let shares = (0..<36).map { ($0, Double.random(in: -scale...scale, using: &random)) }
            let evidence = evidence(Dictionary(uniqueKeysWithValues: shares))
            let map = evidence.map
            #expect(abs(map.sum - evidence.patches) <= map.step / 2 * (1 + 1e-9))
            #expect(map.step <= scale / 16_000)
            for (value, share) in zip(map.values, evidence.shares) {
                #expect(abs(Double(value) * map.step - share) <= map.step)
            }
            digests.insert(map.digest.hex)
        }
        #expect(digests.count == 200)
        #expect(evidence([:]).map.values == .init(repeating: 0, count: 36))
    }
}
