import FollowerFiles
import Foundation
import FreshFiles

/// The CSV file that lists refused followers: openid, line, errcode, reason, and the input file if the run has several
/// input files.
package struct RejectsFile {
    package let path: String

    /// The ending of the temporary file's name. Each process has its own ending, so that two runs that write the same
    /// list do not mix their lines.
    private static var partEnding: String {
        ".\(ProcessInfo.processInfo.processIdentifier)\(FilePart.usualEnding)"
    }

    /// The ending of the name that the list of an earlier run gets.
    private static let previousEnding = ".previous"

    /// The file to write: the target of the link if `path` is a link; otherwise `path`.
    private let target: String
    /// Whether the target is a pipe or a device. If so, this type writes the list directly to the target.
    private let isStream: Bool

    package init(path: String) {
        self.path = path
        target = URL(filePath: path).resolvingSymlinksInPath().path
        isStream = FileStatus(path: path).map { !$0.isPlain } ?? false || path.isDescriptor
    }

    private var unwritable: RejectsFailure { .unwritable(path) }

    /// Checks before a run whether the list can be written at the end of the run. Throws ``RejectsFailure`` if the list
    /// cannot be written, or if an earlier list could not be renamed.
    package func check() throws {
        // `/dev/stdout` may be a regular file, to which the command also writes its summary.
        guard !path.isDescriptor || FileStatus(path: path)?.isPlain == false else { throw unwritable }
        if isStream {
            guard FileStatus(path: path)?.isDirectory == false, access(path, W_OK) == 0 else { throw unwritable }
            return
        }
        let previous = target + Self.previousEnding
        if FileStatus(path: target) != nil, FileStatus(path: previous)?.isDirectory == true {
            throw RejectsFailure.directoryInTheWay(previous)
        }
        try part().discard()
    }

    /// Creates the temporary file. Throws ``RejectsFailure`` if this is not possible.
    private func part() throws -> FilePart {
        do {
            return try FilePart(of: target, ending: Self.partEnding, for: .usual)
        } catch {
            throw unwritable
        }
    }

    /// Writes the list.
    ///
    /// - Parameter isNew: whether the run is new. If so, this function keeps the list of an earlier run under a name
    ///   that ends with `.previous`. If it cannot, it keeps both lists under their present names, and throws. If the
    ///   run is not new, the new list replaces the run's earlier list.
    package func write(from file: RunFile, isNew: Bool) throws {
        if isStream { return try writeStream(file) }
        let part = try part()
        do {
            try Self.write(file) { try part.append([UInt8]($0)) }
            try part.sync()
        } catch let failure as RunFileFailure {
            part.discard()
            throw failure
        } catch {
            part.discard()
            throw RejectsFailure.brokenOff(path)
        }
        if isNew, FileManager.default.fileExists(atPath: target), rename(target, target + Self.previousEnding) != 0 {
            let failure = FreshFileFailure(target, .system(errno))
            throw RejectsFailure.earlierStays(target, why: failure.reason, new: part.path)
        }
        do {
            try part.keep()
        } catch {
            part.discard()
            throw unwritable
        }
    }

    /// Writes the list to a pipe or a device.
    private func writeStream(_ file: RunFile) throws {
        guard let handle = FileHandle(forWritingAtPath: path) else { throw unwritable }
        do {
            try Self.write(file) { try handle.write(contentsOf: $0) }
            try handle.close()
        } catch let failure as RunFileFailure {
            throw failure
        } catch {
            throw RejectsFailure.brokenOff(path)
        }
    }

    private static func write(_ file: RunFile, _ take: (Data) throws -> Void) throws {
        let sources = try file.sources()
        var text = "openid,line,errcode,reason\(sources.isEmpty ? "" : ",file")\n"
        let hasTags = Set(try file.rowsByTag(RunFile.State.allCases).map(\.tag)).count > 1
        try file.eachReject { openID, line, tag, code, reason, rid in
            // If the run has several tags, the reason names the tag.
            let named = hasTags ? tag.map { "\(reason) (tag \($0))" } ?? reason : reason
            let said = rid.map { "\(named) rid: \($0)" } ?? named
            let place = sources.place(of: line)
            text += "\(CSVCell.text(openID)),\(place.line),\(code.map(String.init) ?? ""),\(CSVCell.text(said))"
            text += (place.file.map { ",\(CSVCell.text($0))" } ?? "") + "\n"
            guard text.utf8.count > 1 << 16 else { return }
            try take(Data(text.utf8))
            text = ""
        }
        try take(Data(text.utf8))
    }
}
