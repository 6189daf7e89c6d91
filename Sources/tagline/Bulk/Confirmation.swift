import Foundation
import OfficialAccount

/// Asks the person to confirm a change that removes tags.
enum Confirmation {
    /// Throws ``StartFailure`` if the person does not answer yes.
    ///
    /// - Parameter isGiven: whether the command line has `--yes`. With `--yes`, this function does not ask.
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
