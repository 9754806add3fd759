import HTTPClient
import Testing
import VigilCore

/// Where a request may go whose address comes from others.
struct AddressRulesTests {
    private func bytes(_ groups: [UInt16]) -> [UInt8] {
        groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    }

    @Test("addresses of the public internet may be reached")
    func publicAddresses() {
        let rules = AddressRules(listed: [])
        for address: [UInt8] in [
            [8, 8, 8, 8], [172, 15, 0, 1], [172, 32, 0, 1], [100, 128, 0, 1],
        ] {
            #expect(rules.allow(address), "\(address)")
        }
        #expect(rules.allow(bytes([0x2a00, 0x1450, 0, 0, 0, 0, 0, 1])))
        #expect(rules.allow(bytes([0, 0, 0, 0, 0, 0xffff, 0x0808, 0x0808])))
    }

    @Test("no address of a network's inside, of this machine or of none may, however written")
    func specialAddresses() {
        let rules = AddressRules(listed: [])
        let four: [[UInt8]] = [
            [0, 0, 0, 0], [10, 0, 0, 1], [100, 64, 0, 1], [127, 0, 0, 1], [127, 255, 255, 254],
            [169, 254, 169, 254], [172, 16, 0, 1], [172, 31, 255, 255], [192, 168, 1, 1],
            [198, 18, 0, 1], [203, 0, 113, 9], [224, 0, 0, 1], [240, 0, 0, 1],
            [255, 255, 255, 255],
        ]
        for address in four {
            #expect(!rules.allow(address), "\(address)")
            let mapped = bytes([0, 0, 0, 0, 0, 0xffff]) + address
            #expect(!rules.allow(mapped), "\(mapped)")
            // By the ways into IPv4 that IPv6's addresses name: 6to4, NAT64, compatible.
            #expect(!rules.allow(bytes([0x2002]) + address + bytes([0, 0, 0, 0, 1])))
            #expect(!rules.allow(bytes([0x64, 0xff9b, 0, 0, 0, 0]) + address))
            #expect(!rules.allow(bytes([0, 0, 0, 0, 0, 0]) + address))
        }
        for groups: [UInt16] in [
            [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [0xfe80, 0, 0, 0, 0, 0, 0, 1],
            [0xfc00, 0, 0, 0, 0, 0, 0, 1], [0xfd00, 0xec2, 0, 0, 0, 0, 0, 254],
            [0xff02, 0, 0, 0, 0, 0, 0, 1], [0x2001, 0, 0x4136, 0, 0, 0, 0, 1],
            [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1],
        ] {
            #expect(!rules.allow(bytes(groups)), "\(groups)")
        }
        #expect(!rules.allow([]) && !rules.allow([1, 2, 3]))
    }

    @Test("a listed network may be reached, and no address beside it")
    func listed() throws {
        let rules = AddressRules(
            listed: try ["10.1.2.0/23", "fd00:1::/32", "127.0.0.1/32"].map {
                try #require(IPNetwork($0))
            })
        #expect(rules.allow([10, 1, 2, 0]) && rules.allow([10, 1, 3, 255]))
        #expect(!rules.allow([10, 1, 4, 0]) && !rules.allow([10, 1, 1, 255]))
        #expect(rules.allow([127, 0, 0, 1]) && !rules.allow([127, 0, 0, 2]))
        #expect(rules.allow(bytes([0, 0, 0, 0, 0, 0xffff]) + [10, 1, 2, 7]))
        #expect(rules.allow(bytes([0xfd00, 1, 9, 0, 0, 0, 0, 1])))
        #expect(!rules.allow(bytes([0xfd00, 2, 9, 0, 0, 0, 0, 1])))
    }

    @Test(
        "what is no network is refused",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/08", "10.0.0.0/+8",
            "10.0.0/8", "pacs/8", "::/129", "fd00::1/64", "10.0.0.0/8/8", " 10.0.0.0/8",
            "0x0a.0.0.0/8",
        ])
    func noNetwork(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("a request whose host has no allowed address connects to nobody, whatever its name")
    func refused() throws {
        let server = try AnswerServer([AnswerServer.answer("200 OK", "x")])
        let allowed = try #require(IPNetwork("127.0.0.1/32"))
        func client(_ listed: [IPNetwork]) -> HTTPClient {
            HTTPClient(
                timeout: .patient,
                bounds: HTTPClient.Bounds(
                    addresses: AddressRules(listed: listed), connecting: .patient))
        }
        for host in ["127.0.0.1", "localhost", "2130706433", "127.1"] {
            #expect(throws: HTTPClientError.addressRefused, "\(host)") {
                try client([]).get("http://\(host):\(server.port)/")
            }
        }
        #expect(server.requests == [])
        let answer = try client([allowed]).get("http://127.0.0.1:\(server.port)/")
        #expect(answer == Array("x".utf8))
    }
}
