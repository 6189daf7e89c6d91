/// A rule that makes a sandbox play a fault: which calls the rule matches, when it fires, and what it does to a call.
public struct FaultRule: Codable, Sendable, Hashable {
    /// The calls that a rule matches.
    ///
    /// A property that is nil does not restrict the calls.
    public struct Match: Codable, Sendable, Hashable {
        /// The paths of the calls; a path that ends with `*` means all paths that begin with the text before the `*`.
        public var path: [String]?
        /// The appid of the account that the calls concern.
        public var appid: String?
        /// The id of a tag that the calls name.
        public var tag: Int?
        /// An openid that the calls name.
        public var openid: String?
        /// The kind of caller that makes the calls.
        public var via: CallRecord.Via?

        /// Makes a match that includes every call.
        public init() {}

        /// Whether a rule with this match matches every call.
        public var isEverything: Bool { self == Match() }
    }

    /// The moment of a call at which a rule acts.
    public enum Stage: String, Codable, Sendable, CaseIterable {
        /// The call has arrived, and the server has not checked it yet.
        case arrival
        /// The server has checked the token, the account and the quota, and has not carried out the call yet.
        case refusal
        /// The server has carried out the call, the change is on disk, and the server has not answered yet.
        case answer
    }

    /// What the server does with the connection of a call.
    public enum Connection: String, Codable, Sendable, CaseIterable {
        /// The connection stays open for the next call.
        case keep
        /// The server closes the connection. Before that, it sends only the pieces that ``FaultRule/Action/send``
        /// allows; nothing if this property is nil.
        case close
        /// The server resets the connection, as if the server had crashed.
        case reset
        /// The server sends nothing more, and the connection stays open.
        case silence
    }

    /// The way in which the server sends an answer piece by piece.
    public struct Pieces: Codable, Sendable, Hashable {
        /// The number of bytes in a piece.
        public var bytes: Int
        /// The pause between two pieces.
        public var every: FaultSpan
        /// The number of pieces after which the server sends nothing more; nil to send the whole answer.
        public var stopAfter: Int?

        enum CodingKeys: String, CodingKey {
            case bytes, every
            case stopAfter = "stop_after"
        }

        /// Makes pieces of a size, with pauses between the pieces.
        ///
        /// - Parameters:
        ///   - bytes: the number of bytes in a piece, at least 1.
        ///   - every: the pause between two pieces.
        ///   - stopAfter: the number of pieces to send; nil to send all pieces.
        public init(bytes: Int, every: FaultSpan, stopAfter: Int? = nil) {
            self.bytes = bytes
            self.every = every
            self.stopAfter = stopAfter
        }
    }

    /// What a rule does to a call.
    public struct Action: Codable, Sendable, Hashable {
        /// The moment of a call at which the rule acts.
        public var at: Stage
        /// The errcode of the answer; nil to send the true answer.
        ///
        /// 45171 lets one openid fail, as a ``failOpenIDs`` of 1 does.
        public var errcode: Int?
        /// The number of openids that fail with 45171; nil if no openid fails.
        ///
        /// The server carries out the call for the other openids.
        public var failOpenIDs: Int?
        /// The time by which the server delays the answer; nil if the server does not delay the answer.
        public var delay: FaultDelay?
        /// The pieces of the answer; nil to send the whole answer at once.
        public var send: Pieces?
        /// What the server does with the connection.
        public var connection: Connection
        /// The content type of the answer; nil to send the usual content type.
        public var contentType: String?

        enum CodingKeys: String, CodingKey {
            case at, errcode
            case failOpenIDs = "fail_openids"
            case delay, send, connection
            case contentType = "content_type"
        }

        /// Makes an action that has no effect except on the connection.
        public init(at stage: Stage, connection: Connection = .keep) {
            at = stage
            self.connection = connection
        }
    }

    /// The name of the rule; a new rule replaces the rule that has the same name.
    public var name: String
    /// The calls that the rule matches.
    public var match: Match
    /// The number of matching calls of an account that come before the rule can fire for this account.
    public var skip: Int
    /// The most times that the rule fires for an account; nil if there is no limit.
    public var times: Int?
    /// The probability, from 0 to 1, with which the rule fires on a matching call.
    public var chance: Double
    /// The time for which the rule applies, by the sandbox's clock; nil if the rule has no end.
    public var span: FaultSpan?
    /// What the rule does to a call.
    public var action: Action

    enum CodingKeys: String, CodingKey {
        case name, match, skip, times, chance
        case span = "for"
        case action = "do"
    }

    /// Makes a rule that fires on every call.
    public init(name: String, action: Action) {
        self.name = name
        match = Match()
        skip = 0
        chance = 1
        self.action = action
    }
}
