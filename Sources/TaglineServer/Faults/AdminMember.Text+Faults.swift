import AdminAPI

extension AdminMember.Text {
    static let contentType = AdminMember.Text(
        pattern: "^[ -~]{1,100}$", words: "1 to 100 printable ASCII characters",
        matches: { $0.wholeMatch(of: /[ -~]{1,100}/) != nil })

    /// A duration with its unit. Without one, `300` could be seconds or milliseconds.
    static let durationWithUnit = AdminMember.Text(
        pattern: "^[0-9]{1,9}(ms|s|m|h|d)$", words: DurationText.form,
        matches: { $0.last?.isNumber == false && DurationText.duration($0) != nil })
}
