/// What a call answers: a value that writes itself as the platform would.
public protocol Answer: Sendable {
    func write(to json: inout JSONText)
}

/// The answer of a command: `{"errcode":0,"errmsg":"ok"}`.
public struct CommandDone: Answer, Hashable {
    public init() {}

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", 0)
            $0.field("errmsg", "ok")
        }
    }
}

/// The answer of any call that failed.
public struct CommandFailed: Answer, Hashable {
    public let code: ErrorCode
    /// The documented text and its suffix.
    public let message: String

    public init(code: ErrorCode, message: String) {
        self.code = code
        self.message = message
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", code.rawValue)
            $0.field("errmsg", message)
        }
    }
}
