import FollowerFiles
import Foundation

/// Reads a file of followers in one of two ways and prints the number of followers: `ReadFollowers reader|lines FILE`.
@main struct ReadFollowers {
    /// The number of bytes that one read asks for. `tagline tag` asks for the same number.
    private static let piece = 1 << 20

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let way = arguments.first, let path = arguments.dropFirst().first,
            let file = FileHandle(forReadingAtPath: path)
        else {
            try FileHandle.standardError.write(contentsOf: Data("ReadFollowers reader|lines FILE\n".utf8))
            exit(64)
        }
        print(way == "lines" ? try lines(file) : try followers(file))
    }

    /// Counts the followers with ``FollowerReader``, which every command uses.
    private static func followers(_ file: FileHandle) throws -> Int {
        var reader = FollowerReader(FollowerColumns())
        var count = 0
        while let data = try file.read(upToCount: piece), !data.isEmpty {
            try data.withUnsafeBytes { try reader.read($0) { if case .follower = $0 { count += 1 } } }
        }
        try reader.finish { if case .follower = $0 { count += 1 } }
        return count
    }

    /// Counts the followers with a loop that splits each line at its commas and treats quotes as text. A simple program
    /// counts followers in this way.
    private static func lines(_ file: FileHandle) throws -> Int {
        var rest: [UInt8] = []
        var count = 0
        while let data = try file.read(upToCount: piece), !data.isEmpty {
            rest.append(contentsOf: data)
            guard let end = rest.lastIndex(of: 0x0A) else { continue }
            for line in rest[..<end].split(separator: 0x0A) {
                let cells = line.split(separator: 0x2C, omittingEmptySubsequences: false)
                    .map { String(decoding: $0, as: UTF8.self) }
                if cells[0].utf8.count == 28 { count += 1 }
            }
            rest.removeSubrange(...end)
        }
        return count
    }
}
