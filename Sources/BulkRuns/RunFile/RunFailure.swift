import OfficialAccount

/// Why a command cannot use a run file, in one line that says what to do.
package enum RunFailure: Error, Equatable, CustomStringConvertible {
    /// Another process created the file at the same moment.
    case justMade(String)
    case noFile(String)
    case notARunFile(String)
    /// The file is a link, has a second name, or belongs to another user.
    case notOwnFile(String, why: String)
    case otherVersion(String)
    /// An earlier run in the file still has work left.
    case unfinished(String, left: Int, total: Int)
    /// `--undo` has undone an earlier run in the file only in part.
    case partlyUndone(String, left: Int)
    /// `--undo` has undone the run in the file, so `--resume` cannot go on with it.
    case undone(String)
    case notMovable(String)
    case otherVerb(String, verb: String)
    case otherAccount(String, appID: String, wanted: String)
    case otherExpression(String, expression: String, wanted: String)
    case otherInput(String, source: String)
    case otherTags(String, tags: [Int], wanted: [Int])
    /// The account no longer has a tag that `left` followers must still get or lose.
    case tagGone(TagID, left: Int)
    /// The run stopped before it changed a follower, so `--undo` has nothing to undo.
    case notBegun(String)
    /// The run stopped before it changed a follower, and a person asks to see the run. `command` is the command line
    /// that begins the run; nil if the file does not record the command line.
    case stoppedBeforeItBegan(String, command: String?)

    package var description: String {
        switch self {
        case .justMade(let path):
            "another tagline process has just created \(path); check what that process does, or name another file with --run-file"
        case .noFile(let path): "there is no run file \(path)"
        case .notARunFile(let path): "\(path) is not a run file; name another with --run-file"
        case .notOwnFile(let path, let why): "\(path) cannot be used: \(why); name another with --run-file"
        case .otherVersion(let path): "\(path) is a run of another version of tagline; go on with that version"
        case .unfinished(let path, let left, let total):
            "\(path) is a run with \(left.grouped) of \(total.grouped) left to do: go on with --resume, or remove the file, or name another with --run-file"
        case .partlyUndone(let path, let left):
            "\(path) is a run with \(left.grouped) left to undo: go on with --undo, or remove the file, or name another with --run-file"
        case .undone(let path): "\(path) is a run that --undo has undone: begin a new run without --resume"
        case .notMovable(let path):
            "\(path) belongs to an earlier run and cannot be renamed; name another with --run-file"
        case .otherVerb(let path, let verb): "\(path) is a run of tagline \(verb); name another with --run-file"
        case .otherAccount(let path, let appID, let wanted):
            "\(path) is a run of the account \(appID), not \(wanted)"
        case .otherExpression(let path, let expression, let wanted):
            "\(path) is the run of \(expression), not of \(wanted); name another with --run-file"
        case .otherInput(let path, let source):
            "\(path) is the run of another input: \(source) has changed or is another file. Restore the old input, or start a new run with another --run-file"
        case .otherTags(let path, let tags, let wanted):
            "\(path) is a run with the tag \(Self.list(tags)), not \(Self.list(wanted)); name another with --run-file"
        case .tagGone(let tag, let left):
            "the account no longer has the tag \(tag), and \(left.counted("follower")) \(left == 1 ? "is" : "are") left: start a new run with another tag and another --run-file"
        case .notBegun(let path): "\(path) is a run that has not begun: there is nothing to undo"
        case .stoppedBeforeItBegan(let path, let command):
            "\(path) is a run that has not begun: its command ended before it changed a follower. \(command.map { "Begin it with: \($0)" } ?? "Begin it with the same command and the same files, with --resume or without")"
        }
    }

    private static func list(_ tags: [Int]) -> String { tags.map(String.init).joined(separator: " and ") }
}
