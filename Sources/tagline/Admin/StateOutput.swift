import Foundation
import FreshFiles
import NIOCore

/// Writes an export to a file, a pipe, a device or standard output. A file appears when the export is complete.
final class StateOutput {
    private enum Place {
        case part(FilePart)
        case stream(FileHandle)
        case standardOutput
    }

    private let file: String
    private let place: Place
    private var last: [UInt8] = []
    private var written = 0

    /// - Parameter file: the path; `-` for standard output. If the path is a link, the export replaces the file that
    ///   the link names.
    init(_ file: String) throws {
        self.file = file
        place = try Self.place(of: file)
    }

    private static func place(of file: String) throws -> Place {
        guard file != "-" else { return .standardOutput }
        let target = URL(filePath: file).resolvingSymlinksInPath().path
        let kind = try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
        if let kind, kind != .typeRegular {
            guard kind != .typeDirectory, let handle = FileHandle(forWritingAtPath: target) else {
                throw StartFailure.failed("\(file) cannot be written")
            }
            return .stream(handle)
        }
        do {
            return .part(try FilePart(of: target))
        } catch {
            throw StartFailure.failed("\(error.path) cannot be written: \(error.reason)")
        }
    }

    func write(_ buffer: ByteBuffer) throws {
        let data = Data(buffer.readableBytesView)
        do {
            switch place {
            case .part(let part): try part.append([UInt8](data))
            case .stream(let handle): try handle.write(contentsOf: data)
            case .standardOutput: try StandardOutput.write(foreign: data)
            }
        } catch let failure as StandardOutput.Failure {
            throw failure
        } catch {
            throw StartFailure.failed("\(file) cannot be written: \(Self.reason(error))")
        }
        last = Array((last + data).suffix(1024))
        show(data.count)
    }

    /// Shows on a terminal how much was written so far. The total is not known.
    private func show(_ count: Int) {
        let before = written >> 20
        written += count
        guard isatty(2) == 1, file != "-", written >> 20 != before else { return }
        StandardError.draw("\(written >> 20) MB")
    }

    /// Moves a complete file to its place, and returns the last line of the export. Throws if the export is not
    /// complete.
    func finish() throws -> String {
        let line = String(decoding: last.dropLast().split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self)
        guard last.last == UInt8(ascii: "\n"), line.hasPrefix(#"{"end":"#) else {
            throw StartFailure.failed("the server closed the connection before the state was complete; try again")
        }
        StandardError.endDrawing()
        do {
            if case .part(let part) = place { try part.keep() }
        } catch {
            throw StartFailure.failed("\(file) cannot be written: \(Self.reason(error))")
        }
        return line + "\n"
    }

    /// Removes the incomplete file.
    func discard() {
        if case .part(let part) = place { part.discard() }
    }

    private static func reason(_ error: any Error) -> String {
        if let failure = error as? FreshFileFailure { return failure.reason }
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return (underlying ?? error as NSError).localizedDescription
    }
}
