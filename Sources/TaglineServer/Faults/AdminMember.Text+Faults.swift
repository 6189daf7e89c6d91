import AdminAPI

// The forms of text in fault rules.
extension AdminMember.Text {
    static let contentType = AdminMember.Text(of: .printable, 1...100, words: "1 to 100 printable ASCII characters")

    /// How long a rule holds.
    static let faultSpan = durationWithUnit(upTo: FaultReader.longestSpan, mayBeZero: false)

    /// How long a call is held back.
    static let faultDelay = durationWithUnit(upTo: FaultReader.longestDelay, mayBeZero: false)

    /// The pause between two pieces of an answer.
    static let faultPause = durationWithUnit(upTo: FaultReader.longestPause)
}
