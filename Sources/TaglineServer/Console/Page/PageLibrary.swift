import Mustache

/// The data for a template: texts, numbers, flags, and lists or dictionaries of these.
typealias PageData = [String: Any]

/// Renders the templates of the console. It parses each template only one time.
enum PageLibrary {
    /// The templates by name.
    static let texts: [String: String] = [
        "frame": PageFrame.markup,
        "form": PageFrame.formFields,
        "curl": PageFrame.curl,
        ListEnd.template: ListEnd.markup,
        ListOption.template: ListOption.markup,
        ProblemPage.template: ProblemPage.markup,
        SignInPage.template: SignInPage.markup,
        SecretPage.template: SecretPage.markup,
        CallRow.template: CallRow.markup,
        CallDetail.template: CallDetail.markup,
        CallsPage.template: CallsPage.markup,
        RefusalRow.template: RefusalRow.markup,
        HintRow.template: HintRow.markup,
        ErrorsPage.template: ErrorsPage.markup,
        FaultRow.template: FaultRow.markup,
        FaultsPage.template: FaultsPage.markup,
        SnapshotRow.template: SnapshotRow.markup,
        ClockPage.template: ClockPage.markup,
        ListedTag.template: ListedTag.markup,
        TagsPage.template: TagsPage.markup,
        TagDrainPart.template: TagDrainPart.markup,
        ListedFollower.template: ListedFollower.markup,
        FollowersPage.template: FollowersPage.markup,
        FollowerDetail.template: FollowerDetail.markup,
        TagChip.template: TagChip.markup,
        FollowerCount.template: FollowerCount.markup,
        FollowerImportForm.template: FollowerImportForm.markup,
        FollowerImportProgress.template: FollowerImportProgress.markup,
        ListedAccount.template: ListedAccount.markup,
        AccountsPage.template: AccountsPage.markup,
        AccountDetail.template: AccountDetail.markup,
        ComponentPart.template: ComponentPart.markup,
        HealthPage.template: HealthPage.markup,
        "chart": Chart.markup,
        "authorization": AuthorizationForm.markup,
    ]

    private static let library: MustacheLibrary = {
        var library = MustacheLibrary()
        // A template that cannot be parsed renders as nothing. A test parses all templates.
        for (name, text) in texts {
            if let template = try? template(text) { library.register(template, named: name) }
        }
        return library
    }()

    private static let escaping: Void = MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)

    /// Parses a template. The template escapes as ``PageEscaping`` does, even if another template includes it.
    static func template(_ text: String) throws -> MustacheTemplate {
        _ = escaping
        return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(PageEscaping.name)}}" + text)
    }

    /// Renders a part of a page. The part can use the sentences of `words`, but not the values of the page's frame.
    static func render(_ name: String, _ data: PageData, _ words: Words) -> String {
        render(name, data.merging(["t": words.texts]) { own, _ in own })
    }

    /// Renders `data` with the template of this name. Returns an empty text if there is no such template.
    static func render(_ name: String, _ data: PageData) -> String {
        library.render(data, withTemplate: name) ?? ""
    }
}
