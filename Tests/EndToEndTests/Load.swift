import BrokerTestKit

/// Many events over a few quick images, some of them bad.
enum Load {
    private static let priorities = ["stat", "urgent", "asap", "routine"]

    /// So many events; each `badEvery`th is bad in one of four ways.
    static func make(_ count: Int, badEvery: Int = 10, images: [String] = Images.quick)
        -> [StudyMessage]
    {
        (0..<count).map { index in
            let id = "event-\(index)"
            let priority = priorities[index % 7 % 4]
            let good = StudyMessage(
                id, files: [Images.path(images[index % images.count])], priority: priority,
                study: "1.2.826.0.1.3680043.8.498.\(index % 97)")
            guard index % badEvery == badEvery - 1 else { return good }
            switch index / badEvery % 4 {
            case 0: return StudyMessage(id, body: "{\"study\":")
            case 1:
                let uri = #""instances":[{"uri":"http://host/a.dcm"}]"#
                return StudyMessage(
                    id, body: #"{"study":{"uid":"1.2"},"priority":"\#(priority)",\#(uri)}"#)
            case 2: return StudyMessage(id, body: nil)
            default: return StudyMessage(id, files: [Images.path("../../bin/noida-db")])
            }
        }
    }
}
