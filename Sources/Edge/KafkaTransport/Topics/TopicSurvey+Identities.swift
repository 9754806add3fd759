internal import CRdKafka
internal import Glibc

/// The calls by which librdkafka tells topic ids (KIP-516): 2.3.0 and newer has them, and the one
/// that Vigil is built against has not.
private struct DescribeTopics {
    typealias Collect =
        @convention(c) (UnsafeMutablePointer<UnsafePointer<CChar>?>, Int) ->
        OpaquePointer?
    typealias Release = @convention(c) (OpaquePointer) -> Void
    typealias Describe =
        @convention(c) (
            OpaquePointer, OpaquePointer, OpaquePointer?, OpaquePointer
        ) -> Void
    typealias Convert = @convention(c) (OpaquePointer) -> OpaquePointer?
    typealias List =
        @convention(c) (OpaquePointer, UnsafeMutablePointer<Int>) ->
        UnsafeMutablePointer<OpaquePointer?>?
    typealias Text = @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?

    let collect: Collect
    let release: Release
    let describe: Describe
    let result: Convert
    let topics: List
    let name: Text
    let identity: Convert
    let text: Text

    /// Nil when the library that was loaded has not all of them.
    static let loaded = DescribeTopics()

    private init?() {
        func find<Call>(_ name: String, _: Call.Type) -> Call? {
            dlsym(nil, "rd_kafka_" + name).map { unsafeBitCast($0, to: Call.self) }
        }
        guard let collect = find("TopicCollection_of_topic_names", Collect.self),
            let release = find("TopicCollection_destroy", Release.self),
            let describe = find("DescribeTopics", Describe.self),
            let result = find("event_DescribeTopics_result", Convert.self),
            let topics = find("DescribeTopics_result_topics", List.self),
            let name = find("TopicDescription_name", Text.self),
            let identity = find("TopicDescription_topic_id", Convert.self),
            let text = find("Uuid_base64str", Text.self)
        else { return nil }
        (self.collect, self.release, self.describe) = (collect, release, describe)
        (self.result, self.topics, self.name) = (result, topics, name)
        (self.identity, self.text) = (identity, text)
    }
}

extension TopicSurvey {
    /// The ids of topics, which one made anew does not share with the old one; none with a library
    /// or a broker that tells none. Blocks.
    package func identities(of topics: [String], timeout: Duration) -> [String: String] {
        guard let calls = DescribeTopics.loaded, !topics.isEmpty,
            let queue = rd_kafka_queue_new(client.pointer)
        else { return [:] }
        let answers = QueueHandle(taking: queue)
        let names = topics.map { strdup($0) }
        defer { for name in names { free(name) } }
        var list = names.map { UnsafePointer($0) }
        guard let collection = calls.collect(&list, list.count) else { return [:] }
        calls.describe(client.pointer, collection, nil, answers.queue.pointer)
        calls.release(collection)
        guard let event = answers.queue.next(within: timeout),
            event.error == RD_KAFKA_RESP_ERR_NO_ERROR, let result = calls.result(event.pointer)
        else { return [:] }
        var count = 0
        let found = calls.topics(result, &count)
        var identities: [String: String] = [:]
        for index in 0..<count {
            guard let topic = found?[index], let name = calls.name(topic),
                let identity = calls.identity(topic), let text = calls.text(identity)
            else { continue }
            let told = String(cString: text)
            // A broker that knows no ids, and a topic that is not there, have the zero id.
            if told != Self.noIdentity { identities[String(cString: name)] = told }
        }
        return identities
    }

    /// Sixteen zero bytes in base64 without padding.
    private static let noIdentity = String(repeating: "A", count: 22)
}
