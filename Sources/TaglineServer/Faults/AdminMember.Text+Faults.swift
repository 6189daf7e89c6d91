import AdminAPI

// The forms that texts in fault rules must have.
extension AdminMember.Text {
    static let contentType = AdminMember.Text(of: .printable, 1...100, words: "1 to 100 printable ASCII characters")

    /// How long a rule holds.
    static let faultSpan = durationWithUnit(upTo: FaultReader.longestSpan, mayBeZero: false)

    /// How long the server delays a call.
    static let faultDelay = durationWithUnit(upTo: FaultReader.longestDelay, mayBeZero: false)

    /// The pause between two pieces of an answer.
    static let faultPause = durationWithUnit(upTo: FaultReader.longestPause)
}
