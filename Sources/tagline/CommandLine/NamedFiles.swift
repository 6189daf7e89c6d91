import ArgumentParser
import Foundation

/// The files that a command line names for reading and for writing.
///
/// Before a command runs, ``check(of:)`` makes sure that it will not overwrite a file that it reads.
struct NamedFiles {
    /// A file with the option or the setting that names it.
    struct File {
        /// The file's use for people: `the secret`, `the log of calls`.
        let use: String
        let path: String
        /// The option or the setting, such as `--log-file`.
        let option: String
        /// Whether the person left the option out, so that the command chose the name.
        let isDefault: Bool
    }

    private var read: [File] = []
    private var written: [File] = []

    /// Adds a file that the command reads; nothing if `path` is nil.
    ///
    /// - Parameter path: the path of the file; `-` for standard input.
    mutating func reads(_ use: String, _ path: String?, _ option: String) {
        guard let path else { return }
        read.append(File(use: use, path: path, option: option, isDefault: false))
    }

    /// Adds a file that the command writes; nothing if `path` is nil.
    ///
    /// - Parameter endings: are added to the name for the other files that the command writes beside it.
    mutating func writes(
        _ use: String, _ path: String?, _ option: String, isDefault: Bool = false, andWith endings: [String] = []
    ) {
        guard let path else { return }
        for ending in [""] + endings {
            written.append(File(use: use, path: path + ending, option: option, isDefault: isDefault))
        }
    }

    /// Adds the files of a group of options.
    mutating func add(_ other: NamedFiles) {
        read += other.read
        written += other.written
    }

    /// Throws ``StartFailure`` if a file that the command writes is a file that it reads, or that it writes for another
    /// use. Follows symbolic links, and recognises hard links.
    func check() throws {
        let inputs = read.map { ($0, PathTarget($0.path)) }
        var outputs: [(file: File, target: PathTarget?)] = []
        for file in written {
            guard let target = PathTarget(file.path) else { continue }
            if let input = inputs.first(where: { $0.1 == target })?.0 {
                let rename = file.isDefault ? "rename it first, or " : ""
                throw StartFailure.badSetting(
                    "\(Self.name(of: file, and: input)) is \(input.use) (\(input.option)) and would be \(file.use); \(rename)name another file with \(file.option)"
                )
            }
            if let other = outputs.first(where: { $0.target == target && $0.file.use != file.use })?.file {
                throw StartFailure.badSetting(
                    "\(Self.name(of: file, and: other)) would be \(other.use) and \(file.use); name another file with \(other.option) or \(file.option)"
                )
            }
            outputs.append((file, target))
        }
    }

    private static func name(of file: File, and other: File) -> String {
        file.path == other.path ? file.path : "\(file.path), the same file as \(other.path),"
    }
}

/// A command, or a group of options, that names files.
protocol NamingFiles {
    /// The files that it names. Throws ``StartFailure`` if the files are unknown, such as without the profile that
    /// names them.
    var namedFiles: NamedFiles { get throws }
}

extension OptionGroup: NamingFiles where Value: NamingFiles {
    var namedFiles: NamedFiles { get throws { try wrappedValue.namedFiles } }
}

extension NamedFiles {
    /// Checks the files that a command and its groups of options name. Throws ``StartFailure`` as ``check()`` does.
    static func check(of command: Any) throws {
        var files = try (command as? any NamingFiles)?.namedFiles ?? NamedFiles()
        for part in Mirror(reflecting: command).children {
            if let group = part.value as? any NamingFiles { files.add(try group.namedFiles) }
        }
        try files.check()
    }
}
