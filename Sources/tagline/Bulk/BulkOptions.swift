import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccountClient

/// The options of every command that makes many calls: the pace of the calls, and the form of the output.
struct PaceOptions: ParsableArguments {
    @Option(help: "Maximum number of calls in flight, 1 to 256. The command uses fewer if more would not be faster.")
    var concurrency = 32

    @Option(
        help: "Maximum number of calls a second, such as 20 or 0.5. Includes the calls before and after the run.",
        transform: PaceOptions.rate)
    var callsPerSecond: Double?

    @Option(help: "Stop after this number of calls.")
    var maxCalls: Int?

    @Option(help: "Maximum number of attempts for a call that gets no answer or a temporary error.")
    var attempts = RetryPolicy.standard.attempts

    @Option(help: "How to show the progress on standard error: auto, bar, json or none.")
    var progress = ProgressStyle.auto

    @Flag(help: "Print the result as a JSON object to standard output, and everything else to standard error.")
    var json = false

    func validate() throws {
        guard 1...256 ~= concurrency else { throw ValidationError("--concurrency must be a number from 1 to 256") }
        guard 1...100 ~= attempts else { throw ValidationError("--attempts must be a number from 1 to 100") }
        if let callsPerSecond, !(0.01...100_000 ~= callsPerSecond) {
            throw ValidationError("--calls-per-second must be a number from 0.01 to 100000")
        }
        if let maxCalls, maxCalls < 1 { throw ValidationError("--max-calls must be 1 or more") }
    }

    /// Reads a rate in decimal digits. Throws `ValidationError` for anything else.
    static func rate(_ text: String) throws -> Double {
        guard let rate = Double(decimal: text) else { throw ValidationError("write a number such as 20 or 0.5") }
        return rate
    }

    var retries: RetryPolicy { RetryPolicy(attempts: attempts) }

    var tagger: BulkTagger.Options {
        var options = BulkTagger.Options()
        options.concurrency = OpenFileLimit.concurrency(wanted: concurrency)
        options.calls = maxCalls
        return options
    }
}

/// The files of a run: the run file and the list of refused followers.
struct RunOptions: ParsableArguments {
    @Option(
        help: "File that keeps the run, to resume or undo it. (default: the input's name and .run)",
        completion: .file())
    var runFile: String?

    @Option(
        help: "File that lists the refused followers. (default: the input's name and .rejects.csv)",
        completion: .file())
    var rejects: String?

    /// Returns the path of the run file: the value of `--run-file`, or a name made from the first input that is a file.
    /// If there is neither, returns `tagline.run`.
    func path(for inputs: [String]) -> String {
        if let runFile { return runFile }
        let files = inputs.filter { $0 != "-" && !$0.isDescriptor && FileStatus(path: $0)?.isPlain ?? true }
        guard let first = files.first else { return "tagline.run" }
        return inputs.count == 1 ? first + ".run" : "\(first)+\(inputs.count - 1).run"
    }

    /// Returns the path of the list of refused followers: the value of `--rejects`, or a name made from the path of the
    /// run file. So concurrent runs without `--rejects` have different lists.
    func rejects(for inputs: [String]) -> String {
        if let rejects { return rejects }
        let run = path(for: inputs)
        return (run.hasSuffix(".run") ? String(run.dropLast(4)) : run) + ".rejects.csv"
    }

    /// Throws ``StartFailure`` if the value of an option is empty.
    ///
    /// - Parameter logFile: the path of the log of calls; nil without a log.
    func check(logFile: String?) throws {
        for (option, value) in [("--run-file", runFile), ("--rejects", rejects), ("--log-file", logFile)]
        where value?.isEmpty ?? false {
            throw StartFailure.badSetting("\(option) is empty; name a file")
        }
    }

    /// Returns the input files, the run file and the list of refused followers.
    func namedFiles(for inputs: [String]) -> NamedFiles {
        var files = NamedFiles()
        for input in inputs { files.reads("an input", input, "--file") }
        files.writes(
            "the run file", path(for: inputs), "--run-file", isDefault: runFile == nil,
            andWith: [".previous", "-journal"])
        files.writes(
            "the list of refused followers", rejects(for: inputs), "--rejects", isDefault: rejects == nil,
            andWith: [".previous"])
        return files
    }
}

/// How a run ended, as an exit code.
enum BulkExit {
    /// The run is over. The platform refused some followers, or the outcome for some followers is unknown.
    static let someRefused = ExitCode(2)
    /// The quota of the day, or `--max-calls`, is used up. The command can go on with the run later.
    static let usedUp = ExitCode(3)
    /// The run stopped before its end for another reason. The command can go on with the run later.
    static let stopped = ExitCode(4)
    /// The platform's lists differ from the result of the run.
    static let notVerified = ExitCode(5)
    /// A signal stopped the run.
    static let interrupted = ExitCode(130)

    static let help = """
        Exit codes: 0 every follower was changed; 1 nothing was sent, and one line says why; 2 the run is over, but some followers \
        were refused or are unknown; 3 the day's quota or --max-calls is used up, go on later with --resume; 4 the run stopped for \
        another reason, go on with --resume; 5 --verify found a difference; 64 the command line is invalid; 74 the output could \
        not be written; 130 a signal stopped the run, go on with --resume.
        """
}
