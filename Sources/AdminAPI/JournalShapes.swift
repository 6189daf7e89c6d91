/// A mistake of a client, or something that the client could do better.
package struct CallHint: Codable, Sendable, Hashable {
    /// The kind of the mistake for programs, such as `misspelt_field`.
    package var kind: String
    package var account: String?
    package var path: String?
    /// The number of calls that show the mistake.
    package var count: Int
    /// The number of the last call that shows the mistake.
    package var last: Int
    /// The mistake and the remedy, in a sentence.
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
    /// The time of the first call that the journal still holds, in Unix seconds of the server's clock.
    package var first: Int64
    /// The time of the last call.
    package var latest: Int64
    /// The number of the last call.
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

/// The groups of refused calls in the journal, the one with the latest call first.
package struct CallRefusalList: Codable, Sendable, Hashable {
    package var refusals: [CallRefusals]

    package init(refusals: [CallRefusals]) {
        self.refusals = refusals
    }
}

/// The number of the last call, after the journal has forgotten every call.
package struct JournalEnd: Codable, Sendable, Hashable {
    /// The number of the last call; 0 if there was no call.
    ///
    /// The next call gets the next number.
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
