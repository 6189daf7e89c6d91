import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccountClient

/// How fast a run goes, and how it says so; the same for every command that makes many calls.
struct PaceOptions: ParsableArguments {
    @Option(help: "The most calls under way at once, 1 to 256; fewer are, if more make nothing faster.")
    var concurrency = 32

    @Option(help: "The most calls that begin in a second, such as 20 or 0.5; those before and after the run count too.")
    var callsPerSecond: Double?

    @Option(help: "Stop after so many calls.")
    var maxCalls: Int?

    @Option(help: "How often a call is tried at most that gets no answer or one that may pass by itself.")
    var attempts = RetryPolicy.standard.attempts

    @Option(help: "How to say how far it is, on standard error: auto, bar, json or none.")
    var progress = ProgressStyle.auto

    @Flag(help: "Print how it ended as a JSON object on standard output; everything else is on standard error.")
    var json = false

    func validate() throws {
        guard 1...256 ~= concurrency else { throw ValidationError("--concurrency is a number from 1 to 256") }
        guard 1...100 ~= attempts else { throw ValidationError("--attempts is a number from 1 to 100") }
        if let callsPerSecond, !(0.01...100_000 ~= callsPerSecond) {
            throw ValidationError("--calls-per-second is a number from 0.01 to 100000")
        }
        if let maxCalls, maxCalls < 1 { throw ValidationError("--max-calls is a number from 1") }
    }

    var retries: RetryPolicy { RetryPolicy(attempts: attempts) }

    var tagger: BulkTagger.Options {
        var options = BulkTagger.Options()
        options.concurrency = OpenFileLimit.concurrency(wanted: concurrency)
        options.calls = maxCalls
        return options
    }
}

/// Where a run is kept and what it leaves behind.
struct RunOptions: ParsableArguments {
    @Option(
        help: "Where the run is kept, to be resumed or undone. (default: the input's name and .run)",
        completion: .file())
    var runFile: String?

    @Option(help: "Where to list who was refused. (default: the input's name and .rejects.csv)", completion: .file())
    var rejects: String?

    /// Returns the path of the run file for these inputs. The name comes from the first input that is a file.
    func path(for inputs: [String]) -> String {
        if let runFile { return runFile }
        let files = inputs.filter { $0 != "-" && !$0.isDescriptor && FileStatus(path: $0)?.isPlain ?? true }
        guard let first = files.first else { return "tagline.run" }
        return inputs.count == 1 ? first + ".run" : "\(first)+\(inputs.count - 1).run"
    }

    /// Returns the path for the list of refused followers. The name comes from the run file, so concurrent runs have
    /// different lists.
    func rejects(for inputs: [String]) -> String {
        if let rejects { return rejects }
        let run = path(for: inputs)
        return (run.hasSuffix(".run") ? String(run.dropLast(4)) : run) + ".rejects.csv"
    }

    /// Throws ``StartFailure`` if a file that the command writes is another file that it needs.
    ///
    /// - Parameter logFile: the path of the log of calls; nil for none.
    func check(inputs: [String], logFile: String?) throws {
        func place(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().standardized.path }
        for (option, value) in [("--run-file", runFile), ("--rejects", rejects), ("--log-file", logFile)]
        where value?.isEmpty ?? false {
            throw StartFailure.badSetting("\(option) is empty; name a file")
        }
        let run = path(for: inputs)
        let rejects = rejects(for: inputs)
        let written =
            [("the run file", run, "--run-file"), ("the run file", run + ".previous", "--run-file")]
            + [("the list of refused followers", rejects, "--rejects")]
            + [("the list of refused followers", rejects + ".previous", "--rejects")]
            + (logFile.map { [("the log of calls", $0, "--log-file")] } ?? [])
        for (index, (what, path, option)) in written.enumerated() where FileStatus(path: path)?.isPlain ?? true {
            if let input = inputs.first(where: { $0 != "-" && place($0) == place(path) }) {
                throw StartFailure.badSetting(
                    "\(input) is an input and would be \(what); rename it first, or name another file with \(option)")
            }
            if let other = written[..<index].first(where: { place($0.1) == place(path) }), other.0 != what {
                throw StartFailure.badSetting(
                    "\(path) would be \(other.0) and \(what); name another file with \(option)")
            }
        }
    }
}

/// How a run ended, as an exit code.
enum BulkExit {
    /// It is over, and some were refused or are unknown.
    static let someRefused = ExitCode(2)
    /// The quota of the day, or `--max-calls`, is used up; the rest can be done later.
    static let usedUp = ExitCode(3)
    /// It stopped before its end for another reason; the rest can be done later.
    static let stopped = ExitCode(4)
    /// What the platform lists is not what the run did.
    static let notVerified = ExitCode(5)
    /// A signal stopped it.
    static let interrupted = ExitCode(130)

    static let help = """
        Exit codes: 0 everyone is done; 1 nothing was sent, for the reason told; 2 it is over and some were refused or are \
        unknown; 3 the day's quota or --max-calls is used up, go on later with --resume; 4 it stopped for another reason, go on \
        with --resume; 5 --verify found a difference; 64 the command is not to be understood; 74 the output could not be written; \
        130 a signal stopped it, go on with --resume.
        """
}
