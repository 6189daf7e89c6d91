/// All sentences of the console. The sentences of a screen are in the screen's folder.
///
/// Each line of a text has a key, the English sentence and the Chinese sentence.
enum WordTable {
    private static let texts = [frame, mistakes, calls, errors, followers, tags, accounts, faults, clock, health]

    /// The key, the English sentence and the Chinese sentence of each line.
    static let rows: [[String]] = texts.flatMap { lines(of: $0) }

    private static func lines(of text: String) -> [[String]] {
        text.split(separator: "\n").map { line in
            line.split(separator: " | ", omittingEmptySubsequences: false).map { String($0) }
        }
    }
}
