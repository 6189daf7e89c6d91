import Foundation

/// Computes what a loss of power can leave of the files of a directory.
///
/// All synced changes remain. Later changes remain in part:
/// - A prefix of a file's writes and truncations remains, or each 512-byte sector has one of its states since the last
///   sync.
/// - A prefix of the creations and deletions remains, or any subset of these changes.
///
/// A drive with a cache can write sectors in another order than the program. A file system stores the length of a file
/// separately from the bytes of the file. So a file can have its full length, with zeroes in place of missing bytes.
struct PowerLoss {
    private enum NameChange {
        case created(String, file: Int)
        case deleted(String)
    }

    /// All files that ever existed. A deleted file can come back.
    private var files: [UnsyncedFile] = []
    /// The index in ``files`` of each name, as the running program sees the directory.
    private var names: [String: Int] = [:]
    /// The index in ``files`` of each name at the last sync of the directory.
    private var syncedNames: [String: Int] = [:]
    private var nameChanges: [NameChange] = []

    /// - Parameter log: all operations in the directory before power failed. The directory was empty before these
    ///   operations.
    init(after log: some Sequence<RecordedOperation>) {
        for operation in log { take(operation) }
    }

    private mutating func take(_ operation: RecordedOperation) {
        switch operation.change {
        case .creation:
            names[operation.file] = files.count
            nameChanges.append(.created(operation.file, file: files.count))
            files.append(UnsyncedFile())
        case .deletion:
            names[operation.file] = nil
            nameChanges.append(.deleted(operation.file))
        case .sync:
            if let file = names[operation.file] { files[file].sync() }
        case .write, .truncation:
            if let file = names[operation.file] { files[file].pending.append(operation.change) }
        }
        guard operation.syncsDirectory else { return }
        syncedNames = names
        nameChanges = []
    }

    /// Returns the names and the contents of files that a loss of power can leave.
    func survivors(using random: inout some RandomNumberGenerator) -> [String: Data] {
        var left = syncedNames
        for change in Self.survivors(of: nameChanges, using: &random) {
            switch change {
            case .created(let name, let file): left[name] = file
            case .deleted(let name): left[name] = nil
            }
        }
        var contents: [String: Data] = [:]
        // Takes the files in a fixed order, so that the result depends only on the seed.
        for (name, file) in left.sorted(by: { $0.key < $1.key }) {
            contents[name] = files[file].survivor(using: &random)
        }
        return contents
    }

    private static func survivors(
        of changes: [NameChange], using random: inout some RandomNumberGenerator
    ) -> [NameChange] {
        switch Fate.random(using: &random) {
        case .kept: return changes
        case .lost: return []
        case .prefix: return Array(changes.prefix(Int.random(in: 0...changes.count, using: &random)))
        case .scattered:
            var left: [NameChange] = []
            for change in changes where Bool.random(using: &random) { left.append(change) }
            return left
        }
    }
}

/// The part of the unsynced changes that is left.
private enum Fate: CaseIterable {
    case kept, lost, prefix, scattered

    static func random(using random: inout some RandomNumberGenerator) -> Fate {
        allCases.randomElement(using: &random) ?? .kept
    }
}

/// A file and its changes since its last sync.
private struct UnsyncedFile {
    /// The number of bytes that a disk writes whole or not at all.
    private static let sectorSize = 512

    private var synced = Data()
    var pending: [RecordedOperation.Change] = []

    mutating func sync() {
        for change in pending { synced.take(change) }
        pending = []
    }

    /// Returns a content that a loss of power can leave.
    func survivor(using random: inout some RandomNumberGenerator) -> Data {
        switch Fate.random(using: &random) {
        case .kept: return with(pending[...])
        case .lost: return synced
        case .prefix: return prefix(using: &random)
        case .scattered: return scattered(using: &random)
        }
    }

    private func with(_ changes: ArraySlice<RecordedOperation.Change>) -> Data {
        var content = synced
        for change in changes { content.take(change) }
        return content
    }

    /// Returns the content after a prefix of the changes. The last change of the prefix can be cut off at any sector.
    private func prefix(using random: inout some RandomNumberGenerator) -> Data {
        let whole = Int.random(in: 0...pending.count, using: &random)
        var content = with(pending.prefix(whole))
        guard whole < pending.count, case .write(let bytes, let offset) = pending[whole] else { return content }
        let parts = Self.sectors(of: bytes, at: offset)
        for part in parts.prefix(Int.random(in: 0...parts.count, using: &random)) {
            content.take(.write(part.bytes, at: part.offset))
        }
        return content
    }

    /// Returns the content with each sector in one of its states since the last sync.
    private func scattered(using random: inout some RandomNumberGenerator) -> Data {
        var content = synced
        // For each sector, the random number of changes that reach it.
        var reached: [Int: Int] = [:]
        for (index, change) in pending.enumerated() {
            guard case .write(let bytes, let offset) = change else {
                if Bool.random(using: &random) { content.take(change) }
                continue
            }
            for part in Self.sectors(of: bytes, at: offset) {
                let sector = part.offset / Self.sectorSize
                if reached[sector] == nil {
                    let between = Int.random(in: 0...pending.count, using: &random)
                    reached[sector] = [0, between, pending.count].randomElement(using: &random)
                }
                if index < reached[sector] ?? 0 { content.take(.write(part.bytes, at: part.offset)) }
            }
        }
        let fullLength = with(pending[...]).count
        if content.count < fullLength, Bool.random(using: &random) { content.extend(to: fullLength) }
        return content
    }

    /// Splits a write at the boundaries of the file's sectors.
    private static func sectors(of bytes: Data, at offset: Int) -> [(offset: Int, bytes: Data)] {
        var parts: [(offset: Int, bytes: Data)] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + sectorSize - (offset + start) % sectorSize)
            parts.append((offset + start, bytes.subdata(in: start..<end)))
            start = end
        }
        return parts
    }
}

extension Data {
    /// Applies an operation to the bytes of a file.
    fileprivate mutating func take(_ change: RecordedOperation.Change) {
        switch change {
        case .write(let bytes, let offset):
            extend(to: offset)
            replaceSubrange(offset..<Swift.min(count, offset + bytes.count), with: bytes)
        case .truncation(let size):
            if size < count { removeSubrange(size..<count) }
            extend(to: size)
        case .creation, .sync, .deletion: break
        }
    }

    /// Appends zeroes up to a size.
    fileprivate mutating func extend(to size: Int) {
        if count < size { append(Data(count: size - count)) }
    }
}
