/// A fault that a sandbox plays: which calls it matches, when it fires, and what it does to a call.
public struct FaultRule: Codable, Sendable, Hashable {
    /// The calls that a rule matches.
    ///
    /// A property that is nil does not restrict them.
    public struct Match: Codable, Sendable, Hashable {
        /// The paths of the calls; a path that ends with `*` stands for all paths that begin with the text before the
        /// `*`.
        public var path: [String]?
        /// The appid of the account.
        public var appid: String?
        /// The id of the tag that the call names.
        public var tag: Int?
        /// An openid that the call names.
        public var openid: String?
        /// The kind of caller.
        public var via: CallRecord.Via?

        /// Makes a match of every call.
        public init() {}

        /// Whether the rule matches every call.
        public var isEverything: Bool { self == Match() }
    }

    /// The moment of a call at which a rule acts.
    public enum Stage: String, Codable, Sendable, CaseIterable {
        /// The call has arrived, and the server has not judged it.
        case arrival
        /// Token, account and quota are valid, and the server has not carried out the call.
        case refusal
        /// The server has carried out the call, and the change is on disk.
        case answer
    }

    /// What the server does with the connection of a call.
    public enum Connection: String, Codable, Sendable, CaseIterable {
        /// The connection stays open for the next call.
        case keep
        /// The server closes the connection instead of answering, or after the pieces that `send` allows.
        case close
        /// The server closes the connection with a reset, as a crash does.
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
        /// The number of pieces after which the server sends nothing more; nil for the whole answer.
        public var stopAfter: Int?

        enum CodingKeys: String, CodingKey {
            case bytes, every
            case stopAfter = "stop_after"
        }

        /// Makes pieces of a size, with pauses between them.
        ///
        /// - Parameters:
        ///   - bytes: the number of bytes in a piece, at least 1.
        ///   - every: the pause between two pieces.
        ///   - stopAfter: the number of pieces to send; nil for all.
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
        /// The errcode of the answer; nil for the true answer.
        ///
        /// 45171 lets one openid fail, as a ``failOpenIDs`` of 1 does.
        public var errcode: Int?
        /// The number of openids that fail with 45171, while the server carries out the call for the others; nil for
        /// none.
        public var failOpenIDs: Int?
        /// The time by which the server delays the answer; nil for no delay.
        public var delay: FaultDelay?
        /// The pieces of the answer; nil to send the whole answer at once.
        public var send: Pieces?
        /// What the server does with the connection.
        public var connection: Connection
        /// The content type of the answer; nil for the usual content type.
        public var contentType: String?

        enum CodingKeys: String, CodingKey {
            case at, errcode
            case failOpenIDs = "fail_openids"
            case delay, send, connection
            case contentType = "content_type"
        }

        /// Makes an action that changes neither the answer nor the time of the answer.
        public init(at stage: Stage, connection: Connection = .keep) {
            at = stage
            self.connection = connection
        }
    }

    /// The name of the rule; a new rule replaces the rule that has the same name.
    public var name: String
    /// The calls that the rule matches.
    public var match: Match
    /// The number of matching calls of an account that the rule lets through first.
    public var skip: Int
    /// The number of times that the rule fires for an account; nil for no limit.
    public var times: Int?
    /// The probability, from 0 to 1, with which the rule fires on a matching call.
    public var chance: Double
    /// The time for which the rule applies, by the sandbox's clock; nil for no end.
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
