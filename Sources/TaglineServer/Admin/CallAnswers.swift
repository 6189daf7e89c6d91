import AdminAPI

extension CallFormat {
    /// The forms in which the admin plane answers with calls.
    static let answers: [AdminAnswer] = [
        .json(CallPage.self),
        .lines([CallRecord.self, MissedCalls.self]),
        .events([("call", CallRecord.self), ("dropped", MissedCalls.self)]),
    ]
}
