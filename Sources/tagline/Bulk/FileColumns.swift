import ArgumentParser
import FollowerFiles
import Foundation

/// The option that names the column of the openids in a file.
struct OpenIDColumnOptions: ParsableArguments {
    @Option(help: "The column of the openids, by its name in the header. (default: openid)")
    var column: String?
}

extension OpenIDColumnOptions {
    /// Returns whether `name` is the header of the column with the openids. Names match in any letter case.
    func isColumn(_ name: String) -> Bool {
        let usual = ["openid", "open_id", "open-id", "open id"]
        let own = column.map { [Self.folded($0)] } ?? usual
        return own.contains(Self.folded(name))
    }

    private static func folded(_ name: String) -> String {
        name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }
}

/// The option that names the column of the tags in a file.
struct TagColumnOptions: ParsableArguments {
    @Option(help: "The column of the tags, by its name in the header. (default: tag, if the header has it)")
    var tagColumn: String?

    var tags: FollowerColumns.Tags { tagColumn.map { .named($0) } ?? .usual }
}
