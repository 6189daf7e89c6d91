import Foundation
import OfficialAccount

/// Asks the person to confirm a change that removes tags.
enum Confirmation {
    /// Throws ``StartFailure`` unless the person answers yes. Does not ask if `isGiven` is true: the command line has
    /// `--yes`.
    static func ask(_ question: String, isGiven: Bool) throws {
        if isGiven { return }
        guard isatty(0) == 1 else {
            throw StartFailure.failed(
                "nothing was done: standard input is not a terminal, so the command cannot ask; pass --yes to confirm")
        }
        StandardError.write("\(question.shown) [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw StartFailure.failed("nothing was done")
        }
    }
}
