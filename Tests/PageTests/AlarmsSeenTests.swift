import Control
import Signing
import Testing
import VigilCore
import Wire

@testable import WorklistPage

/// What the page shows of alarms.
struct AlarmsSeenTests {
    private struct StillClock: VigilClock {
        func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: 0) }
        func wall() -> Timestamp { MadeRecord.time }
    }

    private func record(_ sent: OutboundRecord, at offset: Int64) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: "alarms", partition: 0, offset: offset),
            key: sent.key, value: sent.value, headers: [], timestamp: nil)
    }

    @Test("an alarm is shown with the calibrations that do not answer, until a person clears it")
    func stands() throws {
        let key = try SigningKey.make()
        let board = WorklistBoard(
            bounds: .init(), alarms: AlarmsSeen(keys: [key.verifying]), clock: StillClock())
        #expect(board.status()["alarms"]?["count"]?.intValue == 0)
        let alarm = MadeAlarm.alarm
        let sent = alarm.outbound(topic: "alarms")
        board.takeAlarms([record(sent, at: 0)])
        let told = try #require(board.status()["alarms"])
        #expect(told["count"]?.intValue == 1)
        let shown = told["shown"]?.arrayValue?.first
        #expect(shown?["alarm"]?.stringValue == QualityAlarm.id(of: alarm.stream).safeText)
        #expect(shown?["finding"] == "pneumothorax" && shown?["group"] == "view=PA")
        #expect(
            shown?["calibrations"]
                == [.string(String(MadeAlarm.calibration.hex.prefix(12)))])
        let clearance = MadeAlarm.clearance(of: sent, at: 0)
        board.takeAlarms([
            record(
                OutboundRecord(
                    topic: "alarms", key: clearance.key,
                    value: try clearance.signed(by: SigningKey.make()), headers: []), at: 1)
        ])
        #expect(board.status()["alarms"]?["count"]?.intValue == 1)
        board.takeAlarms([
            record(
                OutboundRecord(
                    topic: "alarms", key: clearance.key, value: try clearance.signed(by: key),
                    headers: []), at: 2)
        ])
        #expect(board.status()["alarms"]?["count"]?.intValue == 0)
        board.beginAlarms()
        board.takeAlarms([record(sent, at: 0)])
        #expect(board.status()["alarms"]?["count"]?.intValue == 1)
    }

    @Test("where no topic of alarms is set nothing is said of them")
    func off() {
        let board = WorklistBoard(bounds: .init(), clock: StillClock())
        board.takeAlarms([record(MadeAlarm.alarm.outbound(topic: "alarms"), at: 0)])
        #expect(board.status()["alarms"] == nil)
    }

    @Test("the page has a place for alarms, and its words in both languages")
    func document() {
        let parts = [
            PackageResources.page_html, PackageResources.words_js, PackageResources.page_js,
        ]
        let page = parts.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(page.contains(#"id="alarms-part""#) && page.contains(#"id="alarms""#))
        let said = page.matches(of: /say\("((?:no_)?alarms?[a-z_]*)"/).map { String($0.1) }
        #expect(Set(said).count == 8, "\(said)")
        for word in Set(said + ["alarms"]) {
            #expect(page.ranges(of: " \(word): \"").count == 2, "\(word)")
        }
        #expect(page.contains("quality_alarm: ["))
    }
}
