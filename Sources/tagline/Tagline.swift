import ArgumentParser
import Foundation
import TaglineServer

// Every command sets its own name. To derive the name from the type would cost several milliseconds of reflection at
// the start.
@main
struct Tagline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tagline",
        abstract:
            "Tag the followers of a WeChat Official Account in bulk: run the API, test against it, see what it did.",
        discussion: """
            tagline help exit-codes lists the exit codes.

            Examples:
              tagline sandbox
              tagline tag --tag vip --file followers.txt
            """,
        version: TaglineVersion.current,
        subcommands: [
            SandboxCommand.self, ServeCommand.self, MigrateCommand.self, AccountsCommand.self, TagsCommand.self,
            FollowersCommand.self, BlacklistCommand.self, QuotaCommand.self, CallsCommand.self, FaultsCommand.self,
            StateCommand.self, TagCommand.self, UntagCommand.self, SyncCommand.self, MembersCommand.self,
            RunsCommand.self, ExplainCommand.self, HealthcheckCommand.self,
        ])

    static func main() async {
        // A file or a socket must not take the place of a standard stream that the caller has closed.
        ProcessLimits.fillStandardStreams()
        // A write to a closed pipe, or beyond the size limit of a file, returns an error and does not end the process.
        ProcessLimits.surviveWriteSignals()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            // Check the limit of open files before the first `await`, because Swift's runtime opens its files there.
            try OpenFileLimit.prepareRuntime()
        } catch {
            Foundation.exit(CommandEnding(error, arguments: arguments).tell())
        }
        Foundation.exit(await end(of: arguments))
    }

    /// Runs the command from the command line. Returns the exit code after all output is written.
    private static func end(of arguments: [String]) async -> Int32 {
        do {
            if arguments == ["help", "exit-codes"] {
                try tell(lines: DocumentedExitCode.table)
                return 0
            }
            if let script = CompletionScript.requested(by: arguments) {
                try StandardOutput.write((script + "\n").utf8)
                return 0
            }
            if let mistake = CommandLineMistake.inHelp(arguments) {
                StandardError.write(mistake.description + "\n")
                return ExitCode.validationFailure.rawValue
            }
            var command = try parseAsRoot(arguments)
            try RepeatedOption.check(arguments, for: command)
            try NamedFiles.check(of: command)
            try OpenFileLimit.prepare()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            // Output that did not go through `StandardOutput` may still be in a buffer.
            guard fflush(nil) == 0 else { throw StandardOutput.Failure(errno: errno) }
            return 0
        } catch {
            return CommandEnding(error, arguments: arguments).tell()
        }
    }
}
