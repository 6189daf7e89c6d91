/// A mistake of a client, or something that the client could do better.
package struct CallHint: Codable, Sendable, Hashable {
    /// The kind of the mistake, in a form for programs, such as `misspelt_field`.
    package var kind: String
    package var account: String?
    package var path: String?
    /// The number of calls that show the mistake.
    package var count: Int
    /// The number of the last call that shows the mistake.
    package var last: Int
    /// A sentence that describes the mistake and the remedy.
    package var sentence: String

    package init(kind: String, account: String?, path: String?, count: Int, last: Int, sentence: String) {
        self.kind = kind
        self.account = account
        self.path = path
        self.count = count
        self.last = last
        self.sentence = sentence
    }
}

/// The hints about every client whose calls are in the journal.
package struct CallHints: Codable, Sendable, Hashable {
    package var hints: [CallHint]

    package init(hints: [CallHint]) {
        self.hints = hints
    }
}

/// A group of refused calls with the same errcode, path and caller.
package struct CallRefusals: Codable, Sendable, Hashable {
    package var errcode: Int
    package var path: String
    /// The appid of the account; nil if the calls named no known account.
    package var account: String?
    package var via: CallRecord.Via
    package var count: Int
    /// The time of the first call of the group that the journal still holds, in Unix seconds of the server's clock.
    package var first: Int64
    /// The time of the last call of the group, in Unix seconds of the server's clock.
    package var latest: Int64
    /// The number of the last call of the group.
    package var last: Int

    package init(
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

/// The groups of refused calls in the journal, beginning with the group that has the latest call.
package struct CallRefusalList: Codable, Sendable, Hashable {
    package var refusals: [CallRefusals]

    package init(refusals: [CallRefusals]) {
        self.refusals = refusals
    }
}

/// The answer to a request that makes the journal forget every call.
package struct JournalEnd: Codable, Sendable, Hashable {
    /// The number of the last forgotten call; 0 if there was no call.
    ///
    /// The next call gets the number after ``last``.
    package var last: Int

    package init(last: Int) {
        self.last = last
    }
}

/// The last line or event of a stream whose reader was too slow.
package struct MissedCalls: Codable, Sendable, Hashable {
    /// The number of calls that the journal forgot before the reader had read them.
    package var missed: Int

    package init(missed: Int) {
        self.missed = missed
    }
}
