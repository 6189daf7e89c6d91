import Dispatch

extension CallJournal {
    /// Wakes the worker that moves the content of old calls into the spill file.
    func wakeSpill() {
        spill?.queue.async { self.spillContent() }
    }

    /// Writes the content of old calls into the spill file, until memory has room again. Runs on the spill's queue, so
    /// calls and readers never wait for this work.
    private func spillContent() {
        guard let spill else { return }
        var step = ring.change { $0.takeSpillStep() }
        while true {
            switch step {
            case .rest: return
            case .startOver:
                spill.removeAll()
                step = ring.change { $0.takeSpillStep() }
            case .write(let calls):
                let outcome = spill.put(calls)
                ring.change { ring in
                    for (number, entry) in outcome.calls { ring.settle(number, entry) }
                    ring.forgetOverwritten(before: outcome.oldest)
                    if let failed = outcome.failed { ring.stopSpilling(at: failed) }
                }
                // The ring has forgotten the calls in the file. The worker empties the file, so that the store can use
                // the space on the disk.
                if outcome.failed != nil { spill.removeAll() }
                step = ring.change { $0.takeSpillStep() }
            }
        }
    }
}
