import TagStore

/// Notices that someone else has changed a value since the page with a form showed it.
///
/// The form sends a fingerprint of the value that its page showed. If the value has changed by then, the console does
/// not overwrite it. Two forms that arrive at the same moment may both pass.
enum SeenValue {
    /// The name of the field with the fingerprint.
    static let field = "seen"

    /// Returns the fingerprint of a value, for a hidden field.
    static func mark(_ value: String) -> String { Hexadecimal.text(Fingerprint(of: value).bytes.prefix(8)) }

    /// Throws ``ConsoleMistake`` 409 if the page of the form showed another value than `current`. A form without the
    /// field passes.
    ///
    /// - Parameter mistake: the error to throw; nil for one that shows the current value.
    static func check(
        _ form: FormFields, _ current: String, or mistake: ConsoleMistake? = nil
    ) throws(ConsoleMistake) {
        guard let seen = form[field], seen != mark(current) else { return }
        throw mistake ?? .changed(to: current)
    }
}
