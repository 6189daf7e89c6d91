import Foundation

/// Asks before something is done that takes tags away.
enum Confirmation {
    /// Throws ``StartFailure`` unless the answer, or `--yes`, is yes.
    static func ask(_ question: String, isGiven: Bool) throws {
        if isGiven { return }
        guard isatty(0) == 1 else {
            throw StartFailure.failed("nothing was done: nobody is here to confirm it; say --yes if it is meant")
        }
        StandardError.write("\(question) [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw StartFailure.failed("nothing was done")
        }
    }
}
