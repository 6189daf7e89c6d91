import Foundation

/// The content of SQLite's write-ahead log before SQLite opens the log. Source: sqlite.org/walformat.html.
///
/// SQLite reads a log up to the first frame with a wrong checksum, and treats the rest as the remains of a crash. So
/// after a flipped bit, SQLite would silently ignore all later transactions. This type distinguishes a flipped bit from
/// a crash. The store syncs each transaction before it writes the next transaction. So a crash leaves at most one
/// unfinished transaction after the last whole transaction. If the frames after the first bad frame hold the ends of
/// two transactions, the log is damaged.
struct WriteAheadLog {
    /// The content of the log's file.
    enum Content: Equatable {
        /// There is no log, or the log never held a transaction.
        case nothing
        /// The head of the log is damaged, and the database lacks some pages of the log.
        case broken
        /// SQLite began to rewrite the head and did not finish. The database holds every page of the earlier log.
        case restarted
        case frames(Frames)
    }

    struct Frames: Equatable {
        let salts: UInt64
        /// The number of frames up to the end of the last whole transaction.
        var committed = 0
        /// The number of transaction ends after the first bad frame.
        var lostEnds = 0
        /// Whether frames of this log follow the last whole transaction.
        var hasRemains = false
    }

    let content: Content

    /// A log that holds nothing.
    static let none = WriteAheadLog(content: .nothing)

    private init(content: Content) {
        self.content = content
    }

    /// Reads the log of the database at `path`. A missing log holds nothing.
    ///
    /// If the head of the log is damaged, this initialiser also reads the database file. The read releases SQLite's
    /// locks on the file. So call this initialiser before SQLite opens the database, or just before SQLite closes the
    /// database.
    ///
    /// - Parameter file: the path of the log; nil for the path where SQLite looks for it.
    init(at file: String? = nil, besideDatabase path: String) throws {
        let log = URL(filePath: file ?? path + "-wal")
        guard FileManager.default.fileExists(atPath: log.path) else {
            content = .nothing
            return
        }
        let bytes = try Data(contentsOf: log, options: .alwaysMapped)
        let read = bytes.withUnsafeBytes { Self.read($0) }
        guard read == .broken, let database = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            content = read
            return
        }
        let isTakenIn = bytes.withUnsafeBytes { log in database.withUnsafeBytes { Self.isTakenIn(log, $0) } }
        content = isTakenIn ? .restarted : .broken
    }

    /// Returns a mark that holds `milestone` and the end of this log's last whole transaction.
    func mark(_ milestone: Milestone) -> LogMark {
        if case .frames(let frames) = content {
            LogMark(salts: frames.salts, frames: UInt64(frames.committed), milestone: milestone)
        } else {
            .none(milestone)
        }
    }

    /// The numbers that distinguish this log from other logs; nil if they are unknown.
    var salts: UInt64? {
        if case .frames(let frames) = content { frames.salts } else { nil }
    }

    /// Returns whether a store has used the log `aside` later than the log `present`.
    ///
    /// - Parameter mark: the mark of the last log that a store has used; nil if it is missing.
    static func holdsUsedLog(_ aside: WriteAheadLog, present: WriteAheadLog, _ mark: LogMark?) -> Bool {
        switch present.content {
        case .broken, .restarted: return false
        case .nothing, .frames: break
        }
        guard let mark else { return present.content == .nothing }
        guard let salts = mark.salts, present.salts != salts else { return false }
        return aside.salts.map { Self.age(of: $0, since: salts) >= 0 } ?? true
    }

    /// Returns how many logs SQLite has begun from the log with the salts `earlier` to the log with the salts `salts`.
    ///
    /// SQLite increments the first salt with each new log.
    private static func age(of salts: UInt64, since earlier: UInt64) -> Int32 {
        Int32(truncatingIfNeeded: (salts >> 32) &- (earlier >> 32))
    }

    /// Whether leftover frames follow the last whole transaction. A leftover frame stays in the log until SQLite writes
    /// a new frame in its place.
    var hasRemains: Bool {
        switch content {
        case .frames(let frames): frames.hasRemains
        case .restarted: true
        case .nothing, .broken: false
        }
    }

    /// Returns a description of the damage; nil if the log is whole, or if a crash explains what is missing.
    ///
    /// - Parameter mark: the mark of the log's last known end; nil if the end is not known.
    func damage(_ mark: LogMark?) -> String? {
        switch content {
        case .broken: return "the head of its log is not what was written"
        case .restarted: return nil
        case .nothing:
            guard let mark, mark.salts != nil, mark.frames > 0 else { return nil }
            return "its log is missing, which held \(mark.frames) pages"
        case .frames(let frames):
            if frames.lostEnds >= 2 {
                return "its log cannot be read after page \(frames.committed); \(frames.lostEnds) transactions follow"
            }
            guard let mark, let salts = mark.salts else { return nil }
            if salts == frames.salts, mark.frames > UInt64(frames.committed) {
                return "its log ends after \(frames.committed) pages, and \(mark.frames) had been written"
            }
            let isOlder = Self.age(of: frames.salts, since: salts) < 0
            return isOlder && mark.frames > 0 ? "its log is older than the last one that was written" : nil
        }
    }

    // MARK: Reading

    /// The number of bytes before the first frame.
    static let headSize = 32
    /// The number of bytes before the page in a frame.
    static let frameHeadSize = 24

    private static func read(_ bytes: UnsafeRawBufferPointer) -> Content {
        guard bytes.count > headSize else { return .nothing }
        let magic = word(bytes, 0)
        guard magic & ~1 == 0x377F_0682, let frameSize = frameSize(bytes) else { return .broken }
        var sum = Checksum(isBigEndian: magic & 1 == 1)
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[0..<24]))
        guard sum.first == word(bytes, 24), sum.second == word(bytes, 28) else { return .broken }
        var frames = Frames(salts: salts(bytes, 16))
        var isGood = true
        for index in 0..<(bytes.count - headSize) / frameSize {
            let start = headSize + index * frameSize
            let head = UnsafeRawBufferPointer(rebasing: bytes[start..<start + frameHeadSize])
            let isOfThisLog = salts(head, 8) == frames.salts
            let isEnd = word(head, 4) != 0
            if isGood {
                sum.add(UnsafeRawBufferPointer(rebasing: head[0..<8]))
                sum.add(UnsafeRawBufferPointer(rebasing: bytes[start + frameHeadSize..<start + frameSize]))
                isGood =
                    isOfThisLog && word(head, 0) != 0 && sum.first == word(head, 16) && sum.second == word(head, 20)
                if isGood {
                    if isEnd { frames.committed = index + 1 }
                    continue
                }
            }
            guard isOfThisLog else { continue }
            frames.hasRemains = true
            if isEnd { frames.lostEnds += 1 }
        }
        return .frames(frames)
    }

    /// Returns whether the database holds the latest version of every page in a log whose head is damaged.
    ///
    /// SQLite copies the whole log into the database before SQLite begins to overwrite the log. Then SQLite writes the
    /// new head before any new frame. So if a crash damages the new head, the database already holds the whole log.
    private static func isTakenIn(_ log: UnsafeRawBufferPointer, _ database: UnsafeRawBufferPointer) -> Bool {
        guard database.count >= 100 else { return false }
        // SQLite stores a page size of 65,536 bytes as 1.
        let written = Int(word(database, 16) >> 16)
        let pageSize = written == 1 ? 65_536 : written
        guard let frameSize = frameSize(ofPage: pageSize) else { return false }
        var last: [UInt32: Int] = [:]
        var unfinished: [UInt32: Int] = [:]
        var pages = 0
        for start in stride(from: headSize, through: log.count - frameSize, by: frameSize) {
            guard salts(log, start + 8) == salts(log, headSize + 8) else { break }
            unfinished[word(log, start)] = start + frameHeadSize
            guard word(log, start + 4) != 0 else { continue }
            pages = Int(word(log, start + 4))
            last.merge(unfinished) { $1 }
            unfinished = [:]
        }
        return !last.isEmpty
            && last.allSatisfy { page, place in
                let start = (Int(page) - 1) * pageSize
                if page > pages { return true }
                guard page > 0, start + pageSize <= database.count else { return false }
                return log[place..<place + pageSize].elementsEqual(database[start..<start + pageSize])
            }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func salts(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Returns the salts in the head of a log; nil if `bytes` is too short for a head.
    static func salts(ofHead bytes: [UInt8]) -> UInt64? {
        guard bytes.count >= headSize else { return nil }
        return bytes.withUnsafeBytes { salts($0, 16) }
    }

    /// Returns the size in bytes of each frame of a log; nil if `bytes` is not the head of a log.
    static func frameSize(ofHead bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { $0.count >= headSize ? frameSize($0) : nil }
    }

    private static func frameSize(_ head: UnsafeRawBufferPointer) -> Int? { frameSize(ofPage: Int(word(head, 8))) }

    private static func frameSize(ofPage size: Int) -> Int? {
        (512...65_536).contains(size) && size.nonzeroBitCount == 1 ? frameHeadSize + size : nil
    }

    private struct Checksum {
        let isBigEndian: Bool
        private(set) var first: UInt32 = 0
        private(set) var second: UInt32 = 0

        init(isBigEndian: Bool) {
            self.isBigEndian = isBigEndian
        }

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
                let left = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let right = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                first &+= (isBigEndian ? UInt32(bigEndian: left) : UInt32(littleEndian: left)) &+ second
                second &+= (isBigEndian ? UInt32(bigEndian: right) : UInt32(littleEndian: right)) &+ first
            }
        }
    }
}
