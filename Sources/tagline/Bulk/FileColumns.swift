import ArgumentParser
import FollowerFiles

/// The column of the openids in a file.
struct OpenIDColumnOptions: ParsableArguments {
    @Option(help: "The column of the openids, by its name in the header. (default: openid)")
    var column: String?
}

/// The column of the tags in a file.
struct TagColumnOptions: ParsableArguments {
    @Option(help: "The column of the tags, by its name in the header. (default: tag, if there is one)")
    var tagColumn: String?

    var tags: FollowerColumns.Tags { tagColumn.map { .named($0) } ?? .usual }
}
