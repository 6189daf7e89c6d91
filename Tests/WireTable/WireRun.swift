import Foundation
import OfficialAccount
import TaglineServer

/// Sends rows of ``WireTable`` to a host with the demo world, and compares the answers with the rows.
public struct WireRun: Sendable {
    private let host: any WireHost
    private let tokens: [String: String]

    /// Fetches a token for each demo account.
    public init(host: any WireHost) async throws {
        self.host = host
        var tokens: [String: String] = [:]
        for (name, account) in [
            ("service", DemoWorld.service), ("subscription", DemoWorld.subscription),
            ("uncertified", DemoWorld.uncertified),
        ] {
            tokens["{\(name)}"] = try await Self.token(of: account, from: host)
        }
        tokens["{subscription-escaped}"] = tokens["{subscription}"]?.utf8.map { String(format: "%%%02X", $0) }.joined()
        self.tokens = tokens
    }

    public static func token(of account: DemoWorld.Credentials, from host: any WireHost) async throws -> String {
        let path = "/cgi-bin/token?grant_type=client_credential&appid=\(account.appID)&secret=\(account.secret)"
        let answer = try await host.send(WireRequest("GET", path))
        guard
            let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any],
            let token = object["access_token"] as? String, object["expires_in"] as? Int == 7200
        else { throw WireMismatch("no token but \(answer.text)") }
        return token
    }

    /// Sends one row. Throws ``WireMismatch`` if the answer differs from the row.
    public func check(_ row: WireCase) async throws {
        let response = try await send(row.request)
        if row.request.method == "HEAD" {
            return try expect(response.status == 200 && response.body.isEmpty, row, "status \(response.status)")
        }
        try expect(response.status == 200, row, "status \(response.status)")
        try expect(
            response.headers["content-type"] == "application/json; encoding=utf-8", row,
            "Content-Type \(response.headers["content-type"] ?? "-")")
        try expect(
            !response.headers.keys.contains { $0.hasPrefix("access-control-") }, row, "headers for browsers")
        switch row.answer {
        case .bytes(let text):
            try expect(response.text == text, row, response.text)
            try expect(response.headers["x-tagline-reason"] == nil, row, "a reason beside a success")
        case .refused(let code, let message, let suffix):
            try check(response, refused: code, message, suffix, row)
        case .empty:
            try expect(response.body.isEmpty, row, response.text)
        }
    }

    /// Replaces the names in braces with tokens, and sends the request.
    public func send(_ request: WireRequest) async throws -> WireResponse {
        var request = request
        for (name, token) in tokens {
            request.path = request.path.replacingOccurrences(of: name, with: token)
            request.headers = request.headers.map {
                ($0.name, $0.value.replacingOccurrences(of: name, with: token))
            }
        }
        return try await host.send(request)
    }

    /// Returns the answers that list the tags of the two certified accounts and the followers of each demo tag.
    public func view() async throws -> [String] {
        var lines: [String] = []
        for account in ["{service}", "{subscription}"] {
            let tags = try await send(WireRequest("GET", "/cgi-bin/tags/get?access_token=\(account)"))
            lines.append(tags.text)
            for tag in [2, 134] + Array(100...120) {
                let body = Array(#"{"tagid":\#(tag)}"#.utf8)
                lines.append(
                    try await send(WireRequest("POST", "/cgi-bin/user/tag/get?access_token=\(account)", body: body))
                        .text
                        .replacingOccurrences(of: #"(hint|rid): [^"]*"#, with: "", options: .regularExpression))
            }
        }
        return lines
    }

    private func check(
        _ response: WireResponse, refused code: Int, _ message: String, _ suffix: WireCase.Suffix, _ row: WireCase
    ) throws {
        let object = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        try expect(object?.count == 2 && object?["errcode"] as? Int == code, row, response.text)
        let errmsg = object?["errmsg"] as? String ?? ""
        let rid = "rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"
        let pattern = suffix == .gateway ? " \(rid)" : " hint: \\[[A-Za-z0-9._]{9}-[A-Za-z0-9._]{6}\\] \(rid)"
        guard errmsg.hasPrefix(message), let range = errmsg.range(of: pattern, options: .regularExpression) else {
            throw WireMismatch("\(row): \(response.text)")
        }
        try expect(suffix == .service || !errmsg.contains("hint:"), row, response.text)
        try expect(!errmsg[..<range.lowerBound].hasSuffix(" "), row, response.text)
        let reason = response.headers["x-tagline-reason"] ?? ""
        try expect(reason.count > 10 && reason.allSatisfy(\.isASCII), row, "the reason \(reason)")
    }

    private func expect(_ condition: Bool, _ row: WireCase, _ what: String) throws {
        guard condition else { throw WireMismatch("\(row): \(what)") }
    }
}
