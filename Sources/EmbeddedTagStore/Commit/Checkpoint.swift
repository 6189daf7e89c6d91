import Foundation

/// Saves the changed chunks of followers, one chunk in each transaction. Then cuts the journal: deletes the records
/// whose changes the saved chunks contain.
///
/// When a pass starts, the checkpoint lists every chunk with unsaved changes, in ascending order. Each step of the pass
/// writes the next chunk with all changes made before the step. After the last step, the chunks on disk contain the
/// changes of every journal record from before the pass.
struct Checkpoint {
    struct Place: Hashable {
        let account: AccountNumber
        let chunk: Int
    }

    /// What the current transaction writes for the checkpoint. ``undoStep()`` needs this value if the transaction
    /// fails.
    private struct Step {
        var saved: (chunk: FollowerChunk, identities: Bool, words: Bool)?
        var isLast = false
        var trims = false
    }

    /// The size of the journal, in bytes, at which a pass starts.
    let threshold: Int
    /// The number of bytes that were written to the journal after the last pass began.
    private var journalBytes: Int
    /// The number of bytes in the older part of the journal, which the current pass will cut.
    private var bytesBeforeCut = 0
    /// The sequence number of the last journal record whose changes the chunks on disk contain.
    private(set) var savedCut: Int64
    /// The sequence number of the last journal record that the current pass will cut.
    private var cut: Int64 = 0
    private var remaining: ArraySlice<Place> = []
    private var isPassing = false
    private var trimThrough: Int64?
    private var step = Step()

    init(threshold: Int, savedCut: Int64, journalBytes: Int) {
        self.threshold = threshold
        self.savedCut = savedCut
        self.journalBytes = journalBytes
    }

    /// Returns whether the next step has something to write.
    ///
    /// - Parameter isSweeping: whether a deleted tag is still in the tag words of some followers. If so, no pass may
    ///   begin, because a pass would cut the journal record of the deletion.
    func hasWork(isSweeping: Bool) -> Bool {
        isPassing || trimThrough != nil || (journalBytes >= threshold && !isSweeping)
    }

    /// The number of bytes of the journal that the store would replay if the store opened now.
    var replayBytes: Int { bytesBeforeCut + journalBytes }

    /// Whether the current step ends a pass.
    var isAtLastStep: Bool { step.isLast }

    mutating func journalGrew(by bytes: Int) {
        journalBytes += bytes
    }

    /// Adds the rows of the next step to `transaction`. After the transaction, call ``finishStep(trimmed:)`` if it
    /// succeeded, or ``undoStep()`` if it failed.
    mutating func takeStep(
        _ world: World, lastSequence: Int64, isSweeping: Bool, into transaction: inout DiskTransaction
    ) {
        if !isPassing, trimThrough == nil, journalBytes >= threshold, !isSweeping {
            begin(world, lastSequence: lastSequence)
        }
        transaction.trimJournalThrough = trimThrough
        transaction.logPages = isPassing ? Disk.logPagesWhileSaving : Disk.logPages
        step = Step(trims: trimThrough != nil)
        guard isPassing else { return }
        if let place = remaining.first {
            let chunk = world.accounts[Int(place.account)].followers.chunks[place.chunk]
            step.saved = (chunk, chunk.hasUnsavedIdentities, chunk.hasUnsavedWords)
            transaction.rows += chunk.rows(at: place)
            chunk.markSaved()
        }
        if remaining.count <= 1 {
            step.isLast = true
            transaction.rows.append(CheckpointRow(cut: cut))
        }
    }

    /// Ends a step whose transaction is on disk.
    ///
    /// - Parameter trimmed: whether no journal record is left to trim.
    mutating func finishStep(trimmed: Bool) {
        if step.trims, trimmed { trimThrough = nil }
        if step.saved != nil { remaining = remaining.dropFirst() }
        if step.isLast {
            isPassing = false
            savedCut = cut
            trimThrough = cut
            bytesBeforeCut = 0
        }
        step = Step()
    }

    /// Removes the chunks of deleted accounts from the current pass.
    mutating func forget(_ accounts: Set<AccountNumber>) {
        guard !accounts.isEmpty else { return }
        remaining = remaining.filter { !accounts.contains($0.account) }[...]
    }

    /// Marks the step's chunk as unsaved again, after the step's transaction failed.
    mutating func undoStep() {
        if let saved = step.saved { saved.chunk.markUnsaved(identities: saved.identities, words: saved.words) }
        step = Step()
    }

    private mutating func begin(_ world: World, lastSequence: Int64) {
        isPassing = true
        cut = lastSequence
        bytesBeforeCut = journalBytes
        journalBytes = 0
        var places: [Place] = []
        for account in world.accounts {
            for (index, chunk) in account.followers.chunks.enumerated() where chunk.hasUnsavedChanges {
                places.append(Place(account: account.number, chunk: index))
            }
        }
        remaining = places[...]
    }
}

extension FollowerChunk {
    /// Returns the rows to write for the chunk's unsaved changes.
    func rows(at place: Checkpoint.Place) -> [any SealedRow] {
        var rows: [any SealedRow] = []
        if hasUnsavedIdentities {
            rows.append(
                ChunkRow<Identities>(
                    account: place.account, chunk: place.chunk, bytes: Data(ChunkBytes.identities(of: self))))
        }
        // New followers need their tag words too, so that both rows of a chunk always contain the same followers.
        if hasUnsavedIdentities || hasUnsavedWords {
            rows.append(
                ChunkRow<TagWords>(account: place.account, chunk: place.chunk, bytes: Data(ChunkBytes.words(of: self))))
        }
        return rows
    }
}
