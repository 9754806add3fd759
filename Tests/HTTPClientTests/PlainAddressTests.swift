import HTTPClient
import Testing
import VigilCore

/// Where a key may be sent.
struct PlainAddressTests {
    @Test(
        "a key goes by https or to this machine",
        arguments: [
            "https://example.org/", "HTTPS://example.org", "http://127.0.0.1:4318/",
            "http://127.9.8.7/", "http://localhost:4318/v1", "HTTP://LOCALHOST/",
            "http://[::1]:4318/",
            "https://user:pw@example.org/", "http://2130706433/",
        ])
    func kept(url: String) {
        #expect(HTTPClient.keepsSecrets(url, headers: ["auth-token: x"]))
        #expect(HTTPClient.keepsSecrets(url, headers: ["Content-Type: text/x"]))
    }

    @Test(
        "a key does not go over plain HTTP to another machine",
        arguments: [
            "http://example.org/", "http://10.0.0.1:4318", "HTTP://example.org", "example.org:4318",
            "http://127.0.0.1.example.org/", "http://localhost.example.org/",
            "http://127.0.0.1@example.org/", "http://localhost:pw@example.org/",
            "http://[::2]/", "http://0.0.0.0/", "http://1270.0.0.1/", "//example.org/",
            "ftp://127.0.0.1/", "http://", "",
        ])
    func refused(url: String) {
        for header in [
            "auth-token: x", "Authorization: Bearer x", "X-Key:x", "content-type : x, y",
        ] {
            let isKey = !header.hasPrefix("content")
            #expect(!isKey || !HTTPClient.keepsSecrets(url, headers: [header]), "\(header)")
        }
    }

    @Test("a login in the address is a key; an address without any may be plain")
    func login() {
        #expect(!HTTPClient.keepsSecrets("http://user:pw@example.org/"))
        #expect(!HTTPClient.keepsSecrets("http://token@example.org/"))
        #expect(HTTPClient.keepsSecrets("http://user:pw@127.0.0.1/"))
        #expect(HTTPClient.keepsSecrets("http://example.org/"))
    }

    @Test("the client itself sends nothing")
    func sends() {
        #expect(throws: HTTPClientError.plainAddress) {
            try HTTPClient().get("http://192.0.2.1/", headers: ["auth-token: x"])
        }
        #expect(throws: HTTPClientError.plainAddress) {
            try HTTPClient().post("http://u:p@192.0.2.1/", body: [])
        }
    }
}
