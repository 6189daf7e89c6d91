/// The paths that programs on the same machine may call without a token.
///
/// The text of a list of paths has one path on each line, without host and query. The line `/*` allows every path.
///
/// Source: `miniprogram/dev/wxcloudrun/src/guide/weixin/open.html`.
public struct CloudPaths: Sendable, Hashable {
    /// A line that is not a path.
    public struct BadLine: Error, Hashable {
        public let number: Int
    }

    /// The allowed paths; nil if every path is allowed.
    private let paths: Set<String>?

    public static let everything = CloudPaths(paths: nil)
    public static let nothing = CloudPaths(paths: [])

    private init(paths: Set<String>?) {
        self.paths = paths
    }

    /// Reads a list of paths. Throws ``BadLine`` for a line that is not a plain path.
    ///
    /// A plain path has no host, query, `..` or escapes.
    public init(text: String) throws(BadLine) {
        var paths: Set<String> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let path = line.trimmingPrefix("\u{FEFF}").drop { $0.isWhitespace }
            let trimmed = String(path.reversed().drop { $0.isWhitespace }.reversed())
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            if trimmed == "/*" {
                self = .everything
                return
            }
            guard trimmed.wholeMatch(of: /(\/[A-Za-z0-9_-]+)+/) != nil else { throw BadLine(number: index + 1) }
            paths.insert(trimmed)
        }
        self.paths = paths
    }

    func contains(_ path: String) -> Bool {
        paths?.contains(path) ?? true
    }
}
