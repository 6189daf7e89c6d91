import TagStore

/// Detects that a value has changed after the page with a form showed the value.
///
/// The form sends a fingerprint of the value that its page showed. If the current value has another fingerprint, the
/// console does not overwrite the value. If two forms arrive at the same moment, the console may accept both.
enum SeenValue {
    /// The name of the field with the fingerprint.
    static let field = "seen"

    /// Returns the fingerprint of a value, for a hidden field.
    static func mark(_ value: String) -> String { Hexadecimal.text(Fingerprint(of: value).bytes.prefix(8)) }

    /// Throws ``ConsoleMistake`` 409 if the page of the form showed another value than `current`. Accepts a form
    /// without the field.
    ///
    /// - Parameter mistake: the error to throw; nil means an error that shows the current value.
    static func check(
        _ form: FormFields, _ current: String, or mistake: ConsoleMistake? = nil
    ) throws(ConsoleMistake) {
        guard let seen = form[field], seen != mark(current) else { return }
        throw mistake ?? .changed(to: current)
    }
}
