/// A fault that a sandbox plays: which calls it is for, when, and what is done to them.
public struct FaultRule: Codable, Sendable, Hashable {
    /// What a call must be for the rule to look at it. What is nil makes no difference.
    public struct Match: Codable, Sendable, Hashable {
        /// Paths; one that ends with `*` is for all that begin so.
        public var path: [String]?
        public var appid: String?
        public var tag: Int?
        public var openid: String?
        public var via: CallRecord.Via?

        public init() {}

        public var isEverything: Bool { self == Match() }
    }

    /// Where on its way a call is met.
    public enum Stage: String, Codable, Sendable, CaseIterable {
        /// Nothing has been judged.
        case arrival
        /// Token, account and quota are in order, and nothing has been applied.
        case refusal
        /// The call has been carried out, and is on disk.
        case answer
    }

    public enum Connection: String, Codable, Sendable, CaseIterable {
        /// The connection stays open for the next call.
        case keep
        /// The connection is closed instead of an answer, or after the pieces that `send` allows.
        case close
        /// The same, as a crash does it: with a reset.
        case reset
        /// Nothing more comes, and the connection stays open.
        case silence
    }

    /// How an answer is sent piece by piece.
    public struct Pieces: Codable, Sendable, Hashable {
        /// Bytes of a piece.
        public var bytes: Int
        /// The pause between two pieces.
        public var every: FaultSpan
        /// Pieces after which nothing more is sent; nil for all of the answer.
        public var stopAfter: Int?

        enum CodingKeys: String, CodingKey {
            case bytes, every
            case stopAfter = "stop_after"
        }

        public init(bytes: Int, every: FaultSpan, stopAfter: Int? = nil) {
            self.bytes = bytes
            self.every = every
            self.stopAfter = stopAfter
        }
    }

    /// What is done to a call.
    public struct Action: Codable, Sendable, Hashable {
        public var at: Stage
        /// What is answered; nil for the true answer.
        public var errcode: Int?
        /// Openids of the list that fail with 45171; the others are applied.
        public var failOpenIDs: Int?
        public var delay: FaultDelay?
        public var send: Pieces?
        public var connection: Connection
        /// The content type of the answer, where it is not the usual one.
        public var contentType: String?

        enum CodingKeys: String, CodingKey {
            case at, errcode
            case failOpenIDs = "fail_openids"
            case delay, send, connection
            case contentType = "content_type"
        }

        public init(at stage: Stage, connection: Connection = .keep) {
            at = stage
            self.connection = connection
        }
    }

    public var name: String
    public var match: Match
    /// Matching calls of an account that are let through first.
    public var skip: Int
    /// How often the rule fires for an account; nil for always.
    public var times: Int?
    /// From 0 to 1: how likely it fires on a call that matches.
    public var chance: Double
    /// How long the rule holds, by the sandbox's clock; nil for ever.
    public var span: FaultSpan?
    public var action: Action

    enum CodingKeys: String, CodingKey {
        case name, match, skip, times, chance
        case span = "for"
        case action = "do"
    }

    public init(name: String, action: Action) {
        self.name = name
        match = Match()
        skip = 0
        chance = 1
        self.action = action
    }
}

/// A stretch of time, written as `300ms` or `5m`.
public struct FaultSpan: Codable, Sendable, Hashable {
    public var duration: Duration

    public init(_ duration: Duration) {
        self.duration = duration
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let duration = DurationText.duration(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(DurationText.form)")
        }
        self.duration = duration
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(DurationText.text(duration))
    }
}

/// How long an answer is held back.
public enum FaultDelay: Codable, Sendable, Hashable {
    case fixed(FaultSpan)
    /// Around a median, seldom much longer: the logarithm is normally distributed with this sigma.
    case spread(median: FaultSpan, sigma: Double, most: FaultSpan)

    private enum CodingKeys: String, CodingKey {
        case median, sigma, most
    }

    public init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: CodingKeys.self) {
            self = .spread(
                median: try fields.decode(FaultSpan.self, forKey: .median),
                sigma: try fields.decode(Double.self, forKey: .sigma),
                most: try fields.decode(FaultSpan.self, forKey: .most))
        } else {
            self = .fixed(try FaultSpan(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .fixed(let span): try span.encode(to: encoder)
        case .spread(let median, let sigma, let most):
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(median, forKey: .median)
            try fields.encode(sigma, forKey: .sigma)
            try fields.encode(most, forKey: .most)
        }
    }
}

/// A rule and what has come of it.
public struct FaultStatus: Codable, Sendable, Hashable {
    /// What has come of a rule for one account.
    public struct Count: Codable, Sendable, Hashable {
        /// Empty for calls of nobody that is known.
        public var account: String
        public var matched: Int
        public var fired: Int

        public init(account: String, matched: Int, fired: Int) {
            self.account = account
            self.matched = matched
            self.fired = fired
        }
    }

    public var rule: FaultRule
    /// Calls that matched.
    public var matched: Int
    /// Calls on which it fired.
    public var fired: Int
    /// The same by account, of a thousand accounts at most.
    public var accounts: [Count]
    /// When it ends, in Unix seconds of the sandbox; nil for never.
    public var endsAt: Int64?
    /// False if a wait ended before it had fired as often as was asked for.
    public var complete: Bool

    enum CodingKeys: String, CodingKey {
        case rule, matched, fired, accounts
        case endsAt = "ends_at"
        case complete
    }

    public init(
        rule: FaultRule, matched: Int, fired: Int, accounts: [Count], endsAt: Int64?, complete: Bool = true
    ) {
        self.rule = rule
        self.matched = matched
        self.fired = fired
        self.accounts = accounts
        self.endsAt = endsAt
        self.complete = complete
    }
}

/// Every rule that a sandbox plays, in the order in which they are asked.
public struct FaultList: Codable, Sendable, Hashable {
    public var seed: UInt64
    public var faults: [FaultStatus]

    public init(seed: UInt64, faults: [FaultStatus]) {
        self.seed = seed
        self.faults = faults
    }
}
