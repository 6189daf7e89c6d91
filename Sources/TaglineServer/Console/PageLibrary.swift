import Mustache

/// The data for a template: texts, numbers, flags, and lists or dictionaries of these.
typealias PageData = [String: Any]

/// All templates of the console, parsed once.
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
        TagDrainPart.template: TagDrainPart.markup,
        "followers": FollowersPage.markup,
        "follower": FollowerDetail.markup,
        FollowerImportForm.template: FollowerImportForm.markup,
        FollowerImportProgress.template: FollowerImportProgress.markup,
        "accounts": AccountsPage.markup,
        "account": AccountDetail.markup,
        "health": HealthPage.markup,
        "chart": Chart.markup,
        "authorization": AuthorizationForm.markup,
    ]

    private static let library: MustacheLibrary = {
        var library = MustacheLibrary()
        // A template that cannot be parsed renders as nothing. A test parses them all.
        for (name, text) in texts {
            if let template = try? template(text) { library.register(template, named: name) }
        }
        return library
    }()

    private static let escaping: Void = MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)

    /// Parses a template. It escapes as ``PageEscaping`` does, also when another template includes it.
    static func template(_ text: String) throws -> MustacheTemplate {
        _ = escaping
        return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(PageEscaping.name)}}" + text)
    }

    /// Renders `data` with the template of this name. Returns an empty text if there is no such template.
    static func render(_ name: String, _ data: PageData) -> String {
        library.render(data, withTemplate: name) ?? ""
    }
}
