import Configuration

/// A setting's name: `http.port` in a file, `--http-port` on the command line, `TAGLINE_HTTP_PORT` in the environment.
enum SettingName {
    static func inFile(_ key: AbsoluteConfigKey) -> String {
        key.components.dropFirst().joined(separator: ".")
    }

    static func flag(_ key: AbsoluteConfigKey) -> String {
        "--" + key.components.dropFirst().joined(separator: "-")
    }

    /// Returns the one of `known` to which `name` can be turned by the fewest changes of a letter, if that is at most a third of
    /// its letters, and two for a short one; nil if all are further away.
    static func nearest(to name: String, of known: [String]) -> String? {
        let ranked = known.map { (name: $0, distance: distance(name, $0)) }.min {
            ($0.distance, $0.name) < ($1.distance, $1.name)
        }
        return ranked.flatMap { $0.distance <= max(2, name.count / 3) ? $0.name : nil }
    }

    /// Returns how many letters have to be put in, left out or replaced to make `right` of `left`. Costs the product of their
    /// lengths.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.prefix(100))
        var row = Array(0...right.count)
        for (line, letter) in left.prefix(100).enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
