import Energy
import Synchronization
import Testing
import VigilCore

/// Joules to grams, and where the grid's intensity comes from.
struct CarbonTests {
    private func time(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0)
    }

    private func series(_ text: String) throws -> IntensitySeries? {
        IntensitySeries(json: try JSONParser.parse(Array(text.utf8)))
    }

    @Test(
        "the shapes of Carbon Aware SDK and Electricity Maps are read",
        arguments: [
            """
            [{"location":"eastus","time":"2026-01-01T00:00:00Z","rating":100,
              "duration":"01:00:00"},
             {"location":"eastus","time":"2026-01-01T01:00:00Z","rating":250.5}]
            """,
            """
            [{"generatedAt":"2025-12-31T00:00:00Z","location":"eastus",
              "optimalDataPoints":[],"forecastData":[
              {"location":"eastus","timestamp":"2026-01-01T01:00:00Z","duration":5,"value":250.5},
              {"location":"eastus","timestamp":"2026-01-01T00:00:00Z","duration":5,"value":100}]}]
            """,
            """
            {"zone":"DE","history":[
              {"zone":"DE","carbonIntensity":100,"datetime":"2026-01-01T00:00:00.000Z"},
              {"zone":"DE","carbonIntensity":250.5,"datetime":"2026-01-01T01:00:00.000Z",
               "updatedAt":"2026-01-01T03:00:00.000Z","isEstimated":true}]}
            """,
            """
            {"zone":"DE","forecast":[
              {"carbonIntensity":100,"datetime":"2026-01-01T00:00:00.000Z"},
              {"carbonIntensity":250.5,"datetime":"2026-01-01T02:00:00+01:00"}],
             "updatedAt":"2025-12-31T23:00:00.000Z"}
            """,
        ])
    func shapes(text: String) throws {
        let series = try #require(try series(text))
        #expect(series.points.map(\.grams) == [100, 250.5])
        #expect(series.point(at: time("2026-01-01T00:59:59Z")).grams == 100)
        #expect(series.point(at: time("2026-01-01T01:00:00Z")).grams == 250.5)
        #expect(series.point(at: time("2025-01-01T01:00:00Z")).grams == 100)
    }

    @Test("Electricity Maps' latest value is read")
    func latest() throws {
        let text = """
            {"zone":"FR","carbonIntensity":56,"datetime":"2026-01-01T12:00:00.000Z",
             "updatedAt":"2026-01-01T11:48:29.075Z","emissionFactorType":"lifecycle"}
            """
        #expect(try series(text)?.points.map(\.grams) == [56])
    }

    @Test(
        "what no grid can be, or no feed says, is refused as a whole",
        arguments: [
            "[]", "{}", "3", "null", "{\"error\":\"no key\"}",
            "{\"carbonIntensity\":-1,\"datetime\":\"2026-01-01T12:00:00Z\"}",
            "{\"carbonIntensity\":56000,\"datetime\":\"2026-01-01T12:00:00Z\"}",
            "{\"carbonIntensity\":56,\"datetime\":\"yesterday\"}",
            "[{\"time\":\"2026-01-01T00:00:00Z\",\"rating\":5},{\"rating\":6}]",
        ])
    func refused(text: String) throws {
        #expect(try series(text) == nil)
    }

    @Test("a source that falls silent counts on, ages and turns stale; nothing is made up")
    func cache() {
        let answer = Mutex<String?>(nil)
        let cache = IntensityCache(fixed: 300, source: .feed, staleAfter: .seconds(3600)) {
            answer.withLock { $0 }.map { Array($0.utf8) }
        }
        let noon = time("2026-01-01T12:00:00Z")
        #expect(!cache.refresh())
        #expect(cache.reading(at: noon)?.source == .fixed)
        #expect(cache.reading(at: noon)?.age == nil)
        answer.withLock {
            $0 = "{\"carbonIntensity\":56,\"datetime\":\"2026-01-01T12:00:00Z\"}"
        }
        #expect(cache.refresh())
        for broken in ["nonsense", "{}", nil] {
            answer.withLock { $0 = broken }
            #expect(!cache.refresh())
        }
        let soon = cache.reading(at: time("2026-01-01T12:59:00Z"))
        #expect(soon?.grams == 56 && soon?.isStale == false && soon?.source == .feed)
        #expect(soon?.age == .seconds(59 * 60))
        let late = cache.reading(at: time("2026-01-01T13:00:01Z"))
        #expect(late?.grams == 56 && late?.isStale == true)
        #expect(IntensityCache(fixed: nil).reading(at: noon) == nil)
    }

    @Test("SCI is energy by intensity and a part of the machine's making, factors shown")
    func sci() throws {
        let model = CarbonModel(
            effectiveness: 1.5, waterLitres: 1.8, embodiedGrams: 1_000_000,
            lifetime: .seconds(100_000_000), zone: "DE")
        let energy = EnergyReading(
            joules: Joules(3_600_000), low: Joules(1_800_000), high: Joules(7_200_000),
            method: .model, zones: [], duration: .seconds(1000))
        let intensity = try #require(IntensityCache(fixed: 400).reading(at: time("")))
        let figures = model.figures(energy, held: .seconds(1000), intensity)
        #expect(figures.grams == 600 && figures.low == 300 && figures.high == 1200)
        #expect(abs(figures.embodiedGrams - 10) < 1e-9)
        #expect(abs(figures.totalGrams - 610) < 1e-9)
        #expect(figures.waterLitres == 1.8)
    }
}
