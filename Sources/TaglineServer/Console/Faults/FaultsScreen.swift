import AdminAPI
import HTTPTypes
import OfficialAccount

/// Makes the screen of faults, and performs the actions of its forms.
struct FaultsScreen: Sendable {
    let services: ConsoleServices
    let state: SandboxState

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.faults.path) { visit, _ in
                let page = FaultsPage(
                    rules: state.faults.list.faults, accounts: try await services.accounts(chosen: nil),
                    wish: visit.query)
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    var actions: [ConsoleAction] {
        [
            ConsoleAction(.turnFaultOn) { form, _, context in
                let call = AdminCall(.post, ["sandbox", "faults"]) { $0.field("scenario", form.raw("scenario")) }
                try await services.door.perform(call, in: context)
                return .done("fault_on", at: ConsoleScreen.faults.path)
            },
            ConsoleAction(.turnFaultOff) { form, _, context in
                try await services.door.perform(
                    AdminCall(.delete, ["sandbox", "faults", form.raw("name")]), in: context)
                return .done("fault_off", at: ConsoleScreen.faults.path)
            },
            ConsoleAction(.clearFaults) { _, _, context in
                try await services.door.perform(AdminCall(.delete, ["sandbox", "faults"]), in: context)
                return .done("faults_cleared", at: ConsoleScreen.faults.path)
            },
            ConsoleAction(.addFault) { form, _, context in
                try await services.door.perform(Self.rule(form), in: context)
                return .done("fault_on", at: ConsoleScreen.faults.path)
            },
        ]
    }

    /// Returns the admin call that adds the rule in `form`. If a numeric field does not have a number, the call sends
    /// the text of the field, and the route explains the mistake.
    static func rule(_ form: FormFields) -> AdminCall {
        AdminCall(.post, ["sandbox", "faults"]) { rule in
            rule.field("name", form.raw("name"))
            let match = ["path", "appid", "tag", "openid"].filter { form[$0] != nil }
            if !match.isEmpty {
                rule.field("match") { json in json.object { for name in match { $0.value(name, of: form) } } }
            }
            for name in ["skip", "times", "chance", "for"] where form[name] != nil { rule.value(name, of: form) }
            rule.field("do") { json in
                json.object { action in
                    // If the form has no stage, ``FaultReader`` chooses the stage that fits the action.
                    for name in ["at", "errcode", "delay"] where form[name] != nil { action.value(name, of: form) }
                    if let connection = form["connection"], connection != FaultRule.Connection.keep.rawValue {
                        action.field("connection", connection)
                    }
                }
            }
        }
    }
}

extension JSONText.Fields {
    /// Writes the form's field `name`. Writes a number if the field is numeric and its text is a number; otherwise
    /// writes the text.
    fileprivate mutating func value(_ name: String, of form: FormFields) {
        let text = form[name] ?? ""
        let isNumeric = ["tag", "skip", "times", "chance", "errcode"].contains(name)
        if isNumeric, let number = Int(text) {
            field(name, number)
        } else if name == "chance", let number = Double(text), number.isFinite {
            field(name) { $0.raw("\(number)") }
        } else {
            field(name, text)
        }
    }
}
