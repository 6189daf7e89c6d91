/// An exit code of the commands, with its meaning.
struct DocumentedExitCode {
    let code: Int32
    let meaning: String

    /// Every exit code that a command can return.
    static let all = [
        DocumentedExitCode(code: 0, meaning: "done"),
        DocumentedExitCode(code: 1, meaning: "the command failed, and one line says why; a run has sent nothing"),
        DocumentedExitCode(
            code: 2,
            meaning:
                "the command is over, but some followers are refused or unknown, or some lines have no valid openid"),
        DocumentedExitCode(
            code: 3, meaning: "the day's quota or --max-calls is used up; go on later with --resume"),
        DocumentedExitCode(code: 4, meaning: "a run stopped for another reason; go on with --resume"),
        DocumentedExitCode(code: 5, meaning: "--verify found a difference"),
        DocumentedExitCode(
            code: 64, meaning: "the command line is invalid: an option, an address, an expression"),
        DocumentedExitCode(code: 74, meaning: "the output could not be written"),
        DocumentedExitCode(code: 130, meaning: "a signal stopped the command; a run goes on with --resume"),
    ]

    /// The text that `tagline help exit-codes` prints.
    static var table: String { all.map { "\($0.code)".padded(columns: 5) + $0.meaning + "\n" }.joined() }
}
