/// One call of the API, as the journal of calls tells of it. Secrets, tokens and tickets are masked.
public struct CallRecord: Codable, Sendable, Hashable {
    /// Who made a call.
    public enum Via: String, Codable, Sendable, CaseIterable {
        /// The account itself, with its own token or secret.
        case account
        /// A third-party platform, on behalf of the account or its own.
        case platform
        /// Code beside the server, through the cloud gateway.
        case cloud
    }

    /// Its place among the calls of this server, from 1.
    public var number: Int
    /// When it came, in Unix seconds of the server's clock.
    public var time: Int64
    /// The appid of the account; nil if the call named none that is known.
    public var account: String?
    public var via: Via
    /// The component_appid of the third-party platform.
    public var platform: String?
    /// Such as `POST`.
    public var method: String
    /// From the leading slash, with no query.
    public var path: String
    /// The tag that the call names.
    public var tag: Int?
    /// The number of openids that the call names; nil where no content is kept.
    public var openIDCount: Int?
    /// These openids, in the order sent; nil where no content is kept.
    public var openIDs: [String]?
    /// 0 for a call that went well.
    public var errcode: Int
    /// Why it was refused, in a sentence.
    public var reason: String?
    public var rid: String?
    /// From its head to its answer.
    public var milliseconds: Double
    /// The caller's address as text.
    public var address: String?
    public var userAgent: String?
    public var traceparent: String?
    /// The fault rule that fired.
    public var fault: String?
    /// The query, without the question mark; nil where no content is kept.
    public var query: String?
    /// The body of the request; nil where no content is kept.
    public var request: String?
    /// The body of the answer; nil where no content is kept.
    public var answer: String?
    /// Whether a body was so long that only its beginning is kept.
    public var isCut: Bool?

    enum CodingKeys: String, CodingKey {
        case number, time, account, via, platform, method, path, tag
        case openIDCount = "openid_count"
        case openIDs = "openids"
        case errcode, reason, rid
        case milliseconds = "duration_ms"
        case address
        case userAgent = "user_agent"
        case traceparent, fault, query, request, answer
        case isCut = "cut"
    }

    /// A call of which only the outline is known.
    public init(
        number: Int, time: Int64, via: Via, method: String, path: String, errcode: Int, milliseconds: Double
    ) {
        self.number = number
        self.time = time
        self.via = via
        self.method = method
        self.path = path
        self.errcode = errcode
        self.milliseconds = milliseconds
    }
}

/// Some of the calls in the journal, oldest first.
public struct CallPage: Codable, Sendable, Hashable {
    public var calls: [CallRecord]
    /// The number up to which calls were looked at: what comes next is found with `after` set to it.
    public var last: Int
    /// False if the wait ended before as many calls had come as were asked for.
    public var complete: Bool
    /// Calls after the one asked for that the journal no longer holds.
    public var missed: Int

    public init(calls: [CallRecord], last: Int, complete: Bool, missed: Int) {
        self.calls = calls
        self.last = last
        self.complete = complete
        self.missed = missed
    }
}

/// A named place in the journal.
public struct CallMark: Codable, Sendable, Hashable {
    public var name: String
    /// The number of the last call before the mark; 0 for none.
    public var after: Int

    public init(name: String, after: Int) {
        self.name = name
        self.after = after
    }
}

/// Something that a client does wrong, or less well than it could.
public struct CallHint: Codable, Sendable, Hashable {
    /// What kind of mistake it is, for programs, such as `misspelt_field`.
    public var kind: String
    public var account: String?
    public var path: String?
    /// How many calls show it.
    public var count: Int
    /// The number of the last such call.
    public var last: Int
    /// What is wrong and what to do, in a sentence.
    public var sentence: String

    public init(kind: String, account: String?, path: String?, count: Int, last: Int, sentence: String) {
        self.kind = kind
        self.account = account
        self.path = path
        self.count = count
        self.last = last
        self.sentence = sentence
    }
}

/// The hints about every client whose calls are in the journal.
public struct CallHints: Codable, Sendable, Hashable {
    public var hints: [CallHint]

    public init(hints: [CallHint]) {
        self.hints = hints
    }
}

/// A group of refused calls with the same errcode, path and caller.
public struct CallRefusals: Codable, Sendable, Hashable {
    public var errcode: Int
    public var path: String
    /// The appid of the account; nil if the calls named no known account.
    public var account: String?
    public var via: CallRecord.Via
    public var count: Int
    /// The time of the first call that the journal still holds, in Unix seconds of the server's clock.
    public var first: Int64
    /// The time of the last call.
    public var latest: Int64
    /// The number of the last call.
    public var last: Int

    public init(
        errcode: Int, path: String, account: String?, via: CallRecord.Via, count: Int, first: Int64, latest: Int64,
        last: Int
    ) {
        self.errcode = errcode
        self.path = path
        self.account = account
        self.via = via
        self.count = count
        self.first = first
        self.latest = latest
        self.last = last
    }
}

/// The groups of refused calls in the journal. The group with the latest call comes first.
public struct CallRefusalList: Codable, Sendable, Hashable {
    public var refusals: [CallRefusals]

    public init(refusals: [CallRefusals]) {
        self.refusals = refusals
    }
}

/// The place of the last call, in a journal that has forgotten every call.
public struct JournalEnd: Codable, Sendable, Hashable {
    /// The number of the last call; 0 for none. Numbers go on.
    public var last: Int

    public init(last: Int) {
        self.last = last
    }
}

/// The last line or event for a reader who was too slow.
public struct MissedCalls: Codable, Sendable, Hashable {
    /// The number of calls that the journal forgot before the reader got to them.
    public var missed: Int

    public init(missed: Int) {
        self.missed = missed
    }
}
