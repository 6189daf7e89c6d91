import Hummingbird
import OfficialAccount
import TagStore

/// The side of the server that its owner talks to.
public enum AdminPlane {
    /// `/healthz` and `/readyz`, and whatever `add` puts beside them.
    public static func responder(
        store: any TagStore, adding add: (Router<BasicRequestContext>) -> Void = { _ in }
    ) -> some HTTPResponder<BasicRequestContext> {
        let router = Router()
        router.add(middleware: SameOriginOnly())
        router.get("healthz") { _, _ in Response.json { $0.field("status", "alive") } }
        router.get("readyz") { _, _ in
            switch await store.condition {
            case .writable: Response.json { $0.field("status", "ready") }
            case .readOnly(let reason): Response.error("the store cannot write: \(reason)", status: .serviceUnavailable)
            }
        }
        add(router)
        return router.buildResponder()
    }
}
