import AdminAPI

extension CallFormat {
    /// The forms in which the admin plane lists calls: one JSON object, lines of JSON, or server-sent events.
    static let answers: [AdminAnswer] = [
        .json(CallPage.self),
        .lines([CallRecord.self, MissedCalls.self]),
        .events([("call", CallRecord.self), ("dropped", MissedCalls.self)]),
    ]
}
