import AdminAPI
import HTTPTypes
import OfficialAccount

/// Makes the screen of clock and state, and performs the actions of its forms.
struct ClockScreen: Sendable {
    let services: ConsoleServices
    let state: SandboxState

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.clock.path) { visit, _ in
                PageFrame.html(of: ClockPage(clock: visit.clock, snapshots: state.list.snapshots), in: visit)
            }
        ]
    }

    var actions: [ConsoleAction] { clockActions + stateActions }

    private var clockActions: [ConsoleAction] {
        [
            action(.passTokens, "clock_moved") { _, _ in ClockPage.pastTokens },
            action(.passMidnight, "clock_moved") { _, visit in ClockPage.toMidnight(from: visit.clock.now) },
            action(.freezeClock, "clock_stands") { _, _ in ClockPage.frozen(true) },
            action(.runClock, "clock_runs") { _, _ in ClockPage.frozen(false) },
            action(.advanceClock, "clock_moved") { form, _ in
                guard let span = DurationText.duration(form.raw("span")), span >= .seconds(1) else {
                    throw ConsoleMistake.noSpan
                }
                return AdminCall(.post, ["sandbox", "clock"]) {
                    $0.field("advance_seconds", Int(span.components.seconds))
                }
            },
            action(.setClock, "clock_moved") { form, _ in
                guard let seconds = form.number("seconds") else {
                    throw ConsoleMistake.noSeconds
                }
                return AdminCall(.post, ["sandbox", "clock"]) { $0.field("set", seconds) }
            },
        ]
    }

    private var stateActions: [ConsoleAction] {
        [
            action(.takeSnapshot, "snapshot_taken") { form, _ in
                AdminCall(.put, ["sandbox", "snapshots", form.raw("name")], body: "{}")
            },
            action(.restoreSnapshot, "restored") { form, _ in
                AdminCall(.post, ["sandbox", "snapshots", form.raw("name")])
            },
            action(.removeSnapshot, "snapshot_removed") { form, _ in
                AdminCall(.delete, ["sandbox", "snapshots", form.raw("name")])
            },
            action(.reset, "reset") { form, _ in
                try form.checkSure()
                return AdminCall(.post, ["sandbox", "reset"], body: "{}")
            },
        ]
    }

    private func action(
        _ form: ConsoleForm, _ done: String, _ call: @escaping @Sendable (FormFields, ConsoleVisit) throws -> AdminCall
    ) -> ConsoleAction {
        ConsoleAction(form) { form, visit, context in
            try await services.door.perform(try call(form, visit), in: context)
            return .done(done, at: ConsoleScreen.clock.path)
        }
    }
}
