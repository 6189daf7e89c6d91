import ArgumentParser
import FollowerFiles

/// In which columns of a file the openids stand.
struct OpenIDColumnOptions: ParsableArguments {
    @Option(help: "The column of the openids, by its name in the header. (default: openid)")
    var column: String?
}

/// In which column of a file the tags stand.
struct TagColumnOptions: ParsableArguments {
    @Option(help: "The column of the tags, by its name in the header. (default: tag, if there is one)")
    var tagColumn: String?

    var tags: FollowerColumns.Tags { tagColumn.map { .named($0) } ?? .usual }
}
