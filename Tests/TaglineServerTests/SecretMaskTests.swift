import Foundation
import TagStore
import Testing

@testable import TaglineServer

@Suite struct SecretMaskTests {
    private static let secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    private func masked(_ text: String, query: String = "") -> String {
        var mask = SecretMask(secret: Fingerprint(of: Self.secret))
        mask.learn(query)
        mask.learn(text)
        return mask.applied(to: text)
    }

    @Test(arguments: [
        #"{"secret":"tttt-5678-9012"}"#, #"{"appSecret" : "tttt-5678-9012","a":1}"#, #"{"APPSECRET":"tttt-5678-9012"}"#,
        #"{"sec\u0072et":"tttt-5678-9012"}"#, #"{"secret":"tttt-5678-90"#, "secret=tttt-5678-9012&a=b",
        "a=b&Access_Token=tttt-5678-9012", "sec%72et=tttt-5678-9012",
        "<xml><AppSecret>tttt-5678-9012</AppSecret></xml>",
        "{'component_verify_ticket':'tttt-5678-9012'}", #"{"token":["tttt-5678-9012","tttt-5678-9012"]}"#,
        #""{\"secret\":\"tttt-5678-9012\"}""#, "secret: tttt-5678-9012", #"{"secret":"tttt\"-5678-9012"}"#,
        "--x\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\ntttt-5678-9012\r\n--x--",
        #"{"data":{"authorization_code":{"value":"tttt-5678-9012"}}}"#, #"{"encodingAESKey":"tttt-5678-9012"}"#,
        #"{"Authorization":"Bearer tttt-5678-9012"}"#, "Authorization: Bearer tttt-5678-9012\r\nX: y",
        "array('secret' => 'tttt-5678-9012')", #"{"session_key":"tttt-5678-9012"}"#,
        "authorization: basic  tttt-5678-9012",
        "Token: Bearer tttt-5678-9012",
        "account[secret]=tttt-5678-9012&a=b", "<xml><AppSecret><![CDATA[tttt-5678-9012]]></AppSecret></xml>",
    ])
    func `a secret is masked if its name precedes it in any notation`(text: String) {
        let result = masked(text)
        #expect(!result.contains("5678") && !result.contains("9012"), "\(result)")
        #expect(result.contains("***"), "\(result)")
    }

    @Test func `a known secret is masked under any name`() {
        let own = masked(#"{"anything":"\#(Self.secret)"}"#)
        #expect(own == #"{"anything":"0f1e***"}"#)
        for (before, after) in [("%22", "%22"), ("d=%7B%22a%22%3A%22", "%22%7D"), ("%3D", ""), ("%%22", "%")] {
            let encoded = masked("a=\(before)\(Self.secret)\(after)")
            #expect(encoded == "a=\(before)0f1e***\(after)")
        }
        let escaped = Self.secret.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
        #expect(masked(#"{"foo":"\#(escaped)"}"#) == #"{"foo":"\#(escaped.prefix(4))***"}"#)
        let inForm = Self.secret.utf8.map { "%" + String($0, radix: 16) }.joined()
        #expect(masked("foo=\(inForm)&a=b") == "foo=\(inForm.prefix(4))***&a=b")
        #expect(masked("foo=%30f1e2d3c4b5a69788796a5b4c3d2e1f0") == "foo=%30f***")
        let behind = (0..<200).map { "word-number-\($0)-of-many" }.joined(separator: " ") + " " + Self.secret
        #expect(!masked(behind).contains(Self.secret))
        let elsewhere = masked(#"{"note":"see 99_abcdefgh"}"#, query: "access_token=99_abcdefgh")
        #expect(elsewhere == #"{"note":"see 99_a***"}"#)
    }

    @Test(arguments: [
        #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#, "", "tagid", "{}", "\\u", "%", "secret",
        "token\"",
        #"{"name":"plain","count":3}"#, "bearer", "basic ", #"{"name":"%e5%b9%bf\u5e7f"}"#,
        #"{"authorization_appid":"wx1"}"#, "add ?access_token=... to the URL; headers and body are not looked at",
        "send \"secret\": \"...\" instead", "token=…",
    ])
    func `a text without a secret is left as it is`(text: String) {
        #expect(masked(text) == text)
    }

    @Test func `masking takes random bytes around a secret without a crash`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "\"", "'", "\\", "secret", ":", "=", "[", "}", "\\u00", "%4", " ", "\n\n", "token", ">", "aaaaaaaaaaaa",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<14, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            _ = masked(text)
        }
    }

    /// An earlier version took five seconds for four thousand bodies of four kilobytes.
    @Test func `the cost of masking is linear in the length`() {
        for filler in [#"{"secret":"#, "secret=a&", "[[[[", #""\""#, "secret:[", "aaaaaaaaaaaaaaaaaaaa "] {
            // Measures the processor time of this thread, so that other tests do not count.
            func now() -> Int {
                // Holds seconds and nanoseconds. The compiler cannot tell which module the members of timespec come
                // from.
                var time = (seconds: 0, nanoseconds: 0)
                withUnsafeMutablePointer(to: &time) { pointer in
                    _ = pointer.withMemoryRebound(to: timespec.self, capacity: 1) {
                        clock_gettime(CLOCK_THREAD_CPUTIME_ID, $0)
                    }
                }
                return time.seconds * 1_000_000 + time.nanoseconds / 1000
            }
            func cost(_ count: Int) -> Int {
                let text = String(repeating: filler, count: count / filler.utf8.count)
                let start = now()
                for _ in 0..<4 { _ = masked(text) }
                return now() - start
            }
            _ = cost(4000)
            let (short, long) = (cost(8000), cost(64_000))
            #expect(long < short * 40 + 50_000, "\(filler): \(short) and \(long) microseconds")
        }
    }
}
