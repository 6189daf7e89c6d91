import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// A format in which the admin plane exports the present followers of an account, one on each line.
package enum FollowerExport: String, Sendable, CaseIterable {
    /// CSV with the column `openid`.
    case openIDs = "openids"
    /// CSV with the columns `openid`, `since`, `tag` and `remark`.
    case csv
    /// NDJSON with the members that a follower has in ``FollowerInfo``.
    case ndjson

    var mediaType: String {
        switch self {
        case .openIDs, .csv: "text/csv; charset=utf-8"
        case .ndjson: "application/x-ndjson"
        }
    }

    var fileName: String {
        switch self {
        case .openIDs, .csv: "followers.csv"
        case .ndjson: "followers.ndjson"
        }
    }

    /// Returns the export as the body of a response. The body has the tags and remarks of the moment at which the
    /// export begins.
    func body(of appID: AppID, in store: any TagStore) async throws(Refusal) -> ResponseBody {
        switch self {
        case .openIDs: return Self.pages(of: appID, in: store)
        case .csv:
            let cells = FollowerCells(tags: try await store.tags(of: appID))
            return Self.body(try await store.exportState(of: appID), header: FollowerCells.header) { follower in
                cells.line(of: follower)
            }
        case .ndjson:
            return Self.body(try await store.exportState(of: appID), header: "") { follower in
                var json = JSONText(capacity: 120)
                follower.writeLine(to: &json)
                return json.bytes
            }
        }
    }

    private static func pages(of appID: AppID, in store: any TagStore) -> ResponseBody {
        ResponseBody { writer in
            try await writer.write(ByteBuffer(string: "openid\n"))
            var cursor: OpenID?
            repeat {
                let page = try await store.followers(after: cursor, of: appID)
                var lines = ByteBuffer()
                for openID in page.openIDs { lines.writeString("\(openID)\n") }
                try await writer.write(lines)
                cursor = page.openIDs.last
            } while cursor != nil
            try await writer.finish(nil)
        }
    }

    private static func body(
        _ records: AsyncThrowingStream<StateRecord, any Error>, header: String,
        _ line: @escaping @Sendable (FollowerState) -> [UInt8]
    ) -> ResponseBody {
        ResponseBody { writer in
            if !header.isEmpty { try await writer.write(ByteBuffer(string: header)) }
            for try await record in records {
                guard case .followers(let part) = record else { continue }
                var lines = ByteBuffer()
                for follower in part where follower.isFollowing { lines.writeBytes(line(follower)) }
                try await writer.write(lines)
            }
            try await writer.finish(nil)
        }
    }
}

extension FollowerState {
    /// Writes the follower as a line of JSON. Uses no encoder, which would be slow for millions of followers.
    fileprivate func writeLine(to json: inout JSONText) {
        json.object { line in
            line.field("openid") { $0.openID(openID) }
            line.field("since", Int(since.seconds))
            line.field("tags") { json in json.array(tagIDs) { $1.number($0.rawValue) } }
            line.field("remark", remark)
        }
        json.raw("\n")
    }
}
