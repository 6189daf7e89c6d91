import Crypto
import Foundation
import GRDB

@testable import EmbeddedTagStore

/// Turns the files of a closed store into files of an earlier version. The earlier version did not keep a total for
/// each table.
enum EarlierVersion {
    static func make(of directory: String) throws {
        let queue = try DatabaseQueue(path: directory + "/" + Disk.fileName)
        try queue.write { db in
            try db.execute(sql: "DROP TABLE row_total")
            try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '2 %'")
        }
        try queue.close()
        let mark = URL(filePath: directory + "/" + LogMark.fileName)
        let present = LogMark([UInt8](try Data(contentsOf: mark)))
        try Data(earlierMark(sequence: present?.milestone.sequence ?? 0)).write(to: mark)
    }

    /// Returns the bytes of the log mark that an earlier version wrote when it closed a store.
    static func earlierMark(sequence: Int64) -> [UInt8] {
        var bytes = Array("TGM1".utf8)
        for number in [0, 0, UInt64(bitPattern: sequence)] {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes + SHA256.hash(data: bytes).prefix(16)
    }
}
