import AdminAPI
import TagStore

/// The forms that import openids, on the screen of followers. Each form makes the admin call that imports lines.
extension FollowersScreen {
    /// The most broken lines that the console keeps for one import.
    private static let mostLines = 200

    /// Returns the forms for the next import. The forms also show the result of the import that `query` names.
    func importForm(_ query: FormFields) -> FollowerImportForm {
        var form = FollowerImportForm(name: Hexadecimal.text(services.surroundings.randomBytes(8)))
        if case .ended(let end)? = query["import"].flatMap({ services.imports[$0] }) { form.end = end }
        return form
    }

    var progressView: ConsoleView {
        ConsoleView(FollowerImportProgress.path) { visit, _ in
            let name = visit.query.raw("import")
            return FollowerImportProgress(
                account: visit.query.raw("account"), name: name, state: services.imports[name],
                asked: max(0, min(visit.query.number("asked") ?? 0, FollowerImportProgress.patience))
            ).html(visit.words)
        }
    }

    /// The form that imports a file.
    var uploads: [ConsoleUpload] {
        [
            ConsoleUpload(.importFile) { upload, form, visit, context in
                let name = Self.importName(form)
                try services.imports.begin(name, total: upload.declared)
                do {
                    let call = FollowerImportForm.call(form.raw("account"), column: form["column"])
                    let lines = upload.file { services.imports.note($0, of: name) }
                    let answer = try await services.door.perform(call, sending: lines, in: context)
                    return try imported(answer, form)
                } catch {
                    services.imports.end(name, .failed(Console.failure(error, visit.words).sentence))
                    await upload.discard()
                    throw error
                }
            }
        ]
    }

    /// The form that imports lines of text.
    var importAction: ConsoleAction {
        ConsoleAction(.importLines) { form, _, context in
            var call = FollowerImportForm.call(form.raw("account"))
            call.body = FollowerFormCalls.openIDs(form.raw("openids")).joined(separator: "\n")
            return try imported(try await services.door.perform(call, in: context), form)
        }
    }

    /// Keeps the answer of the admin plane to an import, and sends the browser to the page that shows the answer.
    private func imported(_ answer: AdminDoor.Answer, _ form: FormFields) throws -> ConsoleAction.Outcome {
        let name = Self.importName(form)
        var report = try answer.decode(LinesReport.self)
        report.errors = Array(report.errors.prefix(Self.mostLines))
        services.imports.end(name, .done(report))
        return .done("imported", at: FollowerImportForm.result(name, of: form.raw("account")))
    }

    private static func importName(_ form: FormFields) -> String { String(form.raw("import").prefix(64)) }
}
