import ArgumentParser
import Foundation

/// The files that a command line names for reading and for writing.
///
/// Before a command runs, ``check(of:)`` makes sure that the command will not overwrite a file that it reads. A server
/// also keeps files in its data directory. No option or setting may name one of these files for writing, or one that
/// the server keeps open.
struct NamedFiles {
    /// A file with the option or the setting that names it.
    struct File {
        /// What the file is, in words for a message: `the secret`, `the log of calls`.
        let use: String
        let path: String
        /// The option or the setting that names the file, such as `--log-file`.
        let option: String
        /// Whether the person left the option out, so that the command chose the name.
        let isDefault: Bool
    }

    private var read: [File] = []
    private var written: [File] = []
    private var kept: (names: [String], openNames: [String], directory: String)?

    /// Adds a file that the command reads. Adds nothing if `path` is nil.
    ///
    /// - Parameter path: the path of the file; `-` for standard input.
    mutating func reads(_ use: String, _ path: String?, _ option: String) {
        guard let path else { return }
        read.append(File(use: use, path: path, option: option, isDefault: false))
    }

    /// Adds a file that the command writes. Adds nothing if `path` is nil.
    ///
    /// - Parameter endings: the command also writes a file at `path` plus each of these endings.
    mutating func writes(
        _ use: String, _ path: String?, _ option: String, isDefault: Bool = false, andWith endings: [String] = []
    ) {
        guard let path else { return }
        for ending in [""] + endings {
            written.append(File(use: use, path: path + ending, option: option, isDefault: isDefault))
        }
    }

    /// Adds the files that a server keeps in its data directory, which need not exist yet. Adds nothing if `directory`
    /// is nil.
    ///
    /// - Parameter openNames: those of `names` that the server keeps open.
    mutating func keeps(_ names: [String], open openNames: [String], in directory: String?) {
        guard let directory else { return }
        kept = (names, openNames, directory)
    }

    /// Adds the files of `other`. A group of options names these files.
    mutating func add(_ other: NamedFiles) {
        kept = kept ?? other.kept
        read += other.read
        written += other.written
    }

    /// Throws ``StartFailure`` if the command would overwrite a file that it reads, or would write one file for two
    /// uses. Also throws if an option names a file that the server keeps in its data directory. Follows symbolic links,
    /// and recognises hard links.
    func check() throws {
        try checkKept()
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

    /// Throws ``StartFailure`` if an option names for writing a file that the server keeps in its data directory. Also
    /// throws if an option names for reading one that the server keeps open.
    func checkKept() throws {
        guard let kept else { return }
        for (files, names) in [(read, kept.openNames), (written, kept.names)] {
            let targets = Set(names.compactMap { PathTarget(kept.directory + "/" + $0) })
            for file in files {
                guard let target = PathTarget(file.path), targets.contains(target) else { continue }
                throw StartFailure.badSetting(
                    "\(file.path) is a file that the server keeps in its data directory \(kept.directory), so it cannot be \(file.use); name another file with \(file.option)"
                )
            }
        }
    }

    private static func name(of file: File, and other: File) -> String {
        file.path == other.path ? file.path : "\(file.path), the same file as \(other.path),"
    }
}

/// A command, or a group of options, that names files.
protocol NamingFiles {
    /// The files that the command or the group names. Throws ``StartFailure`` if they are unknown, for example because
    /// the profile that names them is missing.
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
