import BrokerTestKit
import Foundation
import KafkaTransport
import Testing

extension EndToEnd {
    @Suite(
        "The doctor", .serialized,
        .enabled(if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct DoctorTests {
        @Test("a healthy worker's settings are found healthy by all checks, in a table too")
        func healthy() throws {
            let ward = try Ward(Scene(apacheKafka, model: Ward.model))
            let visit = try ward.visit()
            // The model of the demonstration has seen no patient, which is no fault of the machine.
            #expect(visit.faults == ["model-validated": "warn"], "\(visit.text)")
            #expect(visit.code == 0 && visit.count >= 40, "\(visit.count)")
            let table = try ward.visit(table: true)
            #expect(table.code == 0 && table.text.contains("0 fail"), "\(table.text)")
            let wide = table.text.split(separator: "\n").filter { $0.count > 100 }
            #expect(wide == [])
        }

        @Test("each fault of settings, files and the machine is found, and nothing else")
        func local() throws {
            #expect(try Ward().visit(["local"]).faults == [:])
            for fault in PlantedFault.local { try expect(fault, Ward(), ["local"]) }
            var few = try Ward()
            few.shell = "ulimit -n 64; exec \"$@\""
            #expect(try few.visit(["open-files"]).faults == ["open-files": "fail"])
        }

        @Test("each fault of brokers, topics and the group is found, and nothing else")
        func brokers() throws {
            let scene = try Scene(apacheKafka, model: Ward.model)
            for fault in try faults(on: scene) { try expect(fault, Ward(scene), ["kafka"]) }
        }

        @Test("a broker that does not answer is one fault, with an exit code of its own")
        func silent() throws {
            var ward = try Ward()
            ward.options["timeout"] = "4"
            let visit = try ward.visit(["kafka"])
            #expect(visit.faults == ["brokers-reachable": "fail"], "\(visit.text)")
            #expect(visit.code == 69)
        }

        @Test("a check that is none is refused with the name that is nearest")
        func unknown() throws {
            let visit = try Ward().visit(["metric-port"])
            #expect(visit.code == 64 && visit.text.contains("metrics-port"), "\(visit.text)")
        }

        private func expect(_ fault: PlantedFault, _ ward: Ward, _ groups: [String]) throws {
            var ward = ward
            try fault.plant(&ward)
            let visit = try ward.visit(groups)
            #expect(visit.faults == fault.verdicts, "\(fault.what): \(visit.text)")
            #expect(
                visit.code == (fault.verdicts.values.contains("fail") ? 78 : 0), "\(fault.what)")
        }

        /// What can be amiss with brokers, topics and the group of a scene.
        private func faults(on scene: Scene) throws -> [PlantedFault] {
            [
                set(
                    "more copies than brokers",
                    ["brokers-enough": "fail", "topics-copies": "warn", "topics-insync": "warn"],
                    ["topics.replication": "3"]),
                set(
                    "transactions that are too long", ["transaction-timeout": "fail"],
                    ["kafka.producer.transaction.timeout.ms": "2000000"]),
                set(
                    "a topic that is not there", ["topics-present": "fail"],
                    ["topics.expired": scene.group + ".nowhere"]),
                set(
                    "too few partitions", ["topics-partitions": "warn"],
                    ["topics.partitions": "50"]),
                set(
                    "records that go too soon", ["topics-retention": "warn"],
                    ["topics.retention-hours": "9000"]),
                PlantedFault("an alarm that nobody has cleared", ["quality-alarms": "warn"]) {
                    ward in
                    let desk = try AlarmDesk(scene)
                    // Whatever it is, it counts against every calibration.
                    try desk.write(nil, under: "an alarm")
                    ward.settings["quality.alarm-topic"] = desk.topic
                    ward.settings["quality.alarm-keys"] = desk.keys.open
                },
            ] + (try faults(of: topics(on: scene))) + [
                PlantedFault("records that nobody reads", ["group-lag": "warn"]) { _ in
                    try scene.send([StudyMessage("waits", files: [])])
                }
            ]
        }

        /// What can be amiss with topics that are made for it.
        private func faults(of made: Topics) throws -> [PlantedFault] {
            let key = try MadeKeys().open
            let weights = try Ward.write("{", "weights.json")
            return [
                set(
                    "unequal partitions", ["topics-equal": "warn"],
                    ["topics.orders": made.single, "orders.sources": "urn:vigil:test"]),
                set(
                    "orders in several partitions", ["topics-single": "fail"],
                    ["control.topic": made.compacted, "control.keys": key]),
                set(
                    "a table that is not compacted", ["topics-cleanup": "fail"],
                    ["topics.worklist": made.plain]),
                set(
                    "dead letters that do not fit", ["topics-record-size": "warn"],
                    ["topics.dead-letter": made.plain]),
                set(
                    "copies that nobody has", ["topics-insync": "fail"],
                    ["topics.expired": made.stuck]),
                set(
                    "findings that go before they are revised",
                    ["revision-window": "fail", "topics-retention": "warn"],
                    [
                        "topics.finding": made.short, "context.topic": made.compacted,
                        "context.weights": weights,
                    ]),
            ]
        }

        private func set(
            _ what: String, _ verdicts: [String: String], _ settings: [String: String]
        ) -> PlantedFault {
            PlantedFault(what, verdicts) { ward in ward.settings.merge(settings) { $1 } }
        }

        private struct Topics {
            /// Of one partition.
            let single: String
            let compacted: String
            /// Of three, with the broker's own limits.
            let plain: String
            /// In which no record can be written.
            let stuck: String
            /// Of findings, kept for an hour.
            let short: String
        }

        private func topics(on scene: Scene) throws -> Topics {
            func topic(
                _ name: String, of partitions: Int32 = 3, _ config: [String: String]
            ) -> TopicSpecification {
                TopicSpecification(
                    name: "\(scene.group).\(name)", partitions: partitions, replication: 1,
                    config: config)
            }
            let plain = ["cleanup.policy": "delete", "retention.ms": "604800000"]
            let roomy = plain.merging(["max.message.bytes": "8388608"]) { $1 }
            let wanted = [
                topic("single", of: 1, plain), topic("compacted", ["cleanup.policy": "compact"]),
                topic("plain", plain),
                topic("stuck", roomy.merging(["min.insync.replicas": "2"]) { $1 }),
                topic(
                    "short",
                    roomy.merging(
                        ["cleanup.policy": "compact,delete", "retention.ms": "3600000"]) { $1 }),
            ]
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "doctor"))
            let made = try admin.createTopics(wanted, timeout: .seconds(30))
            try #require(wanted.allSatisfy { made[$0.name] == .created }, "\(made)")
            let names = wanted.map(\.name)
            return Topics(
                single: names[0], compacted: names[1], plain: names[2], stuck: names[3],
                short: names[4])
        }
    }
}
