/// A file with what a page cuts short of a call.
enum CallFile: String, Sendable {
    /// All that the journal keeps of the call, as JSON.
    case record
    /// The body of the request, which a `curl` command can send.
    case request

    static let path = "\(ConsoleScreen.calls.path)/file"

    func address(of number: Int) -> String {
        FormFields.address(Self.path, [("call", "\(number)"), ("part", rawValue)])
    }

    /// The name under which a browser keeps the file.
    func name(of number: Int) -> String {
        switch self {
        case .record: "call-\(number).json"
        case .request: "call-\(number)-request.json"
        }
    }
}
