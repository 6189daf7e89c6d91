import Foundation

/// A row of ``WireTable``: a request and the answer that the server must give.
public struct WireCase: Sendable, CustomStringConvertible {
    public enum Answer: Sendable {
        /// A body with exactly this text.
        case bytes(String)
        /// A refusal with this errcode, and with an errmsg that has this beginning and this suffix.
        case refused(Int, String, Suffix)
        /// An answer without a body.
        case empty
    }

    public enum Suffix: Sendable {
        /// The suffix of the gateway: ` rid: …`
        case gateway
        /// The suffix of the service: ` hint: […] rid: …`
        case service
    }

    public let description: String
    public let request: WireRequest
    public let answer: Answer
}

/// Requests whose answers do not depend on earlier requests.
public enum WireTable {
    public static let cases: [WireCase] =
        gatewayCases + credentialCases + taggingCases + bodyCases + readingCases + tagCases + followerCases + quotaCases

    static let ok = WireCase.Answer.bytes(#"{"errcode":0,"errmsg":"ok"}"#)
    static let batchTagging = "/cgi-bin/tags/members/batchtagging?access_token={service}"
    static let documented = #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0","ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"]"#
    static let one = #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]"#

    static func post(_ what: String, _ body: String, _ answer: WireCase.Answer, to path: String = batchTagging)
        -> WireCase
    {
        WireCase(description: what, request: WireRequest("POST", path, body: Array(body.utf8)), answer: answer)
    }

    static func call(_ what: String, _ method: String, _ path: String, _ answer: WireCase.Answer) -> WireCase {
        WireCase(description: what, request: WireRequest(method, path), answer: answer)
    }

    /// Makes a row that tags openids. Both `openIDs` and `tag` are JSON text.
    static func tagging(_ what: String, _ openIDs: String, tag: String = "134", _ answer: WireCase.Answer) -> WireCase {
        post(what, #"{"openid_list":\#(openIDs),"tagid":\#(tag)}"#, answer)
    }

    static let missingToken = WireCase.Answer.refused(41001, "access_token missing", .gateway)
    static let invalidToken = WireCase.Answer.refused(
        40001, "invalid credential, access_token is invalid or not latest", .gateway)
    static let formatError = WireCase.Answer.refused(47001, "data format error", .service)
    static let invalidTag = WireCase.Answer.refused(45159, "invalid tag id", .service)
    static let invalidOpenID = WireCase.Answer.refused(40003, "invalid openid", .service)
    static let listSize = WireCase.Answer.refused(40032, "invalid openid list size", .service)
}
