import Foundation

/// Brings the saved chunks up to date, one with each transaction, and then cuts the journal.
///
/// A pass takes every chunk with unsaved changes at its start, in ascending order, and writes each as it is when its
/// turn comes. When the last is on disk, all of the journal up to the start of the pass is in the chunks.
struct Checkpoint {
    struct Place: Hashable {
        let account: AccountNumber
        let chunk: Int
    }

    /// What the transaction at hand writes, and what to take back if it fails.
    private struct Step {
        var saved: (chunk: FollowerChunk, identities: Bool, words: Bool)?
        var isLast = false
        var trims = false
    }

    /// Bytes of journal that set off a pass.
    let threshold: Int
    /// Bytes of journal since the last pass began.
    private var journalBytes: Int
    /// Bytes of journal before that which the pass under way will cut.
    private var bytesBeforeCut = 0
    /// Up to where the journal is in the chunks, as it stands on disk.
    private(set) var savedCut: Int64
    /// Where the pass under way will cut.
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

    /// Whether a step would have something to write.
    ///
    /// - Parameter isSweeping: a deleted tag is not off everyone yet, so that no pass may begin: it would cut the
    ///   record of the deletion.
    func hasWork(isSweeping: Bool) -> Bool {
        isPassing || trimThrough != nil || (journalBytes >= threshold && !isSweeping)
    }

    /// Bytes of journal that a start would replay.
    var replayBytes: Int { bytesBeforeCut + journalBytes }

    /// Whether the step under way ends a pass.
    var isAtLastStep: Bool { step.isLast }

    mutating func journalGrew(by bytes: Int) {
        journalBytes += bytes
    }

    /// Adds the rows of the next step to the transaction. Once it has ended, call ``finishStep(trimmed:)`` or
    /// ``undoStep()``.
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

    /// The step is on disk. `trimmed`: no journal record is left that could be trimmed.
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

    /// These accounts are gone, and so is what was to be saved of them.
    mutating func forget(_ accounts: Set<AccountNumber>) {
        guard !accounts.isEmpty else { return }
        remaining = remaining.filter { !accounts.contains($0.account) }[...]
    }

    /// The step came to nothing.
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
    /// The rows that its unsaved changes make.
    func rows(at place: Checkpoint.Place) -> [any SealedRow] {
        var rows: [any SealedRow] = []
        if hasUnsavedIdentities {
            rows.append(
                ChunkRow<Identities>(
                    account: place.account, chunk: place.chunk, bytes: Data(ChunkBytes.identities(of: self))))
        }
        // New followers need their words too, so that both halves always tell of the same ones.
        if hasUnsavedIdentities || hasUnsavedWords {
            rows.append(
                ChunkRow<TagWords>(account: place.account, chunk: place.chunk, bytes: Data(ChunkBytes.words(of: self))))
        }
        return rows
    }
}
