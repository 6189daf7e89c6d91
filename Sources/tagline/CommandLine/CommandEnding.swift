import ArgumentParser
import Foundation

/// What is left to say when a command has ended, and its exit code.
struct CommandEnding: Equatable {
    /// For standard output.
    var output = ""
    /// For standard error.
    var errors = ""
    var code: Int32 = 0

    /// Turns what a command threw, or what the parser says of the arguments, into words and a code.
    ///
    /// - Parameter arguments: what was typed behind the program's name.
    init(_ error: any Error, arguments: [String]) {
        switch error {
        case let failure as StandardOutput.Failure:
            code = 74
            // Whoever closed the pipe knows that nothing more is read.
            if !failure.isClosedPipe { errors = "tagline: \(failure)\n" }
        case let failure as StartFailure:
            code = failure.exitCode.rawValue
            errors = "tagline: \(failure)\n"
        case is DecodingError:
            code = 1
            errors = "tagline: the answer is none of an admin plane; is its address right?\n"
        case let failure as any CommandFailure:
            code = 1
            errors = "tagline: \(failure)\n"
        case let error as CocoaError:
            code = 1
            errors = "tagline: \(error.localizedDescription)\n"
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

    /// Says what is left to say. Returns the exit code.
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

/// A failure that its own description explains in a line, and that ends a command with exit code 1.
protocol CommandFailure: Error, CustomStringConvertible {}
