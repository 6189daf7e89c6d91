/// The action of a form of the console.
struct ConsoleAction: Sendable {
    /// The result of a form.
    enum Outcome: Sendable {
        /// The browser goes to the page `at`, or back to the page of the form. That page shows the sentence with this
        /// key.
        case done(String, at: String? = nil)
        case page(String)
    }

    typealias Doing = @Sendable (FormFields, ConsoleVisit, AdminContext) async throws -> Outcome

    let form: ConsoleForm
    let perform: Doing

    init(_ form: ConsoleForm, _ perform: @escaping Doing) {
        self.form = form
        self.perform = perform
    }
}

/// The action of a form with a file.
struct ConsoleUpload: Sendable {
    typealias Doing =
        @Sendable (UploadedForm, FormFields, ConsoleVisit, AdminContext) async throws -> ConsoleAction.Outcome

    let form: ConsoleForm
    let perform: Doing

    init(_ form: ConsoleForm, _ perform: @escaping Doing) {
        self.form = form
        self.perform = perform
    }
}
