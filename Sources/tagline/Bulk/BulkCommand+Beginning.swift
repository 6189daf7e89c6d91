import BulkRuns
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// Creates the file of a new run. If a signal comes before the run begins, the command removes this file.
    ///
    /// - Parameter isPlan: whether the command only prints a plan. For a plan, the file is temporary and `path` is not
    ///   used.
    func newRun(_ path: String, isPlan: Bool) throws -> RunFile {
        if isPlan { return try RunFile.temporary() }
        try RunFile.makeRoom(at: path)
        let run = try RunFile.create(path, command: TypedCommand.text)
        EndingSignals.enter(.beforeTheRun(leave: { run.remove() }))
        return run
    }

    /// Creates the tags that the run needs and the account lacks, and completes the run's file. After a failure or a
    /// signal, deletes the created tags.
    ///
    /// - Parameters:
    ///   - notesHolders: whether to record in the run's file which followers the run does not change.
    ///   - identity: returns what the file must record about the run. The argument of `identity` maps the placeholder
    ///     of each new tag to the tag's id.
    func begin(
        _ run: RunFile, _ making: TagMaking, notesHolders: Bool, identity: ([Int: TagID]) -> RunFile.Identity
    ) async throws {
        let tags = NewTags(at: account, besides: making.tags) { StandardError.say("\($0)") }
        if !making.missing.isEmpty { EndingSignals.enter(.beginning(tags)) }
        do {
            try await account.reporting { try await tags.make(making.missing) }
            let ids = tags.ids
            try run.name(ids)
            if notesHolders { try await noteHolders(run, tags) }
            try run.complete(identity(ids))
            try tags.settle()
        } catch {
            await tags.takeBack()
            // If a signal came, report the signal, even if a call has failed too.
            try tags.check()
            throw error
        }
        EndingSignals.enter(.begun)
    }

    /// Notes which followers the run does not change, so that `--undo` does not change them either.
    private func noteHolders(_ run: RunFile, _ tags: NewTags) async throws {
        try await HoldersBefore(run, at: account, passedOver: StandardError.sayPassedOver)
            .note(made: Array(tags.ids.values), unnoted: { say("\($0)") }, check: { try tags.check() })
    }
}
