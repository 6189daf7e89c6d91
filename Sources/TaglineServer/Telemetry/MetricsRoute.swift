import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The route with the metrics of the server, for Prometheus.
struct MetricsRoute: Sendable {
    let store: any TagStore
    let calls: CallMeters
    let listeners: ListenerMeters
    /// The fault rules; nil in production.
    var faults: FaultBoard?

    var route: AdminRoute {
        AdminRoute(
            .get, "/metrics", "Calls, commits, followers and memory, for Prometheus.", answers: [.text("text/plain")]
        ) { _, _ in
            let condition = await store.condition
            var text = Self.text(calls, listeners, await store.vitals, isWritable: condition.isWritable)
            if let faults { text += Self.text(faults) }
            return Response(
                status: .ok, headers: [.contentType: MetricsText.mediaType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    static func text(
        _ calls: CallMeters, _ listeners: ListenerMeters, _ store: StoreVitals, isWritable: Bool
    ) -> String {
        var metrics = MetricsText()
        write(calls, to: &metrics)
        write(listeners, to: &metrics)
        metrics.begin("tagline_store_group_size", .histogram, "Calls in a group of calls that became durable together.")
        metrics.histogram("tagline_store_group_size", store.groupSizes)
        metrics.begin(
            "tagline_store_commit_seconds", .histogram,
            "Duration of a transaction, including its sync to stable storage.")
        metrics.histogram("tagline_store_commit_seconds", store.commits)
        let gauges: [(String, String, Double?)] = [
            ("tagline_store_writable", "1 while changes are possible.", isWritable ? 1 : 0),
            ("tagline_store_journal_bytes", "Bytes that a start would replay.", store.journalBytes.map(Double.init)),
            (
                "tagline_store_checkpoint_age_seconds", "Time since the journal was last cut, or since the start.",
                store.checkpointAge
            ),
            ("tagline_accounts", "Accounts.", store.sums.map { Double($0.accounts) }),
            ("tagline_followers", "Present followers of all accounts.", store.sums.map { Double($0.followers) }),
            ("tagline_taggings", "Tags that present followers carry.", store.sums.map { Double($0.taggings) }),
            (
                "process_resident_memory_bytes", "Memory of the process in RAM.",
                ProcessMemory.resident.map(Double.init)
            ),
        ]
        for (name, help, value) in gauges {
            guard let value else { continue }
            metrics.begin(name, .gauge, help)
            metrics.sample(name, value)
        }
        if !store.machines.isEmpty {
            metrics.begin("tagline_store_machine_up", .gauge, "1 while a machine of the store answers, by machine.")
            for machine in store.machines {
                metrics.sample("tagline_store_machine_up", machine.answers ? 1 : 0, [("machine", machine.name)])
            }
        }
        return metrics.text
    }

    private static func text(_ faults: FaultBoard) -> String {
        var metrics = MetricsText()
        metrics.begin("tagline_faults_fired_total", .counter, "Calls on which a fault fired, by its rule or header.")
        for (name, count) in faults.fired.sorted(by: { $0.key < $1.key }) {
            metrics.sample("tagline_faults_fired_total", Double(count), [("fault", name.text)])
        }
        return metrics.text
    }

    private static func write(_ listeners: ListenerMeters, to metrics: inout MetricsText) {
        func samples(_ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (ConnectionTable) -> Int?) {
            metrics.begin(name, kind, help)
            for (purpose, table) in listeners.tables {
                if let value = value(table) { metrics.sample(name, Double(value), [("listener", purpose.rawValue)]) }
            }
        }
        samples("tagline_connections", .gauge, "Open connections, by listener.") { $0.reading.open }
        samples("tagline_connections_limit", .gauge, "Connections that may be open, by listener.") { $0.limits.all }
        samples(
            "tagline_connections_per_address_limit", .gauge, "Connections that one address may have open, by listener."
        ) { $0.limits.perAddress }
        samples(
            "tagline_connections_displaced_total", .counter,
            "Idle connections that were closed to make room, by listener."
        ) { $0.reading.displaced }
        samples(
            "tagline_connections_refused_total", .counter,
            "Connections that were closed at once because the listener was full, by listener."
        ) { $0.reading.refused }
        let held = listeners.heldBytes.reading
        metrics.begin(
            "tagline_held_bytes", .gauge,
            "Bytes of requests that arrived in part, and of answers that clients have not read.")
        metrics.sample("tagline_held_bytes", Double(held.bytes))
        metrics.begin("tagline_held_bytes_limit", .gauge, "Bytes that connections may hold together.")
        metrics.sample("tagline_held_bytes_limit", Double(listeners.heldBytes.limit))
        metrics.begin(
            "tagline_held_bytes_ended_total", .counter,
            "Connections that were ended because all connections together held too many bytes.")
        metrics.sample("tagline_held_bytes_ended_total", Double(held.ended))
        metrics.begin("tagline_admin_wrong_tokens_total", .counter, "Calls of the admin plane with a wrong token.")
        metrics.sample("tagline_admin_wrong_tokens_total", Double(listeners.wrongTokens.count))
    }

    private static func write(_ calls: CallMeters, to metrics: inout MetricsText) {
        let readings = (calls.meters + [calls.stray]).map { ($0.path, $0.current) }
        metrics.begin("tagline_calls_total", .counter, "Calls that were answered, by path and errcode.")
        for (path, reading) in readings {
            for (code, count) in reading.answers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                metrics.sample(
                    "tagline_calls_total", Double(count), [("path", path), ("errcode", "\(code.rawValue)")])
            }
        }
        metrics.begin("tagline_call_seconds", .histogram, "Time from the head of a request to its answer, by path.")
        for (path, reading) in readings where reading.durations.total > 0 {
            metrics.histogram("tagline_call_seconds", reading.durations, [("path", path)])
        }
    }
}
