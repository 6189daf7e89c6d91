import AdminAPI
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The routes that export and import the state of accounts as one file.
struct StateRoutes: Sendable {
    let store: any TagStore
    let quotas: QuotaKeeper
    /// The state of a sandbox; nil in production.
    let sandbox: SandboxState?
    /// The directory for files, each of which holds the body of an import until the whole body has arrived.
    let directory: URL
    private let queue = ImportQueue()

    init(store: any TagStore, quotas: QuotaKeeper, sandbox: SandboxState?, directory: URL) {
        self.store = store
        self.quotas = quotas
        self.sandbox = sandbox
        self.directory = directory
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/state", "Export the present state of every account.",
                answers: [.lines([StateFile.Line.self])]
            ) { _, _ in try await export(nil) },
            AdminRoute(
                .post, "/state",
                "Import the accounts of an exported state with everything that belongs to them, all or none.",
                query: Self.importQuery, body: .lines(mayBeEmpty: false), answer: AccountsInPlace.self,
                statuses: [200, 400, 409], handler: importState),
            AdminRoute(
                .get, "/accounts/{appid}/state", "Export the present state of one account.",
                answers: [.lines([StateFile.Line.self])], statuses: [200, 404]
            ) { _, context in try await export(try AccountRoutes.appID(context)) },
        ]
    }

    private static let importQuery = [
        AdminMember("replace", .flag, "true to replace accounts that exist already")
    ]

    private func export(_ appID: AppID?) async throws -> Response {
        await quotas.save()
        let records = try await store.exportState(of: appID)
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                var file = StateFileWriter()
                try await writer.write(ByteBuffer(bytes: file.begin()))
                for try await record in records { try await writer.write(ByteBuffer(bytes: file.lines(of: record))) }
                try await writer.write(ByteBuffer(bytes: file.end()))
                try await writer.finish(nil)
            })
    }

    @Sendable private func importState(
        _ request: Request, _ context: AdminContext
    ) async throws -> AccountsInPlace {
        let replaces = try AdminQuery(request, of: Self.importQuery).flag("replace") ?? false
        do {
            let spool = try await spooled(request.body)
            let added = try await queue.run {
                try await store.importState(replaces ? .replacing : .adding) { sink in
                    var reader = StateFileReader(limits: store.limits) { try sink.take($0, line: $1) }
                    try await spool.eachPiece { try reader.read($0) }
                    try reader.finish()
                }
            }
            try await quotas.begin(Set(added))
            sandbox?.forgetChanges(of: added)
            return AccountsInPlace(accounts: added.map(\.rawValue))
        } catch let error as StateFileError {
            throw AdminError.badRequest("\(error.sentence); nothing was imported")
        } catch let failure as SpillFailure {
            throw AdminError(
                status: .serviceUnavailable,
                sentence: "the server cannot keep the import on its disk: \(failure); nothing was imported")
        } catch let refusal as Refusal where refusal.code == .invalidAppID {
            throw AdminError.conflict("\(refusal.reason); nothing was imported")
        } catch let refusal as Refusal where refusal.code == .dataFormatError {
            throw AdminError.badRequest(refusal.reason)
        }
    }

    /// Returns the body when all of it has arrived. An import begins only then: the store holds an import in memory,
    /// and a slow body would occupy this memory for long. If the body does not begin like a state, throws
    /// ``StateFileError`` before the whole body has arrived.
    private func spooled(_ body: RequestBody) async throws -> ImportSpool {
        var spool = ImportSpool(in: directory)
        var judge = StateFileReader(limits: store.limits) { _, _ in }
        for try await piece in body {
            if spool.isInMemory { try judge.read(piece.readableBytesView) }
            try await spool.append(piece)
        }
        return spool
    }
}
