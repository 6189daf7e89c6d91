import Mustache

/// What a template is filled with: texts, numbers, flags, and lists or dictionaries of these.
typealias PageData = [String: Any]

/// Every template of the console, read once.
enum PageLibrary {
    /// The templates by name.
    static let texts: [String: String] = [
        "frame": PageFrame.markup,
        "form": PageFrame.formFields,
        "curl": PageFrame.curl,
        "problem": ProblemPage.markup,
        "sign-in": SignInPage.markup,
        "secret": SecretPage.markup,
        "call-row": CallRow.markup,
        "call": CallDetail.markup,
        "calls": CallsPage.markup,
        "errors": ErrorsPage.markup,
        "faults": FaultsPage.markup,
        "clock": ClockPage.markup,
        "tags": TagsPage.markup,
        "followers": FollowersPage.markup,
        "follower": FollowerDetail.markup,
        "accounts": AccountsPage.markup,
        "account": AccountDetail.markup,
        "health": HealthPage.markup,
        "chart": Chart.markup,
        "authorization": AuthorizationForm.markup,
    ]

    private static let library: MustacheLibrary = {
        var library = MustacheLibrary()
        // A template that cannot be read renders as nothing; a test reads them all.
        for (name, text) in texts {
            if let template = try? template(text) { library.register(template, named: name) }
        }
        return library
    }()

    private static let escaping: Void = MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)

    /// Reads a template. It escapes as ``PageEscaping`` does, also where it is a part of another one.
    static func template(_ text: String) throws -> MustacheTemplate {
        _ = escaping
        return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(PageEscaping.name)}}" + text)
    }

    /// Returns `data` in the template of this name; empty if there is none.
    static func render(_ name: String, _ data: PageData) -> String {
        library.render(data, withTemplate: name) ?? ""
    }
}
