import Foundation
import TagStore
import Testing

@testable import TaglineServer

@Suite struct SecretMaskTests {
    private static let secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    private func masked(_ text: String, query: String = "", own: String = SecretMaskTests.secret) -> String {
        let (query, text) = (SearchedText(query), SearchedText(text))
        var mask = SecretMask(secret: Fingerprint(of: own))
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
    func `the mask hides a secret after the name of a secret, in any notation`(text: String) {
        let result = masked(text)
        #expect(!result.contains("5678") && !result.contains("9012"), "\(result)")
        #expect(result.contains("***"), "\(result)")
    }

    /// Bodies without their secrets. The test replaces `@` by a secret, and `@@` by a secret and an `@`.
    private static let shapes: [String] =
        names + ["lines", "forms", "markup", "levels", "notations"].flatMap { shapesByKind[$0] ?? [] }

    /// Bodies that spell the name of a secret in different ways.
    private static let names = [
        "app_secret=@", "AppSecret=@", "APPSECRET=@", "app-secret: @", "app.secret=@", "appsecret[]=@&x=1",
        "data[secret]=@", "%61ppsecret=@", "app%5Fsecret=@", "%2561ppsecret=@", "data%5Bsecret%5D=@",
        #"{"app\u0053ecret":"@"}"#, "aes key = @", "Secret Access Key: @", "api key: @", "**secret**: @", "`secret`: @",
        #"{"apiv3_key":"@"}"#, #"{"apiV3Key":"@"}"#, "wechatpay.api-v2-key=@", #"{"partner_key":"@"}"#,
        #"{"partnerKey":"@"}"#, #"{"wxpay_key":"@"}"#, "merchant key: @", "encryptKey=@", "auth_key=@",
        #"{"hmac-key":"@"}"#, #"{"密鑰":"@"}"#, #"{"密碼":"@"}"#, #"{"票據":"@"}"#,
        #"{"密钥":"@"}"#, #"{"\u5bc6\u7801":"@"}"#, "AppSecret：@", "“secret”：“@”", "ＡｐｐＳｅｃｒｅｔ＝@",
        String(repeating: "a", count: 300) + "_secret=@",
    ]

    private static let shapesByKind = [
        "lines": [
            "secret: |\n  @\n  @\nappid: x", "secret: >-\n  @\nx: y", "secret:\n  - @\n  - @\nx: y", "secret:\n  @",
            "AppSecret:\n@", "Authorization: Bearer @\r\nX: y", "authorization: Digest username=\"@\", response=\"@\"",
            "Cookie: a=@; b=@", "secret: tttt 5678 9012", "Referer: https://x.y/cgi-bin/a?access_token=@",
            "GET /cgi-bin/token?secret=@ HTTP/1.1", "/cgi-bin/access_token=@/get", "https://wx:@@api.weixin.qq.com/",
        ],
        "forms": [
            "secret=@;appid=wx", "appid=wx; secret=@", "secret=tttt,5678,9012&a=b", "secret=tttt+5678%209012",
            "password=ab&5678 9012", "?secret=@#x", "code=@&x=1",
            "--x\r\nContent-Disposition: form-data; name=\"secret\"\r\nContent-Type: text/plain\r\n\r\n@\r\n--x--",
            "--x\nContent-Disposition: form-data; name=\"data[secret]\"; filename=\"a\"\n\n@\n--x--",
            "--x\r\nContent-Disposition: form-data; name=secret\r\n\r\n@",
        ],
        "markup": [
            "<AppSecret type=\"x\">@</AppSecret>", "<ns:Secret xsi:type='xsd:string'>@</ns:Secret>",
            "<Secret value=\"@\"/>", "<a secret='@'/>", "<secret><value>@</value></secret>", "<Secret>@",
            "<app.secret>@</app.secret>", "&lt;Secret&gt;@&lt;/Secret&gt;", "{&quot;secret&quot;:&quot;@&quot;}",
            "&#115;ecret=@", #"<param name="secret" value="@"/>"#, #"<string name="app_secret">@</string>"#,
            "<key>secret</key>\n<string>@</string>", "<name>secret</name><value><string>@</string></value>",
            #"<a href="https://a/?token=@">x</a>"#,
        ],
        "levels": [
            "%7B%22secret%22%3A+%22@%22%7D", "%257B%2522secret%2522%253A%2522@%2522%257D",
            #"{"body":"{\"data\":\"{\\\"secret\\\":\\\"@\\\"}\"}"}"#, #"{"x":"https://a/?access_token=@"}"#,
            #"{"x":"%7B%22secret%22%3A%22@%22%7D"}"#, #"{"secret":"tttt\"5678,\"9012"}"#,
            "\u{FEFF}{\"secret\":\"@\"}", #""{""secret"":""@""}""#,
        ],
        "notations": [
            "secret := @", "secret -> @", "$secret->@", "[:secret => \"@\"]", "secret \"@\";", "--secret @ --x y",
            "{secret: @, appid: wx}", "{secret:`@`}", #"{"secret":b'@'}"#, #"secret = """@""""#,
            #"{"key":"secret","value":"@"}"#, #"{"value":"@","key":"secret"}"#, #"[["secret","@"]]"#,
            #"[('secret', '@')]"#, #"{"secret":["ab]@"]}"#, #"{"secret":{"a":"}","b":"@"}}"#,
            #"{"refresh_token":"@"}"#, #"{"suite_secret":"@"}"#, #"{"corpsecret":"@"}"#, #"{"aes_key":"@"}"#,
            #"{"password":"@"}"#, #"{"signature":"@"}"#, #"{"pre_auth_code":"@"}"#, #"{"js_code":"@"}"#,
        ],
    ]

    @Test(arguments: shapes)
    func `a secret is masked in every shape of a body`(shape: String) {
        let secret = "tttt-5678-9012"
        let hasAddress = shape.contains("@@")
        let result = masked(
            hasAddress ? shape.replacing("@@", with: secret + "@") : shape.replacing("@", with: secret))
        #expect(!result.contains("5678") && !result.contains("9012"), "\(result)")
        #expect(result.contains("***"), "\(result)")
    }

    @Test(arguments: [true, false])
    func `a secret is masked in UTF-16`(isLittle: Bool) {
        let bytes: [UInt8] = "{\"secret\":\"tttt-5678-9012\"}".utf8.flatMap { isLittle ? [$0, 0] : [0, $0] }
        let result = masked(String(decoding: [0xFF, 0xFE] + bytes, as: UTF8.self)).filter { $0 != "\0" }
        #expect(result.contains("tttt***") || result.contains("tt***"), "\(result)")
        #expect(!result.contains("5678"), "\(result)")
    }

    @Test(arguments: [#"{"secret":"tttt-5678-9012"}"#, "appid=wx5ad0c4e6b81f2793&secret=tttt-5678-9012"])
    func `base64 that contains a secret is masked as a whole`(text: String) {
        let packed = Data(text.utf8).base64EncodedString()
        for padding in [packed, packed.replacing("=", with: "")] {
            let result = masked("data=\(padding)&x=1")
            #expect(result == "data=\(packed.prefix(4))***&x=1")
        }
    }

    @Test func `at most half of a masked value stays visible`() {
        for (value, shown) in [("abcdefghij", "abcd"), ("abcdef", "abc"), ("abc", "a"), ("a", "")] {
            #expect(masked("secret=\(value)") == "secret=\(shown)***")
        }
        #expect(masked("secret=ab密密密密") == "secret=ab***")
    }

    @Test func `text around a secret stays as it is`() {
        for (text, expected) in [
            (#"{"appid":"wx1","secret":"tttt-5678","n":1}"#, #"{"appid":"wx1","secret":"tttt***","n":1}"#),
            ("appid=wx1&secret=tttt-5678&n=1", "appid=wx1&secret=tttt***&n=1"),
            ("<x><Token>tttt-5678</Token><n>1</n></x>", "<x><Token>tttt***</Token><n>1</n></x>"),
            ("token: tttt-5678\nn: 1\n", "token: tttt***\nn: 1\n"),
            ("?a=%22x%22&access_token=tttt-5678&n=1", "?a=%22x%22&access_token=tttt***&n=1"),
        ] { #expect(masked(text) == expected) }
    }

    @Test(arguments: [
        "99_" + String(repeating: "aB3-", count: 12), "ticket@@@" + String(repeating: "aB3_", count: 12),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    ])
    func `a token is masked under any name, also where an openid is usual`(token: String) {
        for text in ["{\"openid_list\":[\"\(token)\"]}", "/cgi-bin/tags/\(token)/get", "x=\(token)", token] {
            let result = masked(text)
            #expect(result == text.replacing(token, with: token.prefix(4) + "***"))
        }
    }

    @Test(arguments: [
        "0F1E2D3C4B5A69788796A5B4C3D2E1F0", "wx5ad0c4e6b81f2793:@", "wx5ad0c4e6b81f2793_@", "wx5ad0c4e6b81f2793-@",
        "id.@", "deadbeef@", "@deadbeef", "/cgi-bin/@/get", "<x>@</x>", #"{"a":"{\"b\":\"@\"}"}"#, "x|@|y",
    ])
    func `the account's own secret is masked next to other characters and in capital letters`(shape: String) {
        let result = masked(shape.replacing("@", with: Self.secret))
        #expect(!result.lowercased().contains("4b5a6978") && result.contains("***"), "\(result)")
    }

    @Test func `the account's own secret is masked inside the base64 of a header`() {
        let pair = Data("wx5ad0c4e6b81f2793:\(Self.secret)".utf8).base64EncodedString()
        #expect(masked("x=\(pair)") == "x=\(pair.prefix(4))***")
        #expect(masked("Authorization: Basic \(pair)") == "Authorization: Basic \(pair.prefix(4))***")
    }

    @Test func `a secret with spaces and punctuation is masked under any name`() {
        let secret = "correct horse, battery; staple!"
        for text in [#"{"note":"\#(secret)"}"#, "note=\(secret)&a=b", "<note> \(secret) </note>"] {
            let searched = SearchedText(text)
            var mask = SecretMask(secret: Fingerprint(of: secret))
            mask.learn(searched)
            #expect(mask.applied(to: searched) == text.replacing(secret, with: "corr***"))
        }
    }

    @Test(arguments: [
        "4Yp0Xv2nWk8sT1mZc7RbA==", "4Yp0/Xv2nWk8sT1mZ+bA=", "fish & Xv2nWk8sT1mZ, 24", "a<b&&Xv2nWk8sT1mZ>e==f!",
        "it's \"Xv2nWk8sT1mZ\" x", "\"Xv2nWk8sT1mZ at the end\"", "k:v=w;Xv2nWk8sT1mZ='y'&z=\"1\"<>",
    ])
    func `a secret with quotes, signs and brackets is masked in each notation`(secret: String) {
        let json = EncodedJSON.text(secret)
        let form = FormFields.encoded(secret)
        let entities = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
        let element = entities.reduce(secret) { $0.replacing($1.0, with: $1.1) }
        for text in [
            secret, "note=\(secret)", "sk: \(secret)\r\nx: y",
            #"{"sk":\#(json)}"#, #"{"openid_list":[\#(json)],"tagid":134}"#,
            EncodedJSON.text(#"{"key":\#(json)}"#), "note=\(form)&a=b", "a=b&note=\(form)", "/cgi-bin/\(form)/get",
            "<note> \(element) </note>", "<note x=\"\(element)\"/>",
        ] {
            let result = masked(text, own: secret)
            #expect(!result.contains("Xv2nWk8sT1mZ") && result.contains("***"), "\(result)")
        }
        let pair = Data("wx5ad0c4e6b81f2793:\(secret)".utf8).base64EncodedString()
        #expect(masked("x=\(pair)", own: secret) == "x=\(pair.prefix(4))***")
    }

    @Test(arguments: [
        "note=4Yp0Xv2nWk8sT1mZc7RbA==&a=b", #"{"url":"https://x.y/?sk=4Yp0Xv2nWk8sT1mZc7RbA==","n":1}"#,
        "<n>4Yp0Xv2nWk8sT1mZc7RbA==</n>", "['4Yp0Xv2nWk8sT1mZc7RbA==']", "the key is 4Yp0Xv2nWk8sT1mZc7RbA== here",
        "/cgi-bin/4Yp0Xv2nWk8sT1mZc7RbA==/get",
    ])
    func `a secret that ends with equals signs is masked without escapes too`(text: String) {
        let secret = "4Yp0Xv2nWk8sT1mZc7RbA=="
        #expect(masked(text, own: secret) == text.replacing(secret, with: "4Yp0***"))
    }

    @Test func `the last word of a cut text is masked if the word can be the start of a secret`() {
        let text = #"{"note":"0f1e2d3c4b5a"#
        #expect(
            SecretMask(secret: .zero).applied(to: SearchedText(text, cutAt: text.utf8.count)) == #"{"note":"0f1e***"#)
        for whole in [text, "openid ocYxcuAEy30bX0NX", "plain words", "12345678901"] {
            let limit = whole == text ? text.utf8.count + 1 : whole.utf8.count
            #expect(SecretMask(secret: .zero).applied(to: SearchedText(whole, cutAt: limit)) == whole)
        }
    }

    /// Texts of more than 64 characters. A reason quotes the beginning of a token or of a secret in them.
    private static let quotable: [String] = [
        "99_\(many("aB3-", 30))", "/cgi-bin/tags/get/99_\(many("aB3-", 30))",
        "eyJhbGciOiJIUzI1NiJ9.\(many("aB3-", 12))", "/cgi-bin/clear_quota/v2/wx5ad0c4e6b81f2793/\(secret)",
    ]

    @Test(arguments: quotable)
    func `a reason that quotes the beginning of a token or a secret shows its first four bytes`(text: String) {
        let start = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        let shown = text[..<text.index(start, offsetBy: 4)]
        for (before, after) in [("", ""), ("entry 1 of openid_list, ", ", is not an openid"), ("no ", " at \"x\"")] {
            let reason = SearchedText(reason: before + Refusal.quoted(text) + after)
            #expect(SecretMask(secret: .zero).applied(to: reason) == "\(before)\"\(shown)***...\"\(after)")
        }
    }

    @Test func `a reason that quotes the beginning of the account's own secret shows its first four bytes`() {
        let own = "Correct horse, battery & staple; the rest of a very long secret"
        var mask = SecretMask(secret: Fingerprint(of: own))
        mask.learn(SearchedText(#"{"note":"\#(own)"}"#))
        let reason = SearchedText(reason: "there is no API at " + Refusal.quoted("/cgi-bin/\(own)"))
        #expect(mask.applied(to: reason) == #"there is no API at "/cgi-bin/Corr***...""#)
        let cut = String("note=\(own)".prefix(20))
        #expect(mask.applied(to: SearchedText(cut, cutAt: 20)) == "note=Corr***")
        #expect(mask.applied(to: SearchedText(cut, cutAt: 21)) == cut)
    }

    @Test(arguments: [
        #"there is no API at "/cgi-bin/a/path/that/is/long/and/has/no/secret/in/it/..." here"#,
        #""ocYxcuAEy30bX0NXmGn4..." is not an openid"#, "add ?access_token=... to the URL", #"a "..." b"#, "...", "\"",
    ])
    func `a reason without a secret is left as it is`(reason: String) {
        #expect(SecretMask(secret: .zero).applied(to: SearchedText(reason: reason)) == reason)
    }

    @Test func `a text with more levels of escapes than the mask decodes is masked as a whole`() {
        var text = "secret=tttt-5678"
        for _ in 0...TextLayer.most + 1 { text = text.replacing("%", with: "%25").replacing("=", with: "%3D") }
        #expect(masked(text) == "secr***")
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

    @Test func `masking random bytes around a secret does not crash`() {
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

    /// Texts for which a search of the mask could read the same bytes again and again.
    private static let fillers: [String] = [
        #"{"secret":"#, "secret=a&", "[[[[", #""\""#, "secret:[", "aaaaaaaaaaaaaaaaaaaa ", "secret", "secret ",
        "name=secret ", #""key":"secret","#, "<secret", "<secret>", "</secret>", "<key>secret</key>",
        "secret: a, b; c ", "secret:\n ", "name=secret\r\n\r\n", "value= name=secret ", "value=[ name=secret ",
        "secret=\"\"", "secret='", "basic a ", "://a:b", "%2561", #"\\\""#, "&amp;", "secret=a b ", "(\"secret\",",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "eyJzZWNyZXQiOiJhYmMifQ", "a\0", "--secret ", "密码：", "secret: |\n  ",
    ]

    /// Texts in which a search for the value of a name finds none, at every name. There are several for each search
    /// that can end without a result.
    private static let fruitless: [String] = [
        // The text after a tag that holds a label.
        #"k="pwd">"#, #"name="token"> "#, "id=secret>x ", ">n=pwd.", #"k="pwd">v"="#,
        // The text in the next element, the next part and the next member.
        "k>pwd<", "<k>pwd<x ", "n=pwd\r\n\r\n{", "k=pwd v ", #"n="pwd" value "#,
        // The member before a label.
        "v n=pwd ", "v \(many("n=pwd ", 80))", "v=x \(many("n=pwd ", 60))",
        // The element around a name.
        "pwd.", "<pwd.", "<pwd:", "<\(many("pwd.", 16))", "<pwd.token/", "<\(many("-", 40))\(many("secret.", 20))",
        // The label before a name.
        "pwd[", "pwd[pwd", ".pwd", "n=pwd.", "n=\(many("\"", 31))\(many(".pwd", 8)) ", "n=pwd\(many(" ", 20))",
        // The block, the second entry, the credentials, the password and the option.
        "pwd:\na=b ", "n=pwd v:\na=b ", "(\"pwd\", ", "bearer a ", "://a ", "--pwd\n",
        // The account's own secret, between the marks of several notations.
        "\"<&=aaaaaaaaaaaaaaaa", "\"a=bbbbbbbbbbbbbbbb:cccccccccccccccc'", "=aaaaaaaaaaaaaaaa:\"'",
        "a:=<bbbbbbbbbbbbbbbbbbbbb&", "\"'`&<>/?,;()[]{} ",
    ]

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static func steps(_ filler: String, _ length: Int, after start: String = "") -> Int {
        SearchedText(start + many(filler, length / filler.utf8.count)).steps
    }

    /// An earlier version of the mask took five seconds for four thousand bodies of four kilobytes.
    @Test(arguments: fillers + fruitless)
    func `the search needs at most about twice the steps for a text of twice the length`(filler: String) {
        let (short, long) = (Self.steps(filler, 8000), Self.steps(filler, 16_000))
        #expect(Double(long) < 2.2 * Double(short), "\(short) and \(long)")
        #expect(long < 16 * 16_000, "\(long) steps for 16,000 bytes")
    }

    @Test(arguments: fruitless)
    func `the search needs at most 16 steps a byte at each level of escapes`(filler: String) {
        let start = "%\(Self.many("25", TextLayer.most - 1))41"
        let levels = TextLayer.all(of: Array((start + filler).utf8)).layers.count
        #expect(levels == TextLayer.most + 1)
        #expect(Self.steps(filler, 4096, after: start) < levels * 16 * 4096)
    }
}
