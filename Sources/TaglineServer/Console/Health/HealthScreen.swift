import OfficialAccount
import TagStore

/// Makes the screen of health.
struct HealthScreen: Sendable {
    let services: ConsoleServices

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.health.path) { visit, _ in
                var page = HealthPage(condition: await services.store.condition, vitals: await services.store.vitals)
                page.steps = services.history.steps
                page.memory = ProcessMemory.resident
                page.answers = answers
                let before = services.history.answersBefore
                page.lastHour = Dictionary(
                    uniqueKeysWithValues: page.answers.map { ($0.code, $0.count - (before[$0.code] ?? 0)) })
                if services.sandbox == nil { page.upSince = services.startedAt }
                page.age = ContinuousClock.now - services.begun
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    private var answers: [(code: ErrorCode, count: Int)] {
        var counts: [ErrorCode: Int] = [:]
        for meter in services.meters.meters + [services.meters.stray] {
            counts.merge(meter.current.answers) { $0 + $1 }
        }
        return counts.map { ($0.key, $0.value) }.sorted { ($0.1, $0.0.rawValue) > ($1.1, $1.0.rawValue) }
    }
}
