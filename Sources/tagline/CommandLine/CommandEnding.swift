import ArgumentParser
import BulkRuns
import Foundation

/// The output that remains when a command has ended, and the exit code.
struct CommandEnding: Equatable {
    /// The text for standard output.
    var output = ""
    /// The text for standard error.
    var errors = ""
    var code: Int32 = 0

    /// Turns an error of a command, or of the argument parser, into text and an exit code.
    ///
    /// - Parameter arguments: the arguments after the program's name.
    init(_ error: any Error, arguments: [String]) {
        switch error {
        case let failure as StandardOutput.Failure:
            code = 74
            // The process that closed the pipe needs no message.
            if !failure.isClosedPipe { errors = StandardError.said(["\(failure)"]) }
        case let failure as StartFailure:
            code = failure.exitCode.rawValue
            errors = StandardError.said(["\(failure)"])
        case let failure as InputFailure:
            code = failure.isMistyped ? ExitCode.validationFailure.rawValue : 1
            errors = StandardError.said(failure.lines)
        case let failure as TagFailure:
            code = failure.isMistyped ? ExitCode.validationFailure.rawValue : 1
            errors = StandardError.said(["\(failure)"])
        case let ended as NewTags.Ended:
            code = BulkExit.interrupted.rawValue
            errors = StandardError.said(["\(ended)"])
        case is DecodingError:
            code = 1
            errors = StandardError.said(["the answer is not from an admin plane; check its address"])
        case let failure as any CommandFailure:
            code = 1
            errors = StandardError.said(["\(failure)"])
        case let error as CocoaError:
            code = 1
            errors = StandardError.said([error.localizedDescription])
        default:
            code = Tagline.exitCode(for: error).rawValue
            let text = Tagline.fullMessage(for: error)
            if code == 0 {
                output = text.isEmpty ? "" : text + "\n"
            } else if let mistake = code == 64 ? CommandLineMistake.first(in: arguments) : nil {
                errors = mistake.description + "\n"
            } else {
                errors = text.isEmpty ? "" : text + "\n"
            }
        }
    }

    /// Prints the remaining output. Returns the exit code.
    func tell() -> Int32 {
        if !errors.isEmpty { StandardError.write(errors) }
        guard !output.isEmpty else { return code }
        do {
            try StandardOutput.write(output.utf8)
            return code
        } catch {
            return CommandEnding(error, arguments: []).tell()
        }
    }
}

/// An error that ends a command with exit code 1. Its description explains the error in one line.
protocol CommandFailure: Error, CustomStringConvertible {}

extension InputFailure: CommandFailure {}
extension RejectsFailure: CommandFailure {}
extension RunFailure: CommandFailure {}
extension RunFileFailure: CommandFailure {}
extension SyncFailure: CommandFailure {}
extension TagFailure: CommandFailure {}
