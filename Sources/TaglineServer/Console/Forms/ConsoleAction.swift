/// What the console does when a browser sends a form.
struct ConsoleAction: Sendable {
    /// The result of an action.
    enum Outcome: Sendable {
        /// The browser goes to the page `at`, or back to the page of the form if `at` is nil. The first value is the
        /// key of the sentence that the browser's next page shows.
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

/// What the console does when a browser sends a form with a file.
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
