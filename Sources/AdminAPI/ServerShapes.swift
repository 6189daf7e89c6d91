/// The health of a server.
package struct ServerStatus: AdminShape, Hashable {
    /// `alive` for a server that runs; `ready` for a server that can also write to its store.
    package enum State: String, Codable, Sendable, CaseIterable {
        case alive, ready
    }

    package var status: State
    /// Why a part of the store accepts no changes; nil if the whole store accepts changes.
    package var reason: String?

    package init(status: State, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }

    package static var examples: [ServerStatus] {
        [
            ServerStatus(status: .ready),
            ServerStatus(status: .ready, reason: "the machine 192.0.2.9:5432 does not answer: Connection refused"),
        ]
    }
}

/// Why the admin plane refused a request.
package struct AdminProblem: AdminShape, Hashable {
    /// The reason, as a sentence for a person.
    package var error: String

    package init(error: String) {
        self.error = error
    }

    package static var examples: [AdminProblem] { [AdminProblem(error: "no account has the appid \"wxmine\"")] }
}

/// The answer to an API call that the admin plane made for an account.
package struct MadeCall: AdminShape, Hashable {
    /// The HTTP status of the answer.
    package var status: Int
    /// Why the server refused the call, in a sentence; nil for a successful call.
    package var reason: String?
    /// The body of the answer.
    package var answer: String

    package init(status: Int, reason: String?, answer: String) {
        self.status = status
        self.reason = reason
        self.answer = answer
    }

    package static var examples: [MadeCall] {
        [
            MadeCall(status: 200, reason: nil, answer: #"{"errcode":0,"errmsg":"ok"}"#),
            MadeCall(
                status: 200, reason: "the account has no tag 4711",
                answer: #"{"errcode":45159,"errmsg":"invalid tag id"}"#),
        ]
    }
}

/// The last line of an exported state.
///
/// It gives the numbers of accounts and followers in all earlier lines.
package struct StateEnd: AdminShape, Hashable {
    package var accounts: Int
    package var followers: Int
    /// The SHA-256 of all earlier lines, in hexadecimal digits.
    package var sha256: String

    package init(accounts: Int, followers: Int, sha256: String) {
        self.accounts = accounts
        self.followers = followers
        self.sha256 = sha256
    }

    package static var examples: [StateEnd] {
        [
            StateEnd(
                accounts: 1, followers: 2, sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        ]
    }
}
