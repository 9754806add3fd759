import Testing
import VigilCore
import Wire

/// What events say of studies that come in parts.
struct StudyPartEventTests {
    private let decoder = StudyEventDecoder()

    @Test("an event may say what its study will have, and of which series an instance is")
    func expected() throws {
        let body = """
            {"study":{"uid":"1.2.3"},"priority":"asap","expected":{"series":2,"instances":7,
             "required":["1.2.3.1"]},"instances":[{"uri":"file:///in/a.dcm","series":"1.2.3.1",
             "sop":"1.2.3.1.4"}]}
            """
        let event = try decoder.decode(Samples.event(body))
        let series = try #require(DicomUID("1.2.3.1"))
        #expect(
            event.expected == StudyExpectation(series: 2, instances: 7, required: [series]))
        #expect(event.instances[0].series == series && event.isPart)
        #expect(event.instances[0].sop == DicomUID("1.2.3.1.4"))
        #expect(!(try decoder.decode(Samples.event())).isPart)
    }

    @Test("an event may withdraw a study or series, and then needs neither instances nor priority")
    func withdrawn() throws {
        let whole = try decoder.decode(
            Samples.event(#"{"study":{"uid":"1.2.3"},"status":"cancelled"}"#))
        #expect(whole.withdrawal == .study && whole.instances.isEmpty && whole.isPart)
        #expect(whole.priority == .routine)
        let body = """
            {"study":{"uid":"1.2.3"},"status":"entered-in-error","series":["1.2.3.1","1.2.3.2"],
             "expected":{"series":2}}
            """
        let part = try decoder.decode(Samples.event(body))
        let series = ["1.2.3.1", "1.2.3.2"].compactMap { DicomUID($0) }
        #expect(part.withdrawal == .series(Set(series)) && part.expected == nil)
        #expect(
            Samples.error { () throws(WireError) in
                try decoder.decode(
                    Samples.event(#"{"study":{"uid":"1.2.3"},"status":"available"}"#))
            } == .missingField(.priority))
    }
}
